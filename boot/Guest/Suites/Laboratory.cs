using Boot.Processor;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>What every test works with: frames, places to map them at, and what the direct map shows.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class Laboratory<TMode>
    where TMode : struct, IPagingMode
{
    /// <summary>How many words, each as wide as a register, a frame has.</summary>
    public static nuint WordsPerFrame => (nuint)Size4KiB.Bytes / (nuint)sizeof(nuint);

    /// <summary>Where tests map what they need: nothing else uses these addresses. The tables there are the kernel's own, in use.</summary>
    public static VirtualAddress Place => KernelLayout<TMode>.Dynamic.Start;

    /// <summary>The same in the part of the address space that is not the kernel's, where root entries come and go. A multiple of 1 GiB.</summary>
    public static VirtualAddress LowerPlace => VirtualAddress.FromValue(0x4000_0000);

    /// <summary>The kernel's data, as far as entries can protect it.</summary>
    public static PageAttributes Data => PageAttributes.KernelData.For<TMode>(ThisProcessor.PagingFeatures);

    /// <summary>The kernel's constants, as far as entries can protect them.</summary>
    public static PageAttributes ReadOnly => PageAttributes.KernelReadOnly.For<TMode>(ThisProcessor.PagingFeatures);

    /// <summary>The base-2 logarithm of the page size above 4 KiB.</summary>
    public static int LargeShift => TMode.ShiftAt(PageTableLevel.Lowest.Above);

    /// <summary>The page size above 4 KiB, in bytes.</summary>
    public static ulong LargeBytes => 1ul << LargeShift;

    /// <summary>How the frame allocator calls a block of that size.</summary>
    public static int LargeOrder => LargeShift - Size4KiB.Shift;

    /// <summary>Whether entries can forbid execution.</summary>
    public static bool CanForbidExecution => (ThisProcessor.PagingFeatures & PagingFeatures.NoExecute) != 0;

    /// <summary>How many frames are free now.</summary>
    public static ulong FreeFrames => KernelMemory.Frames.GetStatistics(Token()).FreeFrames;

    /// <summary>Takes 2^<paramref name="order"/> frames; panics when there are none, because then no test means anything.</summary>
    [return: Dirty]
    public static Frame<Size4KiB> Take(int order)
    {
        AllocationError error = KernelMemory.Frames.Allocate(order, FramePurpose.KernelData, Token(), out Frame<Size4KiB> frame);
        if (error != AllocationError.None)
        {
            Panic.Raise("frames for a test refused with AllocationError", (ulong)error, "no error", "Laboratory.Take");
        }

        return frame;
    }

    /// <summary>Gives frames back, and checks that they are taken.</summary>
    public static void Give(Frame<Size4KiB> frame, int order) =>
        Check.Equal((ulong)FreeError.None, (ulong)KernelMemory.Frames.Free(frame, order, Token()), "frames go back");

    /// <summary>The word at <paramref name="index"/> of a frame, through the direct map.</summary>
    public static ref nuint Word(PhysicalAddress frame, nuint index = 0)
    {
        // SAFETY: tests ask for frames that they have taken as the kernel's own, all of which the direct map shows.
        return ref ((nuint*)DirectMap<TMode>.AddressOf(frame).ToPointer())[index];
    }

    /// <summary>Makes sure that the direct map shows a range that is not RAM.</summary>
    public static MapError EnsureMapped(PhysicalRange range, CacheType cache)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.EnsureMapped(range, cache);
    }

    /// <summary>Whether the tables in use show all of a range in the direct map.</summary>
    public static bool IsShown(PhysicalRange range) =>
        KernelPageTables<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames>.IsMappedNow(range);

    /// <summary>The guest never enables interrupts; the processor is asked all the same.</summary>
    public static InterruptsDisabled Token() => InterruptsDisabled.InTrustedContext<ThisProcessor>();

    private static KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> Open() =>
        KernelSpace<TMode>.Tables.Open(ref KernelMemory.Source, Token());
}
