using System.Runtime.InteropServices;

namespace Boot.Processor;

/// <summary>What an interrupt stub has put on the stack: the registers as they were, then what the processor pushed.</summary>
/// <remarks>The order is the stubs' in <c>Interrupts.asm</c>. A handler may change any of it; the changed state is what is gone back to.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct InterruptFrame
{
    public ulong R15;
    public ulong R14;
    public ulong R13;
    public ulong R12;
    public ulong R11;
    public ulong R10;
    public ulong R9;
    public ulong R8;
    public ulong Rdi;
    public ulong Rsi;
    public ulong Rbp;
    public ulong Rbx;
    public ulong Rdx;
    public ulong Rcx;
    public ulong Rax;
    public ulong Vector;
    public ulong ErrorCode;
    public ulong Rip;
    public ulong Cs;
    public ulong Rflags;
    public ulong Rsp;
    public ulong Ss;
}
