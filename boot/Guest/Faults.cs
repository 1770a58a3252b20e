using System.Runtime;
using System.Runtime.CompilerServices;
using Boot.Processor;

namespace Boot.Guest;

/// <summary>What happened when an action was run that was to fault.</summary>
/// <param name="happened">Whether it did.</param>
/// <param name="errorCode">What the processor pushed.</param>
/// <param name="address">CR2 at that time: for a page fault, the address.</param>
/// <param name="instruction">The instruction that faulted.</param>
/// <param name="stack">Where the handler found its frame.</param>
internal readonly struct FaultRecord(bool happened, nuint errorCode, nuint address, nuint instruction, nuint stack)
{
    /// <summary>Whether the expected exception came. When not, the action returned.</summary>
    public bool Happened { get; } = happened;

    /// <summary>What the processor pushed with it; 0 when it pushes nothing.</summary>
    public nuint ErrorCode { get; } = errorCode;

    /// <summary>CR2 at that time: for a page fault, the address.</summary>
    public nuint Address { get; } = address;

    /// <summary>The instruction that faulted.</summary>
    public nuint Instruction { get; } = instruction;

    /// <summary>Where the handler found its frame: on the stack that the processor chose for it.</summary>
    public nuint Stack { get; } = stack;
}

/// <summary>Runs code that is to fault, and goes on after it.</summary>
internal static unsafe class Faults
{
    private static bool s_armed;
    private static nuint s_vector;
    private static ResumePoint s_resume;
    private static FaultRecord s_record;

    /// <summary>Runs <paramref name="action"/> and says whether the exception came. Any other exception still panics.</summary>
    /// <remarks>
    /// What the action had on the stack is gone afterwards, with nothing of it disposed: it takes no lock and leaves interrupts as
    /// they were. Does not nest.
    /// </remarks>
    public static FaultRecord Expect(ExceptionVector vector, delegate*<void> action)
    {
        s_vector = (nuint)vector;
        s_record = default;
        s_armed = true;

        // SAFETY: the routine fills in the resume point before it calls, and calls nothing but the action.
        Run(action, out s_resume);
        s_armed = false;
        return s_record;
    }

    /// <summary>Whether the exception was expected; if so the frame now leads back to <see cref="Expect"/>.</summary>
    public static bool TryRecover(ref InterruptFrame frame)
    {
        if (!s_armed || frame.Vector != s_vector)
        {
            return false;
        }

        s_armed = false;

        // SAFETY: the frame is on a stack, where nothing moves it; only the number is kept.
        nuint stack = (nuint)Unsafe.AsPointer(ref frame);
        s_record = new FaultRecord(true, frame.ErrorCode, Instructions.ReadCr2(), frame.InstructionPointer, stack);
        frame.InstructionPointer = s_resume.Address;
        frame.StackPointer = s_resume.Stack;
        return true;
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "fault_run")]
    private static extern int Run(delegate*<void> action, out ResumePoint resume);

    // Where a recovered fault goes on; filled in by the assembly routine.
    private readonly struct ResumePoint
    {
        public readonly nuint Stack;
        public readonly nuint Address;
    }
}
