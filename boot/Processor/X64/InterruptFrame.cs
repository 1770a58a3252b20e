using System.Runtime.InteropServices;

namespace Boot.Processor;

/// <summary>What an interrupt stub has put on the stack: the registers as they were, then what the processor pushed.</summary>
/// <remarks>The order is the stubs' in <c>Interrupts.asm</c>. A handler may change any of it; the changed state is what is gone back to.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct InterruptFrame
{
    public nuint R15;
    public nuint R14;
    public nuint R13;
    public nuint R12;
    public nuint R11;
    public nuint R10;
    public nuint R9;
    public nuint R8;
    public nuint Rdi;
    public nuint Rsi;
    public nuint Rbp;
    public nuint Rbx;
    public nuint Rdx;
    public nuint Rcx;
    public nuint Rax;
    public nuint Vector;
    public nuint ErrorCode;
    public nuint Rip;
    public nuint Cs;
    public nuint Rflags;
    public nuint Rsp;
    public nuint Ss;

    /// <summary>The instruction that is gone on with.</summary>
    public nuint InstructionPointer
    {
        readonly get => Rip;
        set => Rip = value;
    }

    /// <summary>The stack that is gone on with.</summary>
    public nuint StackPointer
    {
        readonly get => Rsp;
        set => Rsp = value;
    }
}
