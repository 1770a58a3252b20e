using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Devices and firmware tables in the direct map, new kernel mappings, and the question what is mapped now.</summary>
public abstract class EnsureMappedTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Device = 0xFEE0_0000;

    private static VirtualRange Dynamic => KernelLayout<TMode>.Dynamic;

    [Theory]
    [InlineData(CacheType.Uncached)]
    [InlineData(CacheType.WriteCombining)]
    [InlineData(CacheType.WriteThrough)]
    public void A_device_is_shown_with_its_cache_type_and_never_executed(CacheType cache)
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.Equal(MapError.None, machine.EnsureMapped(Device, Device + 0x1000, cache));
        VirtualAddress shown = KernelMachine<TMode>.Shown(Device);
        Assert.Equal(Device, machine.Processor.Write(shown).Address.Value);
        Assert.False(machine.Processor.Execute(shown).Succeeded);
        Assert.False(machine.Processor.Read(shown, user: true).Succeeded);
        ScannedLeaf leaf = Assert.Single(machine.Leaves, leaf => leaf.Address == shown);
        Assert.Equal(Rights.Named<TMode>(nameof(PageAttributes.KernelData)).LeafBits(Device, cache, 1), leaf.Entry);
    }

    [Fact]
    public void A_large_device_is_shown_with_large_pages()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.Equal(MapError.None, machine.EnsureMapped(0xE000_0000, 0xE100_0000, CacheType.WriteCombining));
        Assert.Equal(8, machine.Leaves.Count(leaf => leaf.Level == 2 && leaf.Frames.Start.Value >= 0xE000_0000));
        Assert.Equal(0xE0FF_FFFFUL, machine.Processor.Read(KernelMachine<TMode>.Shown(0xE0FF_FFFF)).Address.Value);
    }

    [Fact]
    public void A_few_bytes_show_the_whole_frames_around_them_and_no_more()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.Equal(MapError.None, machine.EnsureMapped(Device + 0xFF0, Device + 0x1010, CacheType.Uncached));
        Assert.True(machine.Processor.Read(KernelMachine<TMode>.Shown(Device)).Succeeded);
        Assert.True(machine.Processor.Read(KernelMachine<TMode>.Shown(Device + 0x1FFF)).Succeeded);
        Assert.False(machine.Processor.Read(KernelMachine<TMode>.Shown(Device + 0x2000)).Succeeded);
        Assert.False(machine.Processor.Read(KernelMachine<TMode>.Shown(Device - 1)).Succeeded);
    }

    [Fact]
    public void Asking_twice_changes_nothing_the_second_time()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.Equal(MapError.None, machine.EnsureMapped(Device, Device + 0x3000, CacheType.Uncached));
        MemorySnapshot before = machine.Ledger.TakeSnapshot();
        Assert.Equal(MapError.None, machine.EnsureMapped(Device, Device + 0x3000, CacheType.Uncached));
        Assert.Equal(MapError.None, machine.EnsureMapped(Device + 0x1000, Device + 0x2000, CacheType.Uncached));
        Assert.Null(before.FirstDifference(machine.Ledger.TakeSnapshot()));
    }

    [Fact]
    public void A_range_that_is_partly_shown_is_completed()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.Equal(MapError.None, machine.EnsureMapped(Device + 0x1000, Device + 0x2000, CacheType.Uncached));
        Assert.Equal(MapError.None, machine.EnsureMapped(Device, Device + 0x3000, CacheType.Uncached));
        Assert.True(KernelPageTables<TMode, SimulatedProcessor, SimulatedMemory, CountingFrames>.IsMappedNow(
            KernelMachine<TMode>.Range(Device, Device + 0x3000)));
    }

    [Theory]
    [InlineData(Device, CacheType.WriteCombining)]
    [InlineData(0x1000_0000UL, CacheType.Uncached)]
    [InlineData(0x3FFD_F000UL, CacheType.WriteThrough)]
    [InlineData(0x12_0000UL, CacheType.WriteBack)]
    [InlineData(0x14_4000UL, CacheType.WriteBack)]
    public void What_is_shown_with_another_cache_type_or_other_rights_is_refused_and_stays(ulong start, CacheType cache)
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.Equal(MapError.None, machine.EnsureMapped(Device, Device + 0x1000, CacheType.Uncached));
        MemorySnapshot before = machine.Ledger.TakeSnapshot();
        Assert.Equal(MapError.MappedDifferently, machine.EnsureMapped(start, start + 0x1000, cache));
        Assert.Null(before.FirstDifference(machine.Ledger.TakeSnapshot()));
    }

    [Fact]
    public void Memory_is_shown_already_as_write_back()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        MemorySnapshot before = machine.Ledger.TakeSnapshot();
        Assert.Equal(MapError.None, machine.EnsureMapped(0x1000_0000, 0x1200_0000, CacheType.WriteBack));
        Assert.Null(before.FirstDifference(machine.Ledger.TakeSnapshot()));
    }

    [Fact]
    public void A_device_that_reaches_into_memory_is_refused_as_a_whole()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.Equal(MapError.MappedDifferently, machine.EnsureMapped(0xF_0000, 0x10_1000, CacheType.Uncached));
        Assert.False(machine.Processor.Read(KernelMachine<TMode>.Shown(0xF_0000)).Succeeded);
    }

    [Fact]
    public void Nothing_is_nothing_to_show()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        MemorySnapshot before = machine.Ledger.TakeSnapshot();
        Assert.Equal(MapError.None, machine.EnsureMapped(Device, Device, CacheType.Uncached));
        Assert.Null(before.FirstDifference(machine.Ledger.TakeSnapshot()));
    }

    [Fact]
    public void An_address_wider_than_the_processor_has_is_refused_and_nothing_changes()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        ulong beyond = 1UL << KernelMachine<TMode>.PhysicalBits;
        MemorySnapshot before = machine.Ledger.TakeSnapshot();
        Assert.Equal(MapError.AbovePhysicalWidth, machine.EnsureMapped(beyond, beyond + 1, CacheType.Uncached));
        Assert.Equal(MapError.AbovePhysicalWidth, machine.EnsureMapped(beyond - 0x2000, beyond + 1, CacheType.Uncached));
        Assert.Equal(MapError.AbovePhysicalWidth, machine.EnsureMapped((1UL << 52) - 1, 1UL << 52, CacheType.Uncached));
        Assert.Null(before.FirstDifference(machine.Ledger.TakeSnapshot()));
    }

    [Fact]
    public void The_last_frame_that_the_processor_has_an_address_for_can_be_shown()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        ulong last = (1UL << KernelMachine<TMode>.PhysicalBits) - 1;
        Assert.Equal(MapError.None, machine.EnsureMapped(last, last + 1, CacheType.Uncached));
        Assert.Equal(last, machine.Processor.Read(KernelMachine<TMode>.Shown(last)).Address.Value);
    }

    [Theory]
    [InlineData(0x1_0000_0000UL, MapError.AbovePhysicalWidth)]
    [InlineData(0xFEE0_0000UL, MapError.None)]
    public void A_narrower_processor_has_fewer_addresses_for_devices(ulong device, MapError expected)
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running(paging: KernelMachine<TMode>.Hardware with { PhysicalAddressBits = 32 });
        Assert.Equal(expected, machine.EnsureMapped(device, device + 0x1000, CacheType.Uncached));
    }

    [Fact]
    public void Every_frame_that_could_be_missing_is_missed_without_a_trace()
    {
        for (int frames = 0; ; frames++)
        {
            using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
            MemorySnapshot before = machine.Ledger.TakeSnapshot();
            machine.Ledger.Limit = frames;
            MapError error = machine.EnsureMapped(0xFF_FFFF_F000 - Size1GiB.Bytes, 0xFF_FFFF_F000, CacheType.Uncached);
            if (error == MapError.None)
            {
                Assert.Equal(0, machine.Ledger.Limit);
                Assert.InRange(frames, 4, 5);
                break;
            }

            Assert.Equal(MapError.OutOfFrames, error);
            Assert.Null(before.FirstDifference(machine.Ledger.TakeSnapshot()));
        }
    }

    [Fact]
    public void A_new_root_entry_is_refused_after_activation_because_other_roots_would_not_have_it()
    {
        using KernelMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Build());
        VirtualAddress unused = Dynamic.Start + (1UL << TMode.ShiftAt(TMode.RootLevel));
        Assert.Equal(MapError.None, machine.Map(unused, 0x1000_0000));
        machine.Tables.Activate(KernelMachine<TMode>.Image, machine.Token);
        Assert.Equal(MapError.RootEntryFixed, machine.Map(unused + (1UL << TMode.ShiftAt(TMode.RootLevel)), 0x1000_0000));
    }

    [Fact]
    public void The_dynamic_part_takes_pages_after_activation()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.Equal(MapError.None, machine.Map(Dynamic.Start, 0x1000_0000));
        VirtualAddress last = VirtualAddress.FromValue(Dynamic.Last.Value & ~0xFFFUL);
        Assert.Equal(MapError.None, machine.Map(last, 0x1000_1000));
        Assert.Equal(0x1000_1FFFUL, machine.Processor.Write(Dynamic.Last).Address.Value);
    }

    [Fact]
    public void A_kernel_page_that_is_unmapped_is_forgotten_by_every_processor()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running(processors: 3);
        Assert.Equal(MapError.None, machine.Map(Dynamic.Start, 0x1000_0000));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(Dynamic.Start).Succeeded));
        Assert.Equal(UnmapError.None, machine.Unmap(Dynamic.Start));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Write(Dynamic.Start).Succeeded));
    }

    [Fact]
    public void The_parts_of_the_kernel_half_do_not_overlap()
    {
        VirtualRange direct = KernelLayout<TMode>.DirectMapOf(PhysicalAddress.MaximumBits);
        Assert.Equal(TMode.UpperHalfStart, direct.Start);
        Assert.False(direct.Overlaps(Dynamic));
        Assert.False(direct.Overlaps(KernelLayout<TMode>.LastRootEntry));
        Assert.False(direct.Overlaps(KernelLayout<TMode>.Windows));
        Assert.False(Dynamic.Overlaps(KernelLayout<TMode>.Windows));
        Assert.False(Dynamic.Overlaps(KernelLayout<TMode>.LastRootEntry));
        Assert.False(KernelLayout<TMode>.Windows.Overlaps(KernelLayout<TMode>.LastRootEntry));
        Assert.Equal(ulong.MaxValue, KernelLayout<TMode>.LastRootEntry.Last.Value);
    }
}

public sealed class FourLevelEnsureMappedTests : EnsureMappedTests<FourLevelPaging>
{
    [Fact]
    public void A_device_above_the_direct_map_is_refused()
    {
        using KernelMachine<FourLevelPaging> machine = KernelMachine<FourLevelPaging>.Running(paging: HardwarePaging.FourLevel);
        Assert.Equal(MapError.OutsideDirectMap, machine.EnsureMapped(1UL << 46, (1UL << 46) + 0x1000, CacheType.Uncached));
        Assert.Equal(MapError.OutsideDirectMap, machine.EnsureMapped((1UL << 46) - 0x1000, (1UL << 46) + 1, CacheType.Uncached));
        Assert.Equal(MapError.OutsideDirectMap, machine.EnsureMapped((1UL << 52) - 1, 1UL << 52, CacheType.Uncached));
    }
}

public sealed class FiveLevelEnsureMappedTests : EnsureMappedTests<FiveLevelPaging>;
