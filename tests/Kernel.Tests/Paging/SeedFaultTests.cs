using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Faults of the systems that this one learned from, each as a test that fails where the fault comes along.</summary>
public abstract class SeedFaultTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    private static VirtualAddress Page => Low;

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void X86_64_linked_a_new_table_before_it_was_zeroed_so_that_a_processor_walked_through_garbage(int level)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = new(processors: 2);
        VirtualAddress beside = Page + BytesAt(level);
        RacingPaging<TMode>.Watch(() => Assert.Equal(PageFaultCode.None, machine.Machine.Processors[1].Read(beside).Fault));
        Assert.Equal(MapError.None, machine.Map(level, Page, Frame, KernelData));
        Assert.Equal(PageFaultCode.None, machine.Machine.Processors[1].Read(beside).Fault);
    }

    [Fact]
    public void X86_64_linked_a_new_table_before_it_was_complete_and_a_range_is_seen_whole_or_not_at_all()
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = new(processors: 2);
        ProcessorCore other = machine.Machine.Processors[1];
        VirtualAddress last = Page + (LargeBytes - Size4KiB.Bytes);
        bool firstSeen = false;
        RacingPaging<TMode>.Watch(() =>
        {
            Assert.False(firstSeen && !other.Read(last).Succeeded);
            firstSeen = other.Read(Page).Succeeded;
        });
        Assert.Equal(MapError.None, machine.MapRange(Page, LargeBytes, Frame + 0x1000, KernelData));
        Assert.True(other.Read(last).Succeeded);
    }

    [Fact]
    public void X86_64_gave_parents_no_user_bit_so_that_ring_3_never_reached_its_pages()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Page, Frame, KernelData));
        Assert.Equal(MapError.None, machine.Map(1, Page + 0x1000, Frame, UserCode));
        Assert.True(machine.Processor.Execute(Page + 0x1000, user: true).Succeeded);
        Assert.False(machine.Processor.Read(Page, user: true).Succeeded);
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void X86_64_turned_a_table_into_a_huge_page_when_its_flags_were_updated(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Page, Frame, KernelData));
        machine.ExpectRefused(ProtectError.SmallerPagesBelow, () => machine.Protect(level, Page, KernelReadOnly));
        Assert.Equal(Frame, machine.Processor.Read(Page).Address.Value);
    }

    [Fact]
    public void X86_64_took_an_entry_that_is_not_present_but_not_zero_for_a_mapped_page()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Page, Frame, KernelData));
        machine.SetEntry(Page, 1, Frame | 0x62 | Places<TMode>.Hardware.NoExecuteBit);
        Assert.False(machine.Translate(Page).IsMapped);
        machine.ExpectRefused(UnmapError.NotMapped, () => machine.Unmap(1, Page));
        machine.ExpectRefused(ProtectError.NotMapped, () => machine.Protect(1, Page, KernelData));
        machine.ExpectRefused(MapError.EntryInUse, () => machine.Map(1, Page, Frame, KernelData));
    }

    [Fact]
    public void X86_64_left_empty_tables_linked_when_it_ran_out_of_memory()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        machine.Ledger.Limit = Levels - 2;
        machine.ExpectRefused(MapError.OutOfFrames, () => machine.Map(1, Page, Frame, UserData));
        Assert.Equal(0, machine.TableCount);
    }

    [Fact]
    public void X86_64_had_one_bit_for_the_cache_type_of_a_small_page_and_for_the_size_of_a_large_one()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        PageAttributes writeThrough = KernelData.With(CacheType.WriteThrough);
        Assert.Equal(MapError.None, machine.Map(2, Page, Frame, writeThrough));
        Assert.Equal(SplitError.None, machine.Split(2, Page));
        Assert.Equal(ProtectError.None, machine.Protect(1, Page, KernelData));
        Assert.Equal(KernelData, machine.Translate(Page).Attributes);
        Assert.Equal(writeThrough, machine.Translate(Page + 0x1000).Attributes);
        Assert.Equal(Frame + 0x1000, machine.Translate(Page + 0x1000).Address.Value);
    }

    [Fact]
    public void X86_64_wiped_what_the_processor_had_noted_when_flags_were_updated()
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = new(processors: 2);
        Assert.Equal(MapError.None, machine.Map(1, Page, Frame, UserData));
        RacingPaging<TMode>.Arm(() => Assert.True(machine.Machine.Processors[1].Write(Page, user: true).Succeeded));
        Assert.Equal(ProtectError.None, machine.Protect(1, Page, UserReadOnly));
        Assert.True(machine.Translate(Page).IsDirty);
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void The_successor_of_x86_64_widened_a_huge_page_before_it_refused_the_small_one_under_it(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Page, Frame, KernelReadOnly));
        machine.ExpectRefused(MapError.CoveredByLargerPage, () => machine.Map(1, Page, Frame, UserData));
        Assert.False(machine.Processor.Write(Page).Succeeded);
        Assert.False(machine.Processor.Read(Page, user: true).Succeeded);
    }

    [Fact]
    public void Strat9_flushed_kernel_mappings_on_one_processor_only()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running(processors: 4);
        VirtualAddress page = KernelLayout<TMode>.Dynamic.Start;
        Assert.Equal(MapError.None, machine.Map(page, 0x1000_0000));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(page).Succeeded));
        Assert.Equal(UnmapError.None, machine.Unmap(page));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Write(page).Succeeded));
    }

    [Fact]
    public void Strat9_added_kernel_root_entries_that_existing_address_spaces_never_saw()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        VirtualAddress last = KernelLayout<TMode>.Windows.Last;
        if (RootEntriesOfTheKernel == 1)
        {
            // There is but one, and all roots have it.
            Assert.Equal(MapError.None, machine.Map(last + 1, 0x1000_0000));
            return;
        }

        VirtualAddress late = VirtualAddress.FromValue(last.Value | (BytesAt(Levels) - 1)) + 1;
        Assert.Equal(MapError.RootEntryFixed, machine.Map(late, 0x1000_0000));
    }

    [Fact]
    public void Strat9_mapped_devices_write_back_and_executable()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        ulong device = KernelMachine<TMode>.Device;
        Assert.Equal(MapError.None, machine.EnsureMapped(device, device + 0x1000, CacheType.Uncached));
        VirtualAddress shown = KernelMachine<TMode>.Shown(device);
        Assert.Equal(!Places<TMode>.Hardware.ForbidsExecution, machine.Processor.Execute(shown).Succeeded);
        Assert.Equal(0x18UL, Assert.Single(machine.Leaves, leaf => leaf.Address == shown).Entry & 0x98);
    }

    [Fact]
    public void Strat9_handed_out_the_active_root_without_a_lock()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        using KernelTableSession<TMode, SimulatedProcessor, SimulatedMemory, CountingFrames> session =
            machine.Tables.Open(ref machine.Frames, machine.Token);
        Assert.Throws<KernelPanicException>(() => machine.Map(KernelLayout<TMode>.Dynamic.Start, 0x1000_0000));
    }

    [Fact]
    public void Eynos_never_came_to_the_end_of_a_flush_at_the_top_of_memory()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        VirtualAddress start = VirtualAddress.FromValue(LastOfAll(1).Value - (2 * Size4KiB.Bytes));
        Assert.Equal(MapError.None, machine.MapRange(start, 3 * Size4KiB.Bytes, Frame, KernelData));
        Assert.True(machine.Processor.Read(LastOfAll(1)).Succeeded);
        int before = machine.Processor.PageInvalidations;
        Assert.Equal(UnmapError.None, machine.UnmapRange(start, 3 * Size4KiB.Bytes));
        Assert.False(machine.Processor.Read(LastOfAll(1)).Succeeded);
        Assert.Equal(3, machine.Processor.PageInvalidations - before);
    }

    [Fact]
    public void Eynos_did_not_flush_the_page_at_address_0()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, VirtualAddress.Zero, Frame, UserData));
        Assert.True(machine.Processor.Read(VirtualAddress.Zero, user: true).Succeeded);
        Assert.Equal(UnmapError.None, machine.Unmap(1, VirtualAddress.Zero));
        Assert.False(machine.Processor.Read(VirtualAddress.Zero, user: true).Succeeded);
    }

    [Fact]
    public void Eynos_freed_a_frame_before_its_flush()
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        Assert.Equal(MapError.None, machine.Map(1, Page, Frame, KernelData));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(Page).Succeeded));
        PageMapper<TMode, TMemory, CountingFrames> mapper = machine.Mapper;
        Frame<Size4KiB> frame = Frame<Size4KiB>.FromStart(PhysicalAddress.FromValue(Frame));
        TableChange<UnmapError> change = mapper.Unmap(1, Page, out PhysicalAddress unmapped);
        Assert.True(machine.Machine.AnyProcessorRemembers(frame));
        Assert.Equal(UnmapError.None, change.Flush<SimulatedProcessor>());
        Assert.Equal(frame.Start, unmapped);
        Assert.False(machine.Machine.AnyProcessorRemembers(frame));
    }

    [Fact]
    public void Eynos_lost_the_frame_of_a_page_that_it_mapped_over()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Page, Frame, UserData));
        machine.ExpectRefused(MapError.AlreadyMapped, () => machine.Map(1, Page, Frame + 0x1000, UserData));
        machine.ExpectRefused(
            MapError.AlreadyMapped, () => machine.MapRange(Page, Size4KiB.Bytes, Frame + 0x1000, UserData));
    }

    [Fact]
    public void Eynos_put_user_pages_into_tables_that_the_kernel_s_pages_are_in()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        VirtualAddress kernel = Places<TMode>.FirstOfUpperHalf;
        VirtualAddress user = Places<TMode>.LastOfLowerHalf(1);
        Assert.Equal(MapError.None, machine.Map(1, kernel, Frame, KernelData));
        ulong closed = machine.EntryOf(kernel, Levels);
        machine.RootEntries = RootEntries.Fixed;
        Assert.Equal(MapError.None, machine.Map(1, user, Frame, UserData));
        Assert.Equal(closed, machine.EntryOf(kernel, Levels));
        Assert.NotEqual(machine.SlotOf(kernel, 1).AlignDown<Size4KiB>(), machine.SlotOf(user, 1).AlignDown<Size4KiB>());
        Assert.True(machine.Processor.Write(user, user: true).Succeeded);
        Assert.False(machine.Processor.Read(kernel, user: true).Succeeded);
        if (RootEntriesHaveRights)
        {
            machine.ExpectRefused(MapError.RootEntryFixed, () => machine.Map(1, kernel + Size4KiB.Bytes, Frame, UserData));
        }
    }

    [Fact]
    public void Eynos_accepted_ranges_that_wrap_around()
    {
        VirtualAddress last = Places<TMode>.LastOfAll(1);
        Assert.True(VirtualRange.TryFromStart(last, Size4KiB.Bytes, out _));
        Assert.False(VirtualRange.TryFromStart(Page, ulong.MaxValue, out _));

        // Where the address type is as wide as the mode it refuses the range; where it is wider the mapper does.
        if (VirtualRange.TryFromStart(last, 2 * Size4KiB.Bytes, out VirtualRange beyond))
        {
            using PagingMachine<TMode, TMemory> machine = new();
            machine.ExpectRefused(MapError.NotCanonical, () => machine.MapRange(beyond.Start, beyond.Length, Frame, UserData));
            machine.ExpectRefused(UnmapError.NotCanonical, () => machine.UnmapRange(beyond.Start, beyond.Length));
            machine.ExpectRefused(ProtectError.NotCanonical, () => machine.ProtectRange(beyond.Start, beyond.Length, UserData));
        }
    }

    [Fact]
    public void Limine_showed_holes_and_devices_in_the_direct_map_as_ordinary_memory()
    {
        using KernelMachine<TMode> machine = new();
        PhysicalRange[] memory =
            [KernelMachine<TMode>.Range(0x10_0000, 0x1000_0000), KernelMachine<TMode>.Range(0x1000_2000, 0x1000_5000)];
        Assert.Equal(MapError.None, machine.Build(memory));
        machine.Tables.Activate(KernelMachine<TMode>.Image, machine.Token);
        Assert.All(machine.Leaves, leaf => Assert.Contains(memory, range => range.Contains(leaf.Frames)));
        ulong shown = machine.Leaves.Where(
            leaf => leaf.Address < KernelLayout<TMode>.Dynamic.Start).Aggregate(0UL, (sum, leaf) => sum + leaf.Bytes);
        Assert.Equal(memory.Aggregate(0UL, (sum, range) => sum + range.Length), shown);
    }
}

public sealed class TwoLevelSeedFaultTests : SeedFaultTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveSeedFaultTests : SeedFaultTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelSeedFaultTests : SeedFaultTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveSeedFaultTests : SeedFaultTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelSeedFaultTests : SeedFaultTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelSeedFaultTests : SeedFaultTests<FiveLevelPaging, SimulatedMemory>;
