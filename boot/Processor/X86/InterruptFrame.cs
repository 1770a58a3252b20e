using System.Runtime.InteropServices;

namespace Boot.Processor;

/// <summary>What an interrupt stub has put on the stack: the registers as they were, then what the processor pushed.</summary>
/// <remarks>The order is the stubs' in <c>Interrupts.asm</c>. A handler may change any of it; the changed state is what is gone back to.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct InterruptFrame
{
    public nuint Edi;
    public nuint Esi;
    public nuint Ebp;
    public nuint Esp;
    public nuint Ebx;
    public nuint Edx;
    public nuint Ecx;
    public nuint Eax;
    public nuint Vector;
    public nuint ErrorCode;
    public nuint Eip;
    public nuint Cs;
    public nuint Eflags;

    /// <summary>The instruction that is gone on with.</summary>
    public nuint InstructionPointer
    {
        readonly get => Eip;
        set => Eip = value;
    }

    /// <summary>The stack that is gone on with: the one that was interrupted, or further up on it.</summary>
    public nuint StackPointer
    {
        readonly get => Esp;
        set => Esp = value;
    }
}
