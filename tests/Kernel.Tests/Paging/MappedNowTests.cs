using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>
/// The question that early allocators ask before the kernel has tables of its own, and the distance that it is about.
/// </summary>
public abstract class MappedNowTests<TMode>
    where TMode : struct, IPagingMode
{
    [Theory]
    [InlineData(0UL, 0x1_0000_0000UL, true)]
    [InlineData(0UL, 0x1000UL, true)]
    [InlineData(0xFFFF_FFFFUL, 0x1_0000_0000UL, true)]
    [InlineData(0x1234_5678UL, 0x1234_5679UL, true)]
    [InlineData(0x3FFF_FFFFUL, 0x4000_0001UL, true)]
    [InlineData(0xFFFF_FFFFUL, 0x1_0000_0001UL, false)]
    [InlineData(0x1_0000_0000UL, 0x1_0000_1000UL, false)]
    [InlineData(0x2_0000_0000UL, 0x2_0000_0001UL, false)]
    public void The_boot_tables_answer_for_the_memory_that_they_show(ulong start, ulong end, bool shown)
    {
        using PagingMachine<TMode> machine = MachineWithBootTables();
        Assert.Equal(shown, IsMappedNow(start, end));
    }

    [Fact]
    public void Nothing_is_shown_by_empty_tables()
    {
        using PagingMachine<TMode> machine = new();
        Assert.False(IsMappedNow(0, 1));
        Assert.False(IsMappedNow(0, 0x4000_0000));
    }

    [Fact]
    public void No_byte_at_all_is_always_shown()
    {
        using PagingMachine<TMode> machine = new();
        Assert.True(IsMappedNow(0x5000, 0x5000));
    }

    [Fact]
    public void One_missing_page_is_found_wherever_it_is()
    {
        foreach (ulong missing in new ulong[] { 0x1_0000_0000, 0x1_0001_0000, 0x1_001F_F000 })
        {
            using PagingMachine<TMode> machine = MachineWithBootTables();
            Assert.Equal(
                MapError.None, machine.MapRange(Shown(0x1_0000_0000), Size2MiB.Bytes, 0x1_0000_0000, PageAttributes.KernelData));
            Assert.True(IsMappedNow(0xFFFF_0000, 0x1_0020_0000));
            Assert.Equal(SplitError.None, machine.Split(2, Shown(0x1_0000_0000)));
            Assert.Equal(UnmapError.None, machine.Unmap(1, Shown(missing)));
            Assert.False(IsMappedNow(0xFFFF_0000, 0x1_0020_0000));
            Assert.False(IsMappedNow(missing + 0xFFF, missing + 0x1000));
            Assert.True(IsMappedNow(0xFFFF_0000, missing));
        }
    }

    [Fact]
    public void A_page_that_shows_another_frame_does_not_count()
    {
        using PagingMachine<TMode> machine = MachineWithBootTables();
        Assert.Equal(MapError.None, machine.Map(1, Shown(0x1_0000_0000), 0x5000, PageAttributes.KernelData));
        Assert.False(IsMappedNow(0x1_0000_0000, 0x1_0000_1000));
    }

    [Fact]
    public void An_entry_of_software_does_not_count()
    {
        using PagingMachine<TMode> machine = MachineWithBootTables();
        Assert.Equal(MapError.None, machine.Map(1, Shown(0x1_0000_0000), 0x1_0000_0000, PageAttributes.KernelData));
        machine.SetEntry(Shown(0x1_0000_0000), 1, 0x1_0000_0002);
        Assert.False(IsMappedNow(0x1_0000_0000, 0x1_0000_1000));
    }

    [Fact]
    public void Asking_changes_nothing_and_takes_no_lock()
    {
        using PagingMachine<TMode> machine = MachineWithBootTables();
        MemorySnapshot before = machine.Ledger.TakeSnapshot();
        Assert.True(IsMappedNow(0, 0x1_0000_0000));
        Assert.Null(before.FirstDifference(machine.Ledger.TakeSnapshot()));
    }

    [Fact]
    public void The_direct_map_shows_an_address_at_its_distance_and_back()
    {
        foreach (ulong address in new[] { 0UL, 1UL, 0xFEE0_0010UL, ulong.Min(DirectMap<TMode>.Limit, 1UL << 52) - 1 })
        {
            VirtualAddress shown = Shown(address);
            Assert.Equal(TMode.UpperHalfStart.Value + address, shown.Value);
            Assert.Equal(address, DirectMap<TMode>.PhysicalOf(shown).Value);
        }
    }

    [Fact]
    public void An_address_outside_the_direct_map_shows_nothing()
    {
        VirtualAddress[] outside = [VirtualAddress.Zero, KernelLayout<TMode>.Dynamic.Start, KernelLayout<TMode>.LastRootEntry.Start];
        foreach (VirtualAddress address in outside)
        {
            Assert.Equal(
                "DirectMap.PhysicalOf", Assert.Throws<KernelPanicException>(() => DirectMap<TMode>.PhysicalOf(address)).Where);
        }
    }

    private static bool IsMappedNow(ulong start, ulong end) =>
        KernelPageTables<TMode, SimulatedProcessor, SimulatedMemory, CountingFrames>
            .IsMappedNow(KernelMachine<TMode>.Range(start, end));

    private static VirtualAddress Shown(ulong address) => KernelMachine<TMode>.Shown(address);

    /// <summary>A machine whose loaded tables show the first 4 GiB in the direct map, and nothing else.</summary>
    private static PagingMachine<TMode> MachineWithBootTables()
    {
        PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.MapRange(Shown(0), 4 * Size1GiB.Bytes, 0, PageAttributes.KernelData));
        return machine;
    }
}

public sealed class FourLevelMappedNowTests : MappedNowTests<FourLevelPaging>
{
    [Fact]
    public void Nothing_is_shown_above_the_direct_map()
    {
        using PagingMachine<FourLevelPaging> machine = new();
        PhysicalRange above = KernelMachine<FourLevelPaging>.Range(1UL << 46, (1UL << 46) + 1);
        Assert.False(KernelPageTables<FourLevelPaging, SimulatedProcessor, SimulatedMemory, CountingFrames>.IsMappedNow(above));
        Assert.Equal(
            "DirectMap.AddressOf",
            Assert.Throws<KernelPanicException>(() => DirectMap<FourLevelPaging>.AddressOf(above.Start)).Where);
    }
}

public sealed class FiveLevelMappedNowTests : MappedNowTests<FiveLevelPaging>;
