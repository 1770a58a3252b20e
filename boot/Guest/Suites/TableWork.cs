using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>Single operations on the tables that the kernel runs on, each under their lock.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
/// <typeparam name="TMemory">How the operations touch the tables.</typeparam>
internal static unsafe class TableWork<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, IPhysicalMemory
{
    private static bool HasPagesOf4MiB => Laboratory<TMode>.LargeShift == Size4MiB.Shift;

    /// <summary>Maps a page and flushes.</summary>
    public static MapError Map<TSize>(VirtualAddress at, PhysicalAddress frame, PageAttributes attributes)
        where TSize : struct, IPageSize
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>().Map(Page<TSize>.FromStart(at), Frame<TSize>.FromStart(frame), attributes).Flush<ThisProcessor>();
    }

    /// <summary>Maps a page without a flush; what is owed is added to <paramref name="owed"/>.</summary>
    public static MapError MapLater(VirtualAddress at, PhysicalAddress frame, PageAttributes attributes, ref PendingFlush owed)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>()
            .Map(Page<Size4KiB>.FromStart(at), Frame<Size4KiB>.FromStart(frame), attributes).HandOn(ref owed);
    }

    /// <summary>Maps a range and flushes.</summary>
    public static MapError MapRange(VirtualAddress at, PhysicalAddress frame, ulong length, PageAttributes attributes)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>().MapRange(VirtualRange.FromStart(at, length), frame, attributes).Flush<ThisProcessor>();
    }

    /// <summary>Maps a page of the size above 4 KiB and flushes.</summary>
    public static MapError MapLarge(VirtualAddress at, PhysicalAddress frame, PageAttributes attributes) =>
        HasPagesOf4MiB ? Map<Size4MiB>(at, frame, attributes) : Map<Size2MiB>(at, frame, attributes);

    /// <summary>Unmaps such a page and flushes.</summary>
    public static UnmapError UnmapLarge(VirtualAddress at) => HasPagesOf4MiB ? Unmap<Size4MiB>(at) : Unmap<Size2MiB>(at);

    /// <summary>Splits such a page and flushes.</summary>
    public static SplitError SplitLarge(VirtualAddress at) => HasPagesOf4MiB ? Split<Size4MiB>(at) : Split<Size2MiB>(at);

    /// <summary>Unmaps a page and flushes.</summary>
    public static UnmapError Unmap<TSize>(VirtualAddress at)
        where TSize : struct, IPageSize
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>().Unmap(Page<TSize>.FromStart(at), out _).Flush<ThisProcessor>();
    }

    /// <summary>Unmaps a page without a flush; what is owed is added to <paramref name="owed"/>.</summary>
    public static UnmapError UnmapLater(VirtualAddress at, ref PendingFlush owed)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>().Unmap(Page<Size4KiB>.FromStart(at), out _).HandOn(ref owed);
    }

    /// <summary>Unmaps a range and flushes.</summary>
    public static UnmapError UnmapRange(VirtualAddress at, ulong length)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>().UnmapRange(VirtualRange.FromStart(at, length)).Flush<ThisProcessor>();
    }

    /// <summary>Changes a page's rights and flushes.</summary>
    public static ProtectError Protect<TSize>(VirtualAddress at, PageAttributes attributes)
        where TSize : struct, IPageSize
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>().Protect(Page<TSize>.FromStart(at), attributes).Flush<ThisProcessor>();
    }

    /// <summary>Changes a page's rights without a flush; what is owed is added to <paramref name="owed"/>.</summary>
    public static ProtectError ProtectLater(VirtualAddress at, PageAttributes attributes, ref PendingFlush owed)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>().Protect(Page<Size4KiB>.FromStart(at), attributes).HandOn(ref owed);
    }

    /// <summary>Changes a range's rights and flushes.</summary>
    public static ProtectError ProtectRange(VirtualAddress at, ulong length, PageAttributes attributes)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>().ProtectRange(VirtualRange.FromStart(at, length), attributes).Flush<ThisProcessor>();
    }

    /// <summary>Splits a page and flushes.</summary>
    public static SplitError Split<TSize>(VirtualAddress at)
        where TSize : struct, IPageSize
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>().Split(Page<TSize>.FromStart(at)).Flush<ThisProcessor>();
    }

    /// <summary>What the tables say about an address.</summary>
    public static Translation Translate(VirtualAddress at)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        return session.Mapper.Through<TMemory>().Translate(at);
    }

    /// <summary>Frees the tables under a stretch of addresses that have become empty; how many there were.</summary>
    public static ulong Reclaim(VirtualAddress at, ulong length)
    {
        InterruptsDisabled token = Laboratory<TMode>.Token();
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session = Open();
        RetiredTables<TMemory> retired = session.Mapper.Through<TMemory>().ReclaimEmptyTables(VirtualRange.FromStart(at, length));
        ulong count = retired.Count;
        retired.FlushAndRelease<ThisProcessor, KernelFrames>(ref KernelMemory.Source, token);
        return count;
    }

    private static KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> Open() =>
        KernelSpace<TMode>.Tables.Open(ref KernelMemory.Source, Laboratory<TMode>.Token());
}
