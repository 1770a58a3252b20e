using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>The root's entry that points to the root: what it shows, and that nobody maps, changes or reclaims anything under it.</summary>
public abstract class RecursiveSlotTests<TMode> : PagingTests<TMode, SimulatedRecursiveMemory<TMode>>
    where TMode : struct, IPagingMode
{
    private static VirtualAddress Slot => Places<TMode>.LastOfAll(Levels);

    private static VirtualAddress Top => Places<TMode>.LastOfAll(1);

    [Fact]
    public void The_last_page_of_all_shows_the_root()
    {
        using PagingMachine<TMode, SimulatedRecursiveMemory<TMode>> machine = new();
        Assert.Equal(Top, RecursiveMap<TMode, SimulatedProcessor>.AddressOfTable(TMode.RootLevel, VirtualAddress.Zero));
        Assert.Equal(machine.Root.Frame.Start, machine.Processor.Read(Top).Address);
    }

    [Theory]
    [InlineData("Zero")]
    [InlineData("Low")]
    [InlineData("LastOfLowerHalf")]
    [InlineData("FirstOfUpperHalf")]
    [InlineData("High")]
    [InlineData("LastOfAll")]
    public void Every_table_on_the_way_to_a_page_is_shown_where_its_address_says(string place)
    {
        using PagingMachine<TMode, SimulatedRecursiveMemory<TMode>> machine = new();
        VirtualAddress page = Named(place, 1);
        Assert.Equal(MapError.None, machine.Map(1, page, Frame, KernelData));
        for (int level = 1; level < Levels; level++)
        {
            VirtualAddress shown = RecursiveMap<TMode, SimulatedProcessor>.AddressOfTable(new PageTableLevel(level), page);
            PhysicalAddress table = PhysicalAddress.FromValue(machine.EntryOf(page, level + 1) & Places<TMode>.Hardware.AddressBits);
            Assert.True(shown >= Slot);
            Assert.Equal(table, machine.Processor.Read(shown).Address);
        }
    }

    [Fact]
    public void Nothing_is_mapped_changed_split_or_reclaimed_under_it()
    {
        using PagingMachine<TMode, SimulatedRecursiveMemory<TMode>> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        foreach (VirtualAddress page in new[] { Slot, Top })
        {
            machine.ExpectRefused(MapError.RecursiveSlot, () => machine.Map(1, page, Frame, KernelData));
            machine.ExpectRefused(MapError.RecursiveSlot, () => machine.MapRange(page, Size4KiB.Bytes, Frame, KernelData));
            machine.ExpectRefused(MapError.RecursiveSlot, () => machine.MapMissing(page, Size4KiB.Bytes, Frame, KernelData));
            machine.ExpectRefused(UnmapError.RecursiveSlot, () => machine.Unmap(1, page));
            machine.ExpectRefused(UnmapError.RecursiveSlot, () => machine.UnmapRange(page, Size4KiB.Bytes));
            machine.ExpectRefused(ProtectError.RecursiveSlot, () => machine.Protect(1, page, KernelReadOnly));
            machine.ExpectRefused(ProtectError.RecursiveSlot, () => machine.ProtectRange(page, Size4KiB.Bytes, KernelReadOnly));
        }

        machine.ExpectRefused(0UL, () => machine.Reclaim(VirtualRange.FromStart(Slot, BytesAt(Levels))));
        Assert.True(machine.Processor.Read(Low).Succeeded);
    }

    [Fact]
    public void A_range_that_ends_in_it_is_refused_as_a_whole()
    {
        using PagingMachine<TMode, SimulatedRecursiveMemory<TMode>> machine = new();
        VirtualAddress before = LastOfAll(1);
        machine.ExpectRefused(MapError.RecursiveSlot, () => machine.MapRange(before, 2 * Size4KiB.Bytes, Frame, KernelData));
        Assert.Equal(MapError.None, machine.Map(1, before, Frame, KernelData));
        machine.ExpectRefused(UnmapError.RecursiveSlot, () => machine.UnmapRange(before, 2 * Size4KiB.Bytes));
    }

    [Fact]
    public void It_is_closed_to_ring_3()
    {
        using PagingMachine<TMode, SimulatedRecursiveMemory<TMode>> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, UserData));
        Assert.False(machine.Processor.Read(Top, user: true).Succeeded);
        VirtualAddress table = RecursiveMap<TMode, SimulatedProcessor>.AddressOfTable(PageTableLevel.Lowest, Low);
        Assert.False(machine.Processor.Read(table, user: true).Succeeded);
        Assert.True(machine.Processor.Read(table).Succeeded);
    }

    [Fact]
    public void A_table_that_is_reclaimed_and_made_again_in_another_frame_is_seen_there()
    {
        using PagingMachine<TMode, SimulatedRecursiveMemory<TMode>> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        PhysicalAddress before = machine.SlotOf(Low, 1);
        Assert.Equal(UnmapError.None, machine.Unmap(1, Low));
        Assert.NotEqual(0UL, machine.ReclaimAll());

        // Somebody else gets the frame that the table was in.
        Assert.True(machine.Frames.TryTake(machine.Token, out Frame<Size4KiB> other));
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame + 0x1000, KernelData));
        Assert.NotEqual(before, machine.SlotOf(Low, 1));
        Assert.Equal(Frame + 0x1000, machine.Processor.Read(Low).Address.Value);
        Assert.Equal(Frame + 0x1000, machine.Translate(Low).Address.Value);
        Assert.True(machine.Machine.Memory.Bytes(other).IndexOfAnyExcept(MemoryArray.DirtyByte) < 0);
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void After_a_large_page_that_was_unmapped_the_tables_for_small_ones_are_seen(int level) =>
        ExpectTablesInPlaceOfPage(level, machine =>
        {
            PageMapper<TMode, SimulatedRecursiveMemory<TMode>, CountingFrames> mapper = machine.Mapper;
            Assert.Equal(UnmapError.None, mapper.Unmap(level, Low, out _).Flush<SimulatedProcessor>());
        });

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void After_large_pages_that_were_unmapped_as_a_range_the_tables_for_small_ones_are_seen_before_any_flush(int level) =>
        ExpectTablesInPlaceOfPage(level, machine =>
        {
            PendingFlush owed = PendingFlush.None;
            VirtualRange range = VirtualRange.FromStart(Low, BytesAt(level));
            Assert.Equal(UnmapError.None, machine.Mapper.UnmapRange(range).HandOn(ref owed));
            Assert.False(owed.IsNone);
        });

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void After_a_large_page_that_was_split_the_tables_are_seen(int level) =>
        ExpectTablesInPlaceOfPage(level, machine =>
        {
            for (int whole = level; whole > 1; whole--)
            {
                Assert.Equal(SplitError.None, machine.Split(whole, Low));
            }

            Assert.Equal(UnmapError.None, machine.Unmap(1, Low));
        });

    // Nobody goes there on purpose as long as there is a page and no table, but a processor may on its own (Intel SDM volume 3A, 4.10.2.3).
    private static void ExpectTablesInPlaceOfPage(
        int level, Action<PagingMachine<TMode, SimulatedRecursiveMemory<TMode>>> removePage)
    {
        using PagingMachine<TMode, SimulatedRecursiveMemory<TMode>> machine = new(processors: 2);
        Assert.Equal(MapError.None, machine.Map(level, Low, 0, KernelData));
        for (int below = level - 1; below > 0; below--)
        {
            VirtualAddress shown = RecursiveMap<TMode, SimulatedProcessor>.AddressOfTable(new PageTableLevel(below), Low);
            Assert.All(machine.Machine.Processors, processor => processor.Read(shown));
        }

        removePage(machine);
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        for (int below = level - 1; below > 0; below--)
        {
            VirtualAddress shown = RecursiveMap<TMode, SimulatedProcessor>.AddressOfTable(new PageTableLevel(below), Low);
            PhysicalAddress table = machine.SlotOf(Low, below).AlignDown<Size4KiB>();
            Assert.All(machine.Machine.Processors, processor => Assert.Equal(table, processor.Read(shown).Address));
        }

        Assert.Equal(Frame, machine.Processor.Read(Low).Address.Value);
    }
}

public sealed class TwoLevelRecursiveSlotTests : RecursiveSlotTests<TwoLevelPaging>;

public sealed class FourLevelRecursiveSlotTests : RecursiveSlotTests<FourLevelPaging>;
