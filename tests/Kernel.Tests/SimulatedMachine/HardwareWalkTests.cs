using Kernel.Addresses;
using Kernel.Machine;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The simulated processor against what the manual says a walk does.</summary>
public sealed class HardwareWalkTests
{
    private const ulong Frame = 0x1234_5000;
    private const ulong All = TableWriter.All;
    private const ulong NoExecute = HardwareWalk.NoExecute;
    private static readonly VirtualAddress s_address = Virtual(0x7654_3210_FED8);

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void A_page_of_4_KiB_translates_to_its_frame_and_offset(int levels)
    {
        using TestMachine machine = With(new HardwarePaging(levels), out TableWriter tables);
        tables.Set(s_address, 1, Frame | All);
        Assert.Equal(AccessResult.At(Physical(Frame + 0xED8)), machine.Processor.Write(s_address, user: true));
    }

    [Theory]
    [InlineData(2, 0x20_0000)]
    [InlineData(3, 0x4000_0000)]
    public void A_large_leaf_translates_the_low_bits_too(int level, ulong size)
    {
        using TestMachine machine = With(HardwarePaging.FourLevel, out TableWriter tables);
        tables.Set(s_address, level, (3 * size) | HardwareWalk.LargePage | All);
        Assert.Equal(AccessResult.At(Physical((3 * size) + (s_address.Value & (size - 1)))), machine.Processor.Read(s_address));
    }

    [Fact]
    public void The_PAT_bit_of_a_large_leaf_is_no_address_bit()
    {
        using TestMachine machine = With(HardwarePaging.FourLevel, out TableWriter tables);
        tables.Set(s_address, 2, 0x40_0000 | (1 << 12) | HardwareWalk.LargePage | All);
        Assert.Equal(AccessResult.At(Physical(0x40_0000 + (s_address.Value & 0x1F_FFFF))), machine.Processor.Read(s_address));
    }

    [Theory]
    [InlineData(AccessKind.Read, false, PageFaultCode.None)]
    [InlineData(AccessKind.Write, false, PageFaultCode.Write)]
    [InlineData(AccessKind.Execute, true, PageFaultCode.InstructionFetch | PageFaultCode.User)]
    public void An_absent_entry_faults_without_the_present_bit(AccessKind kind, bool user, PageFaultCode code)
    {
        using TestMachine machine = With(HardwarePaging.FourLevel, out TableWriter tables);
        tables.Set(s_address, 1, (Frame | All) & ~HardwareWalk.Present);
        Assert.Equal(AccessResult.Faulted(code), machine.Processor.Access(s_address, kind, user));
    }

