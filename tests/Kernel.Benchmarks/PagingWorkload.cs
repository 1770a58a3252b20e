using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Benchmarks;

/// <summary>The operations that are measured, each over as many pages as the method's constant says. Shared by both ways of running them.</summary>
internal static class PagingWorkload
{
    /// <summary>1 Mi pages of 4 KiB: 4 GiB of address space.</summary>
    public const int Pages = 1 << 20;

    /// <summary>How many of them, chosen at random, are translated.</summary>
    public const int Lookups = 1 << 16;

    /// <summary>Leaves of 2 MiB: 16 GiB of address space.</summary>
    public const int LargePages = 1 << 13;

    private const ulong FirstFrame = 1UL << 33;
    private const ulong FirstPage = 0xFFFF_9000_0000_0000;

    private static readonly ulong[] s_lookups = ChooseLookups();
    private static ArenaFrames s_frames;
    private static PageTableFrame s_root;

    private static Page<Size4KiB> Start => Page<Size4KiB>.FromStart(VirtualAddress.FromValue(FirstPage));

    private static VirtualRange Range => VirtualRange.FromStart(Start.Start, (ulong)Pages * Size4KiB.Bytes);

    private static PhysicalAddress Frames => PhysicalAddress.FromValue(FirstFrame);

    /// <summary>An empty hierarchy, with its future tables dirty.</summary>
    public static void StartEmpty()
    {
        s_frames = default;
        if (!PageTableFrame.TryAllocate<ArenaMemory, ArenaFrames>(ref s_frames, Token, out s_root))
        {
            throw new InvalidOperationException("The arena has no frame for the root.");
        }
    }

    /// <summary>A hierarchy in which all pages are mapped.</summary>
    public static void StartMapped()
    {
        StartEmpty();
        MapRange();
    }

    public static void MapOneByOne()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Mapper;
        PendingFlush flush = PendingFlush.None;
        for (ulong index = 0; index < Pages; index++)
        {
            Page<Size4KiB> page = Page<Size4KiB>.Containing(VirtualAddress.FromValue(FirstPage + (index << Size4KiB.Shift)));
            Frame<Size4KiB> frame = Frame<Size4KiB>.Containing(PhysicalAddress.FromValue(FirstFrame + (index << Size4KiB.Shift)));
            Check(mapper.Map(page, frame, PageAttributes.KernelData).HandOn(ref flush) == MapError.None);
        }
    }

    public static ulong TranslateRandom()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Mapper;
        ulong sum = 0;
        foreach (ulong address in s_lookups)
        {
            Translation translation = mapper.Translate(VirtualAddress.FromValue(address));
            Check(translation.IsMapped);
            sum += translation.Address.Value;
        }

        return sum;
    }

    public static void ProtectOneByOne()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Mapper;
        PendingFlush flush = PendingFlush.None;
        for (ulong index = 0; index < Pages; index++)
        {
            Page<Size4KiB> page = Page<Size4KiB>.Containing(VirtualAddress.FromValue(FirstPage + (index << Size4KiB.Shift)));
            TableChange<ProtectError> change = mapper.Protect(page, PageAttributes.KernelReadOnly);
            Check(change.NeverLoaded() == ProtectError.None);
        }
    }

    public static void UnmapOneByOne()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Mapper;
        for (ulong index = 0; index < Pages; index++)
        {
            Page<Size4KiB> page = Page<Size4KiB>.Containing(VirtualAddress.FromValue(FirstPage + (index << Size4KiB.Shift)));
            Check(mapper.Unmap(page, out _).NeverLoaded() == UnmapError.None);
        }
    }

    public static void MapLarge()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Mapper;
        for (ulong index = 0; index < LargePages; index++)
        {
            Page<Size2MiB> page = Page<Size2MiB>.Containing(VirtualAddress.FromValue(FirstPage + (index << Size2MiB.Shift)));
            Frame<Size2MiB> frame = Frame<Size2MiB>.Containing(PhysicalAddress.FromValue(FirstFrame + (index << Size2MiB.Shift)));
            Check(mapper.Map(page, frame, PageAttributes.KernelData).NeverLoaded() == MapError.None);
        }
    }

    /// <summary>Frames one page off, so that no larger page fits: 4 KiB pages throughout.</summary>
    public static void MapRange()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Mapper;
        Check(mapper.MapRange(Range, Frames + Size4KiB.Bytes, PageAttributes.KernelData).NeverLoaded() == MapError.None);
    }

    public static void ProtectRange()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Mapper;
        Check(mapper.ProtectRange(Range, PageAttributes.KernelReadOnly).NeverLoaded() == ProtectError.None);
    }

    public static void UnmapRange()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Mapper;
        Check(mapper.UnmapRange(Range).NeverLoaded() == UnmapError.None);
    }

    private static InterruptsDisabled Token => InterruptsDisabled.InTrustedContext<IdleProcessor>();

    private static PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> Mapper =>
        new(s_root, IdleProcessor.PagingFeatures, RootEntries.Growing, ref s_frames, Token);

    private static void Check(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("An operation of the workload was refused.");
        }
    }

    private static ulong[] ChooseLookups()
    {
        Random random = new(20251);
        ulong[] lookups = new ulong[Lookups];
        for (int index = 0; index < lookups.Length; index++)
        {
            lookups[index] = FirstPage + ((ulong)random.Next(Pages) << Size4KiB.Shift) + (ulong)random.Next((int)Size4KiB.Bytes);
        }

        return lookups;
    }
}
