using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The simulated processor with PAE against the manual (Intel SDM volume 3A, 4.4).</summary>
public sealed class ThreeLevelWalkTests
{
    private const ulong Frame = 0x0012_3456_7000;
    private const ulong All = TableWriter.All;
    private static readonly VirtualAddress s_address = Virtual(0xFEDC_BA98);

    [Fact]
    public void The_root_has_four_entries_and_the_other_tables_512_of_eight_bytes()
    {
        using TestMachine machine = With(HardwarePaging.ThreeLevel, out TableWriter tables);
        PhysicalAddress leaf = tables.Set(s_address, 1, Frame | All);
        PhysicalAddress directory = Physical(machine.Memory.Read64(tables.Root + (3 * 8)) & HardwarePaging.ThreeLevel.AddressBits);
        PhysicalAddress table = Physical(machine.Memory.Read64(directory + (0x1F6 * 8)) & HardwarePaging.ThreeLevel.AddressBits);
        Assert.Equal(table + (0x1CB * 8), leaf);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        Assert.Equal(AccessResult.At(Physical(Frame + 0xA98)), machine.Processor.Write(s_address, user: true));
    }

    [Fact]
    public void A_root_entry_is_not_seen_before_the_root_is_loaded_again()
    {
        using TestMachine machine = With(HardwarePaging.ThreeLevel, out TableWriter tables);
        tables.Set(s_address, 1, Frame | All);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.None), machine.Processor.Read(s_address));
        SimulatedProcessor.InvalidatePage(s_address);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.None), machine.Processor.Read(s_address));
        SimulatedProcessor.LoadTableRoot(tables.Root);
        Assert.True(machine.Processor.Read(s_address).Succeeded);
    }

    [Fact]
    public void A_root_entry_that_is_gone_is_used_until_everything_is_invalidated()
    {
        using TestMachine machine = With(HardwarePaging.ThreeLevel, out TableWriter tables);
        tables.Set(s_address, 1, Frame | All);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        Frame<Size4KiB> directory = Frame<Size4KiB>.FromStart(
            Physical(machine.ReadEntry(tables.SlotAt(s_address, 3)) & HardwarePaging.ThreeLevel.AddressBits));
        machine.WriteEntry(tables.SlotAt(s_address, 3), 0);
        SimulatedProcessor.InvalidatePage(s_address);
        Assert.True(machine.Processor.Read(s_address).Succeeded);
        Assert.True(machine.AnyProcessorRemembers(directory));
        SimulatedProcessor.InvalidateAll();
        Assert.False(machine.Processor.Read(s_address).Succeeded);
        Assert.False(machine.AnyProcessorRemembers(directory));
    }

    [Fact]
    public void A_root_entry_gives_no_rights_takes_none_and_is_never_written_to()
    {
        using TestMachine machine = With(HardwarePaging.ThreeLevel, out TableWriter tables);
        tables.Set(s_address, 1, Frame | All);
        PhysicalAddress slot = tables.SlotAt(s_address, 3);
        ulong before = machine.ReadEntry(slot);
        Assert.Equal(HardwareWalk.Present, before & 0xFFF);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        Assert.True(machine.Processor.Write(s_address, user: true).Succeeded);
        Assert.True(machine.Processor.Execute(s_address, user: true).Succeeded);
        Assert.Equal(before, machine.ReadEntry(slot));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(52)]
    [InlineData(63)]
    public void Loading_a_root_entry_with_a_reserved_bit_is_a_general_protection_fault(int bit)
    {
        using TestMachine machine = With(HardwarePaging.ThreeLevel, out TableWriter tables);
        tables.Set(s_address, 1, Frame | All);
        PhysicalAddress slot = tables.SlotAt(s_address, 3);
        machine.WriteEntry(slot, machine.ReadEntry(slot) | (1UL << bit));
        Panics.In("ProcessorCore.LoadTableRoot", () => SimulatedProcessor.LoadTableRoot(tables.Root));
        machine.WriteEntry(slot, machine.ReadEntry(slot) & ~HardwareWalk.Present);
        SimulatedProcessor.LoadTableRoot(tables.Root);
    }

    [Theory]
    [InlineData(1, 52)]
    [InlineData(1, 62)]
    [InlineData(2, 62)]
    public void The_bits_that_are_software_s_elsewhere_are_reserved(int level, int bit)
    {
        using TestMachine machine = With(HardwarePaging.ThreeLevel, out TableWriter tables);
        tables.Set(s_address, 1, Frame | All);
        PhysicalAddress slot = tables.SlotAt(s_address, level);
        machine.WriteEntry(slot, machine.ReadEntry(slot) | (1UL << bit));
        SimulatedProcessor.LoadTableRoot(tables.Root);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.ReservedBit), machine.Processor.Read(s_address));
    }

    [Fact]
    public void Leaves_of_2_MiB_need_no_PSE()
    {
        using TestMachine machine = With(HardwarePaging.ThreeLevel with { LargePages = false }, out TableWriter tables);
        tables.Set(s_address, 2, 0x1_0020_0000 | HardwareWalk.LargePage | All);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        Assert.Equal(AccessResult.At(Physical(0x1_0020_0000 + (s_address.Value & 0x1F_FFFF))), machine.Processor.Read(s_address));
    }

    [Fact]
    public void An_entry_can_forbid_execution()
    {
        using TestMachine machine = With(HardwarePaging.ThreeLevel, out TableWriter tables);
        tables.Set(s_address, 1, Frame | All | HardwareWalk.NoExecute);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.InstructionFetch), machine.Processor.Execute(s_address));
    }

    private static TestMachine With(HardwarePaging paging, out TableWriter tables)
    {
        TestMachine machine = new() { Paging = paging };
        tables = new TableWriter(machine);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        return machine;
    }
}