    [Fact]
    public void A_page_that_is_not_writable_refuses_writes_of_both_rings()
    {
        using TestMachine machine = With(HardwarePaging.FourLevel, out TableWriter tables);
        tables.Set(s_address, 1, (Frame | All) & ~HardwareWalk.Writable);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.Write), machine.Processor.Write(s_address));
        Assert.Equal(
            AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.Write | PageFaultCode.User), machine.Processor.Write(s_address, user: true));
        Assert.True(machine.Processor.Read(s_address, user: true).Succeeded);
    }

    [Fact]
    public void Without_write_protection_the_kernel_writes_anywhere()
    {
        using TestMachine machine = With(HardwarePaging.FourLevel with { WriteProtect = false }, out TableWriter tables);
        tables.Set(s_address, 1, (Frame | All) & ~HardwareWalk.Writable);
        Assert.True(machine.Processor.Write(s_address).Succeeded);
        Assert.False(machine.Processor.Write(s_address, user: true).Succeeded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_level_must_allow_ring_3(int level)
    {
        using TestMachine machine = With(HardwarePaging.FourLevel, out TableWriter tables);
        PhysicalAddress leaf = tables.Set(s_address, 1, Frame | All);
        PhysicalAddress slot = level == 1 ? leaf : tables.SlotAt(s_address, level);
        machine.Memory.Write64(slot, machine.Memory.Read64(slot) & ~HardwareWalk.User);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.User), machine.Processor.Read(s_address, user: true));
        Assert.True(machine.Processor.Read(s_address).Succeeded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void One_level_can_forbid_execution(int level)
    {
        using TestMachine machine = With(HardwarePaging.FourLevel, out TableWriter tables);
        PhysicalAddress leaf = tables.Set(s_address, 1, Frame | All);
        PhysicalAddress slot = level == 1 ? leaf : tables.SlotAt(s_address, level);
        machine.Memory.Write64(slot, machine.Memory.Read64(slot) | NoExecute);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.InstructionFetch), machine.Processor.Execute(s_address));
        Assert.True(machine.Processor.Write(s_address).Succeeded);
    }

    [Fact]
    public void Without_NX_its_bit_is_reserved()
    {
        using TestMachine machine = With(HardwarePaging.FourLevel with { NoExecute = false }, out TableWriter tables);
        tables.Set(s_address, 1, Frame | All | NoExecute);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.ReservedBit), machine.Processor.Read(s_address));
    }

    [Fact]
    public void Address_bits_above_the_physical_width_are_reserved()
    {
        using TestMachine machine = With(HardwarePaging.FourLevel with { PhysicalAddressBits = 36 }, out TableWriter tables);
        tables.Set(s_address, 1, (1UL << 36) | All);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.ReservedBit), machine.Processor.Read(s_address));
    }

    [Theory]
    [InlineData(2, 1UL << 13)]
    [InlineData(2, 1UL << 20)]
    [InlineData(3, 1UL << 21)]
    [InlineData(3, 1UL << 29)]
    [InlineData(4, 0)]
    public void A_malformed_large_leaf_faults_on_its_reserved_bits(int level, ulong reserved)
    {
        using TestMachine machine = With(HardwarePaging.FourLevel, out TableWriter tables);
        tables.Set(s_address, level, reserved | HardwareWalk.LargePage | All);
        Assert.Equal(
            AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.ReservedBit | PageFaultCode.Write), machine.Processor.Write(s_address));
    }

    [Fact]
    public void Without_1_GiB_pages_their_bit_is_reserved()
    {
        using TestMachine machine = With(HardwarePaging.FourLevel with { GigabytePages = false }, out TableWriter tables);
        tables.Set(s_address, 3, HardwareWalk.LargePage | All);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.Present | PageFaultCode.ReservedBit), machine.Processor.Read(s_address));
        Assert.Equal(PagingFeatures.All & ~PagingFeatures.GigabytePages, SimulatedProcessor.PagingFeatures);
    }

    [Fact]
    public void A_read_marks_accessed_and_a_write_marks_dirty()
    {
        using TestMachine machine = With(HardwarePaging.FourLevel, out TableWriter tables);
        PhysicalAddress leaf = tables.Set(s_address, 1, Frame | All);
        machine.Processor.Read(s_address);
        Assert.Equal(Frame | All | HardwareWalk.Accessed, machine.Memory.Read64(leaf));
        machine.Processor.Write(s_address);
        Assert.Equal(Frame | All | HardwareWalk.Accessed | HardwareWalk.Dirty, machine.Memory.Read64(leaf));
        PhysicalAddress root = tables.SlotAt(s_address, 4);
        Assert.Equal(HardwareWalk.Accessed, machine.Memory.Read64(root) & (HardwareWalk.Accessed | HardwareWalk.Dirty));
    }

    [Fact]
    public void A_refused_access_leaves_the_leaf_as_it_was()
    {
        using TestMachine machine = With(HardwarePaging.FourLevel, out TableWriter tables);
        PhysicalAddress leaf = tables.Set(s_address, 1, Frame | HardwareWalk.Present);
        machine.Processor.Write(s_address);
        machine.Processor.Read(s_address, user: true);
        Assert.Equal(Frame | HardwareWalk.Present, machine.Memory.Read64(leaf));
    }

    [Theory]
    [InlineData(4, 0x0000_8000_0000_0000)]
    [InlineData(4, 0xFFFF_0000_0000_0000)]
    public void An_address_that_is_not_canonical_in_the_mode_reaches_no_table(int levels, ulong address)
    {
        using TestMachine machine = With(new HardwarePaging(levels), out _);
        Assert.Equal(AccessResult.NotCanonical, machine.Processor.Read(Virtual(address)));
        machine.Paging = HardwarePaging.FiveLevel;
        Assert.Equal(AccessResult.Faulted(PageFaultCode.None), machine.Processor.Read(Virtual(address)));
    }

    private static TestMachine With(HardwarePaging paging, out TableWriter tables)
    {
        TestMachine machine = new() { Paging = paging };
        tables = new TableWriter(machine);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        return machine;
    }
}
