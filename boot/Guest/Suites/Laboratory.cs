using Boot.Processor;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>The kernel's own tables and frames, one operation at a time, for tests.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class Laboratory<TMode>
    where TMode : struct, IPagingMode
{
    /// <summary>Where tests map what they need: nothing else uses these addresses. The tables there are the kernel's own, in use.</summary>
    public static VirtualAddress Place => KernelLayout<TMode>.Dynamic.Start;

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
    public static ref ulong Word(PhysicalAddress frame, ulong index = 0)
    {
        // SAFETY: tests ask for frames that they have taken, all of which the direct map shows.
        return ref ((ulong*)DirectMap<TMode>.AddressOf(frame).ToPointer())[index];
    }

    /// <summary>Maps a page and flushes.</summary>
    public static MapError Map<TSize>(VirtualAddress at, PhysicalAddress frame, PageAttributes attributes)
        where TSize : struct, IPageSize
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Map(Page<TSize>.FromStart(at), Frame<TSize>.FromStart(frame), attributes).Flush<ThisProcessor>();
    }

    /// <summary>Maps a range and flushes.</summary>
    public static MapError MapRange(VirtualAddress at, PhysicalAddress frame, ulong length, PageAttributes attributes)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.MapRange(VirtualRange.FromStart(at, length), frame, attributes).Flush<ThisProcessor>();
    }

    /// <summary>Unmaps a page and flushes.</summary>
    public static UnmapError Unmap<TSize>(VirtualAddress at)
        where TSize : struct, IPageSize
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Unmap(Page<TSize>.FromStart(at), out _).Flush<ThisProcessor>();
    }

    /// <summary>Unmaps a page without a flush; what is owed is added to <paramref name="owed"/>.</summary>
    public static UnmapError UnmapLater(VirtualAddress at, ref PendingFlush owed)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Unmap(Page<Size4KiB>.FromStart(at), out _).HandOn(ref owed);
    }

    /// <summary>Unmaps a range and flushes.</summary>
    public static UnmapError UnmapRange(VirtualAddress at, ulong length)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.UnmapRange(VirtualRange.FromStart(at, length)).Flush<ThisProcessor>();
    }

    /// <summary>Changes a page's rights and flushes.</summary>
    public static ProtectError Protect<TSize>(VirtualAddress at, PageAttributes attributes)
        where TSize : struct, IPageSize
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Protect(Page<TSize>.FromStart(at), attributes).Flush<ThisProcessor>();
    }

    /// <summary>Changes a page's rights without a flush; what is owed is added to <paramref name="owed"/>.</summary>
    public static ProtectError ProtectLater(VirtualAddress at, PageAttributes attributes, ref PendingFlush owed)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Protect(Page<Size4KiB>.FromStart(at), attributes).HandOn(ref owed);
    }

    /// <summary>Changes a range's rights and flushes.</summary>
    public static ProtectError ProtectRange(VirtualAddress at, ulong length, PageAttributes attributes)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.ProtectRange(VirtualRange.FromStart(at, length), attributes).Flush<ThisProcessor>();
    }

    /// <summary>Splits a page and flushes.</summary>
    public static SplitError Split<TSize>(VirtualAddress at)
        where TSize : struct, IPageSize
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Split(Page<TSize>.FromStart(at)).Flush<ThisProcessor>();
    }

    /// <summary>What the tables say about an address.</summary>
    public static Translation Translate(VirtualAddress at)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Translate(at);
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

    /// <summary>Frees the tables under a stretch of addresses that have become empty; how many there were.</summary>
    public static ulong Reclaim(VirtualAddress at, ulong length)
    {
        InterruptsDisabled token = Token();
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        RetiredTables<DirectMap<TMode>> retired = session.Mapper.ReclaimEmptyTables(VirtualRange.FromStart(at, length));
        ulong count = retired.Count;
        retired.FlushAndRelease<ThisProcessor, KernelFrames>(ref KernelMemory.Source, token);
        return count;
    }

    /// <summary>The guest never enables interrupts; the processor is asked all the same.</summary>
    public static InterruptsDisabled Token() => InterruptsDisabled.InTrustedContext<ThisProcessor>();

    private static KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> Open() =>
        KernelSpace<TMode>.Tables.Open(ref KernelMemory.Source, Token());
}
