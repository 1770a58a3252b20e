using System.Runtime.CompilerServices;
using Boot.Processor;
using Kernel.Addresses;

namespace Boot.Guest;

/// <summary>Methods whose locals take several pages: the compiler moves the stack pointer far, and must not jump over the guard.</summary>
internal static unsafe class StackTests
{
    private static uint s_sink;
    private static int s_step;

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        s_step = 1;
        Tap.Test("a method with several pages of locals keeps all of them", &SeveralPages);
        Tap.Test("a method with more locals than the stack holds touches the guard before what lies below it", &BeyondTheStack);
    }

    private static void SeveralPages()
    {
        ulong before = (ulong)s_step + 0x5A5A;
        Check.Equal((ulong)ThreePages.Count * (ThreePages.Count - 1) / 2, SumOfLocals(s_step), "the sum of the locals");
        Check.Equal(0x5A5Bul, before, "a local of the caller");
    }

    private static void BeyondTheStack()
    {
        FaultRecord record = Faults.Expect(ExceptionVector.PageFault, &TakeTwoStacks);
        Check.True(record.Happened, "the page fault came");
        Check.True(
            VirtualAddress.TryFromValue(record.Address, out VirtualAddress touched) && LinkerSymbols.BootStackGuard.Contains(touched),
            "the guard was touched");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong SumOfLocals(int step)
    {
        ThreePages locals = default;
        for (int index = 0; index < ThreePages.Count; index++)
        {
            locals[index] = (uint)(index * step);
        }

        ulong sum = 0;
        for (int index = 0; index < ThreePages.Count; index++)
        {
            sum += locals[index];
        }

        return sum;
    }

    // Touches the last locals only: their page is the first one below the guard that this could spoil.
    private static void TakeTwoStacks()
    {
        Unsafe.SkipInit(out TwoStacks locals);
        locals[s_step] = 1;
        s_sink = locals[s_step + 1];
    }

    [InlineArray(Count)]
    private struct ThreePages
    {
        public const int Count = 3 * 1024;

        private uint _first;
    }

    [InlineArray(2 * 64 * 1024 / sizeof(uint))]
    private struct TwoStacks
    {
        private uint _first;
    }
}
