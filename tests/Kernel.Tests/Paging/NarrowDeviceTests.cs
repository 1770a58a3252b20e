using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Devices in an address space of 32 bits, whose direct map reaches no further than 512 MiB.</summary>
public abstract class NarrowDeviceTests<TMode>
    where TMode : struct, IPagingMode
{
    [Theory]
    [InlineData(CacheType.Uncached)]
    [InlineData(CacheType.WriteCombining)]
    public void A_device_below_the_end_of_the_direct_map_is_shown_with_its_cache_type(CacheType cache)
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        ulong device = KernelMachine<TMode>.Device;
        Assert.Equal(MapError.None, machine.EnsureMapped(device, device + 0x1000, cache));
        VirtualAddress shown = KernelMachine<TMode>.Shown(device);
        Assert.Equal(device, machine.Processor.Write(shown).Address.Value);
        Assert.False(machine.Processor.Read(shown, user: true).Succeeded);
        ScannedLeaf leaf = Assert.Single(machine.Leaves, leaf => leaf.Address == shown);
        Assert.Equal(Rights.Named<TMode>(nameof(PageAttributes.KernelData)).LeafBits(device, cache, 1), leaf.Entry);
    }

    [Theory]
    [InlineData(0xFEE0_0000UL)]
    [InlineData(0xE000_0000UL)]
    [InlineData(0x2000_0000UL)]
    public void A_device_beyond_it_is_refused_and_nothing_changes(ulong device)
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        MemorySnapshot before = machine.Ledger.TakeSnapshot();
        Assert.Equal(MapError.OutsideDirectMap, machine.EnsureMapped(device, device + 0x1000, CacheType.Uncached));
        Assert.Null(before.FirstDifference(machine.Ledger.TakeSnapshot()));
    }
}

public sealed class TwoLevelNarrowDeviceTests : NarrowDeviceTests<TwoLevelPaging>;

public sealed class ThreeLevelNarrowDeviceTests : NarrowDeviceTests<ThreeLevelPaging>;
