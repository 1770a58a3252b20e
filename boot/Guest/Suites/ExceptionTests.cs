using System.Runtime.CompilerServices;
using System.Threading;
using Boot.Processor;
using Kernel.Addresses;

namespace Boot.Guest;

/// <summary>Exceptions reach C#, leave everything as it was, and are recovered from.</summary>
internal static unsafe class ExceptionTests
{
    // What a compiler cannot see through.
    private static ulong s_opaque;

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("a breakpoint is recovered after its instruction ran", &BreakpointIsRecovered);
        Tap.Test("a division by zero in the processor is recovered", &DivideErrorIsRecovered);
        Tap.Test("an invalid instruction is recovered where it stands", &InvalidOpcodeIsRecovered);
        Tap.Test("locals survive a recovered exception", &LocalsSurvive);
        Tap.Test("every general and XMM register survives an interrupt whose handler changes them", &RegistersSurvive);
        Tap.Test("an action that does not fault is not reported as a fault", &NoFaultIsNoFault);
        Tap.Test("an exception on a bad stack arrives as a double fault on its own stack", &DoubleFaultHasItsOwnStack);
        Tap.Test("an NMI on a bad stack arrives on its own stack", &NonMaskableHasItsOwnStack);
        Tap.Test("a machine check on a bad stack arrives on its own stack", &MachineCheckHasItsOwnStack);
        Tap.Test("any other exception arrives on the stack that it interrupts", &OthersStayOnTheirStack);
    }

    private static void BreakpointIsRecovered()
    {
        FaultRecord record = Faults.Expect(ExceptionVector.Breakpoint, &Instructions.Breakpoint);
        Check.True(record.Happened, "the exception came");
        Check.Equal(0ul, record.ErrorCode, "it has no error code");

        // SAFETY: the breakpoint's instruction is in the kernel's text, and one byte long.
        Check.Equal(0xCC, *(byte*)(record.Instruction - 1), "the instruction before the one to go on with");
    }

    private static void DivideErrorIsRecovered()
    {
        FaultRecord record = Faults.Expect(ExceptionVector.DivideError, &Instructions.DivideByZero);
        Check.True(record.Happened, "the exception came");
    }

    private static void InvalidOpcodeIsRecovered()
    {
        FaultRecord record = Faults.Expect(ExceptionVector.InvalidOpcode, &Instructions.InvalidOpcode);
        Check.True(record.Happened, "the exception came");

        // SAFETY: the instruction is in the kernel's text, and two bytes long.
        Check.Equal(0x0B0F, *(ushort*)record.Instruction, "the instruction that it came at");
    }

    private static void RegistersSurvive()
    {
        uint before = Interrupts.SpuriousCount;
        Interrupts.WhenUnexplained(&Instructions.ClearXmmRegisters);
        uint changed = Instructions.RegistersAcrossInterrupt();
        Interrupts.WhenUnexplained(null);
        Check.Equal(0u, changed, "registers that changed");
        Check.Equal(before + 1, Interrupts.SpuriousCount, "interrupts that nothing explains");
    }

    private static void NoFaultIsNoFault()
    {
        FaultRecord record = Faults.Expect(ExceptionVector.PageFault, &Instructions.Pause);
        Check.False(record.Happened, "an exception came");
    }

    private static void LocalsSurvive()
    {
        ulong first = Opaque(1);
        ulong second = Opaque(2);
        Pair pair = new(Opaque(3), Opaque(4));
        FaultRecord record = Faults.Expect(ExceptionVector.Breakpoint, &Instructions.Breakpoint);
        Check.True(record.Happened, "the exception came");
        Check.Equal(1ul, first, "first local");
        Check.Equal(2ul, second, "second local");
        Check.Equal(3ul, pair.First, "first of a struct");
        Check.Equal(4ul, pair.Second, "second of a struct");
    }

    private static void DoubleFaultHasItsOwnStack()
    {
        FaultRecord record = Faults.Expect(ExceptionVector.DoubleFault, &Instructions.FaultOnAbsentStack);
        Check.Equal(0ul, record.ErrorCode, "its error code is zero");
        CheckStack(record, FaultStacks.StackOf(1));
    }

    private static void NonMaskableHasItsOwnStack() => CheckStack(
        Faults.Expect(ExceptionVector.NonMaskable, &Instructions.NonMaskableOnAbsentStack), FaultStacks.StackOf(2));

    private static void MachineCheckHasItsOwnStack() => CheckStack(
        Faults.Expect(ExceptionVector.MachineCheck, &Instructions.MachineCheckOnAbsentStack), FaultStacks.StackOf(3));

    private static void OthersStayOnTheirStack() => CheckStack(
        Faults.Expect(ExceptionVector.Breakpoint, &Instructions.Breakpoint), LinkerSymbols.BootStack);

    private static void CheckStack(FaultRecord record, VirtualRange stack)
    {
        Check.True(record.Happened, "the exception came");
        Check.True(
            VirtualAddress.TryFromValue(record.Stack, out VirtualAddress frame) && stack.Contains(frame), "its frame is on the right stack");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Opaque(ulong value)
    {
        Volatile.Write(ref s_opaque, value);
        return Volatile.Read(ref s_opaque);
    }

    private readonly struct Pair(ulong first, ulong second)
    {
        public ulong First { get; } = first;

        public ulong Second { get; } = second;
    }
}
