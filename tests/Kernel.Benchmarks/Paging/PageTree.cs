using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Benchmarks.Machine;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Benchmarks.Paging;

/// <summary>A tree of page tables in the arena that no processor has ever loaded, and the pages and frames that are used with it.</summary>
internal sealed class PageTree
{
    /// <summary>Pages of 4 KiB: 4 GiB of address space.</summary>
    public const int Pages = 1 << 20;

    /// <summary>Pages of 2 MiB: 256 GiB of address space.</summary>
    public const int LargePages = 1 << 17;

    /// <summary>The address of page 0, aligned for every size.</summary>
    public const ulong FirstPage = 0xFFFF_9000_0000_0000;

    /// <summary>The address of frame 0, aligned for every size.</summary>
    public const ulong FirstFrame = 1UL << 33;

    private ArenaFrames _frames;
    private PageTableFrame _root;

    /// <summary>All pages of 4 KiB.</summary>
    public static VirtualRange Range => VirtualRange.FromStart(VirtualAddress.FromValue(FirstPage), (ulong)Pages << Size4KiB.Shift);

    /// <summary>A mapper for the tree.</summary>
    public PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> Mapper =>
        new(_root, IdleProcessor.PagingFeatures, RootEntries.Growing, ref _frames, Token);

    private static InterruptsDisabled Token => InterruptsDisabled.InTrustedContext<IdleProcessor>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page<TSize> PageAt<TSize>(ulong index) where TSize : struct, IPageSize =>
        Page<TSize>.Containing(VirtualAddress.FromValue(FirstPage + (index << TSize.Shift)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Frame<TSize> FrameAt<TSize>(ulong index) where TSize : struct, IPageSize =>
        Frame<TSize>.Containing(PhysicalAddress.FromValue(FirstFrame + (index << TSize.Shift)));

    /// <summary>Starts over without a page. The frames of the tables to come are as dirty as their last use has left them.</summary>
    public void Empty()
    {
        _frames = default;
        if (!PageTableFrame.TryAllocate<ArenaMemory, ArenaFrames>(ref _frames, Token, out _root))
        {
            throw new WorkloadFailedException("root table");
        }
    }

    /// <summary>Starts over with every page of 4 KiB mapped to the frame of its number, as kernel data.</summary>
    /// <remarks>One by one: a range would take the largest pages that fit.</remarks>
    public void MapAll()
    {
        Empty();
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Mapper;
        for (ulong index = 0; index < Pages; index++)
        {
            if (mapper.Map(PageAt<Size4KiB>(index), FrameAt<Size4KiB>(index), PageAttributes.KernelData).NeverLoaded() != MapError.None)
            {
                throw new WorkloadFailedException("mapped tree");
            }
        }
    }

    /// <summary>The entry that decides about an address, read from the arena by the manual and not through the kernel; 0 if there is none.</summary>
    public unsafe ulong EntryFor(ulong address)
    {
        const ulong Present = 1;
        const ulong Large = 1 << 7;
        const ulong Address = 0x000F_FFFF_FFFF_F000;
        const int RootShift = 39;
        const int LowestShift = 12;
        ulong table = _root.Frame.Start.Value;
        for (int shift = RootShift; ; shift -= 9)
        {
            // SAFETY: the tables of the tree lie in the arena, and the index is below 512.
            ulong entry = ((ulong*)ArenaMemory.PointerTo(PhysicalAddress.FromValue(table)))[(address >> shift) & 511];
            if ((entry & Present) == 0 || (entry & Large) != 0 || shift == LowestShift)
            {
                return entry;
            }

            table = entry & Address;
        }
    }
}
