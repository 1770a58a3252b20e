using Kernel.Addresses;
using Kernel.Machine;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The simulated processor with two levels against the manual (Intel SDM volume 3A, 4.3).</summary>
public sealed class TwoLevelWalkTests
{
    private const ulong Frame = 0x1234_5000;
    private const ulong All = TableWriter.All;
    private static readonly VirtualAddress s_address = Virtual(0xFEDC_BA98);

    [Fact]
    public void Each_level_takes_ten_bits_and_an_entry_four_bytes()
    {
        using TestMachine machine = With(HardwarePaging.TwoLevel, out TableWriter tables);
        PhysicalAddress leaf = tables.Set(s_address, 1, Frame | All);
        PhysicalAddress table = Physical(machine.Memory.Read32(tables.Root + (0x3FB * 4)) & 0xFFFF_F000);
        Assert.Equal(table + (0x1CB * 4), leaf);
        Assert.Equal(AccessResult.At(Physical(Frame + 0xA98)), machine.Processor.Write(s_address, user: true));
    }

    [Fact]
    public void The_last_address_of_all_is_32_bits_wide_and_above_it_there_is_none()
    {
        using TestMachine machine = With(HardwarePaging.TwoLevel, out TableWriter tables);
        tables.Set(Virtual(0xFFFF_F000), 1, Frame | All);
        Assert.Equal(AccessResult.At(Physical(Frame + 0xFFF)), machine.Processor.Read(Virtual(0xFFFF_FFFF)));
        Assert.Equal(AccessResult.NotCanonical, machine.Processor.Read(Virtual(0x1_0000_0000)));
    }

    [Fact]
    public void A_leaf_of_4_MiB_translates_22_bits_and_has_its_PAT_bit_in_bit_12()
    {
        using TestMachine machine = With(HardwarePaging.TwoLevel, out TableWriter tables);
        PhysicalAddress slot = tables.Set(s_address, 2, 0x0840_0000 | (1 << 12) | HardwareWalk.LargePage | All);
        Assert.Equal(AccessResult.At(Physical(0x0840_0000 + (s_address.Value & 0x3F_FFFF))), machine.Processor.Write(s_address));
        ulong noted = HardwareWalk.Accessed | HardwareWalk.Dirty;
        Assert.Equal(noted, machine.ReadEntry(slot) & noted);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(20)]
    [InlineData(21)]
    public void Without_PSE_36_bits_13_to_21_of_a_large_leaf_are_reserved(int bit)
    {
        using TestMachine machine = With(HardwarePaging.TwoLevel, out TableWriter tables);
        tables.Set(s_address, 2, (1UL << bit) | HardwareWalk.LargePage | All);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.ReservedBit), machine.Processor.Read(s_address));
    }

    [Theory]
    [InlineData(36, 13, 1UL << 32)]
    [InlineData(36, 16, 1UL << 35)]
    [InlineData(36, 17, 0)]
    [InlineData(40, 20, 1UL << 39)]
    [InlineData(40, 21, 0)]
    [InlineData(52, 20, 1UL << 39)]
    [InlineData(52, 21, 0)]
    public void With_PSE_36_they_are_address_bits_as_far_as_the_processor_has_any(int width, int bit, ulong address)
    {
        using TestMachine machine = With(
            HardwarePaging.TwoLevel with { WideLargePages = true, PhysicalAddressBits = width }, out TableWriter tables);
        tables.Set(s_address, 2, (1UL << bit) | HardwareWalk.LargePage | All);
        Assert.Equal(
            address == 0
                ? AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.ReservedBit)
                : AccessResult.At(Physical(address | (s_address.Value & 0x3F_FFFF))),
            machine.Processor.Read(s_address));
    }

    [Fact]
    public void Without_PSE_the_size_bit_means_nothing()
    {
        using TestMachine machine = With(HardwarePaging.TwoLevel with { LargePages = false }, out TableWriter tables);
        tables.Set(s_address, 1, Frame | All);
        PhysicalAddress slot = tables.SlotAt(s_address, 2);
        machine.WriteEntry(slot, machine.ReadEntry(slot) | HardwareWalk.LargePage);
        Assert.Equal(AccessResult.At(Physical(Frame + 0xA98)), machine.Processor.Read(s_address));
        Assert.Equal(PagingFeatures.GlobalPages, SimulatedProcessor.PagingFeatures);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Both_levels_must_allow_writing_and_ring_3(int level)
    {
        using TestMachine machine = With(HardwarePaging.TwoLevel, out TableWriter tables);
        tables.Set(s_address, 1, Frame | All);
        PhysicalAddress slot = tables.SlotAt(s_address, level);
        machine.WriteEntry(slot, machine.ReadEntry(slot) & ~(HardwareWalk.Writable | HardwareWalk.User));
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.Write), machine.Processor.Write(s_address));
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.User), machine.Processor.Read(s_address, user: true));
        Assert.True(machine.Processor.Read(s_address).Succeeded);
    }

    [Fact]
    public void Nothing_forbids_execution_and_a_fetch_is_reported_as_a_read()
    {
        using TestMachine machine = With(HardwarePaging.TwoLevel, out TableWriter tables);
        tables.Set(s_address, 1, Frame | All);
        Assert.True(machine.Processor.Execute(s_address).Succeeded);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.None), machine.Processor.Execute(Virtual(0x1000)));
        Assert.False(SimulatedProcessor.PagingFeatures.HasFlag(PagingFeatures.NoExecute));
    }

    [Fact]
    public void A_stale_large_translation_goes_with_the_page_that_is_invalidated_in_it()
    {
        using TestMachine machine = With(HardwarePaging.TwoLevel, out TableWriter tables);
        tables.Set(s_address, 2, 0x0840_0000 | HardwareWalk.LargePage | All);
        Assert.True(machine.Processor.Read(s_address).Succeeded);
        tables.Set(s_address, 2, 0);
        Assert.True(machine.Processor.Read(s_address).Succeeded);
        SimulatedProcessor.InvalidatePage(Virtual(s_address.Value & ~0x3F_FFFFUL));
        Assert.False(machine.Processor.Read(s_address).Succeeded);
    }

    [Fact]
    public void A_root_that_CR3_cannot_hold_panics()
    {
        using TestMachine machine = new() { Paging = HardwarePaging.TwoLevel };
        Panics.In("ProcessorCore.LoadTableRoot", () => SimulatedProcessor.LoadTableRoot(Physical(0x1_0000_0000)));
    }

    private static TestMachine With(HardwarePaging paging, out TableWriter tables)
    {
        TestMachine machine = new() { Paging = paging };
        tables = new TableWriter(machine);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        return machine;
    }
}
