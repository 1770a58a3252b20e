using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The caches of the simulated processor: they must go stale, or no test would notice a missing flush.</summary>
public sealed class TranslationCachesTests
{
    private const ulong All = TableWriter.All;
    private static readonly VirtualAddress s_address = Virtual(0x4000_1000);

    [Fact]
    public void A_translation_stays_after_its_entry_is_gone_until_it_is_invalidated()
    {
        using TestMachine machine = Mapped(out TableWriter tables, 0x5000 | All);
        tables.Set(s_address, 1, 0);
        Assert.Equal(AccessResult.At(Physical(0x5000)), machine.Processor.Read(s_address));
        SimulatedProcessor.InvalidatePage(s_address + 0xFFF);
        Assert.Equal(AccessResult.Faulted(PageFaultCode.None), machine.Processor.Read(s_address));
        Assert.Equal(1, machine.Processor.PageInvalidations);
    }

    [Fact]
    public void A_write_goes_through_a_stale_writable_translation()
    {
        using TestMachine machine = Mapped(out TableWriter tables, 0x5000 | All);
        machine.Processor.Write(s_address);
        tables.Set(s_address, 1, 0x5000 | HardwareWalk.Present);
        Assert.True(machine.Processor.Write(s_address, user: true).Succeeded);
        SimulatedProcessor.InvalidatePage(s_address);
        Assert.False(machine.Processor.Write(s_address).Succeeded);
    }

    [Fact]
    public void An_absent_entry_is_not_cached()
    {
        using TestMachine machine = Mapped(out TableWriter tables, 0);
        tables.Set(s_address, 1, 0x5000 | All);
        Assert.True(machine.Processor.Read(s_address).Succeeded);
    }

    [Fact]
    public void A_fault_forgets_the_translation_that_refused()
    {
        using TestMachine machine = Mapped(out TableWriter tables, 0x5000 | HardwareWalk.Present);
        tables.Set(s_address, 1, 0x5000 | All);
        Assert.False(machine.Processor.Write(s_address).Succeeded);
        Assert.True(machine.Processor.Write(s_address).Succeeded);
    }

    [Fact]
    public void A_table_stays_cached_after_its_entry_is_gone()
    {
        using TestMachine machine = Mapped(out TableWriter tables, 0x5000 | All);
        VirtualAddress neighbour = s_address + 0x1000;
        tables.Set(neighbour, 1, 0x6000 | All);
        tables.Set(s_address, 2, 0);
        Assert.Equal(AccessResult.At(Physical(0x6000)), machine.Processor.Read(neighbour));
        SimulatedProcessor.InvalidatePage(s_address);
        Assert.Equal(AccessResult.At(Physical(0x6000)), machine.Processor.Read(neighbour));
        SimulatedProcessor.InvalidatePage(neighbour);
        Assert.False(machine.Processor.Read(neighbour).Succeeded);
    }

    [Fact]
    public void Loading_the_root_forgets_everything_that_is_not_global()
    {
        using TestMachine machine = Mapped(out TableWriter tables, 0x5000 | All);
        VirtualAddress global = s_address + 0x1000;
        tables.Set(global, 1, 0x6000 | All | HardwareWalk.Global);
        machine.Processor.Read(global);
        tables.Set(s_address, 2, 0);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        Assert.False(machine.Processor.Read(s_address).Succeeded);
        Assert.True(machine.Processor.Read(global).Succeeded);
        SimulatedProcessor.InvalidateAll();
        Assert.False(machine.Processor.Read(global).Succeeded);
        Assert.Equal((2, 1), (machine.Processor.RootLoads, machine.Processor.FullInvalidations));
    }

    [Fact]
    public void Without_global_pages_nothing_survives_the_root()
    {
        using TestMachine machine = Mapped(out TableWriter tables, 0);
        machine.Paging = HardwarePaging.FourLevel with { GlobalPages = false };
        tables.Set(s_address, 1, 0x5000 | All | HardwareWalk.Global);
        machine.Processor.Read(s_address);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        Assert.Equal(0, machine.Processor.Caches.TranslationCount);
    }

    [Fact]
    public void Invalidating_one_address_forgets_the_large_page_around_it()
    {
        using TestMachine machine = Mapped(out TableWriter tables, 0);
        tables.Set(s_address, 2, 0x20_0000 | HardwareWalk.LargePage | All);
        machine.Processor.Read(s_address);
        SimulatedProcessor.InvalidatePage(s_address + 0x10_0000);
        Assert.Equal((0, 0), (machine.Processor.Caches.TranslationCount, machine.Processor.Caches.TableCount));
    }

    [Fact]
    public void Another_processor_keeps_its_own_translation_until_it_is_told()
    {
        using TestMachine machine = Mapped(out TableWriter tables, 0x5000 | All);
        machine.Enter(1);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        machine.Processor.Read(s_address);
        machine.Enter(0);
        tables.Set(s_address, 1, 0);
        SimulatedProcessor.InvalidatePage(s_address);
        Assert.False(machine.Processor.Read(s_address).Succeeded);
        Assert.True(machine.Processors[1].Read(s_address).Succeeded);
        SimulatedProcessor.InvalidateOnOtherProcessors([Pages(s_address.Value, 1)]);
        Assert.False(machine.Processors[1].Read(s_address).Succeeded);
        Assert.Equal((0, 1), (machine.Processors[0].RemoteInvalidations, machine.Processors[1].RemoteInvalidations));
    }

    [Theory]
    [InlineData(-0x2000, 2U, 12, true)]
    [InlineData(-0x2000, 3U, 12, false)]
    [InlineData(0, 1U, 12, false)]
    [InlineData(0x1000, 1U, 12, true)]
    [InlineData(-0x20_0000, 1U, 21, true)]
    public void A_remote_invalidation_forgets_the_pages_of_its_run(int offset, uint count, int shift, bool kept)
    {
        using TestMachine machine = Mapped(out _, 0x5000 | All);
        machine.Enter(1);
        ulong start = (s_address.Value & ~((1UL << shift) - 1)) + (ulong)offset;
        SimulatedProcessor.InvalidateOnOtherProcessors([Pages(start, count, shift)]);
        Assert.Equal(kept ? 1 : 0, machine.Processors[0].Caches.TranslationCount);
        Assert.Equal((1, (int)count), (machine.Processors[0].RemoteInvalidations, machine.Processors[0].RemotePageInvalidations));
    }

    [Fact]
    public void A_remote_invalidation_of_several_runs_is_one_request()
    {
        using TestMachine machine = Mapped(out _, 0x5000 | All);
        machine.Enter(1);
        SimulatedProcessor.InvalidateOnOtherProcessors([Pages(0xFFFF_FFFF_FFFF_E000, 2), Pages(s_address.Value, 1)]);
        Assert.Equal(0, machine.Processors[0].Caches.TranslationCount);
        Assert.Equal((1, 3), (machine.Processors[0].RemoteInvalidations, machine.Processors[0].RemotePageInvalidations));
    }

    [Fact]
    public void A_processor_without_single_invalidations_forgets_everything_for_one_page()
    {
        using TestMachine machine = Mapped(out _, 0x5000 | All | HardwareWalk.Global);
        machine.InvalidatesSinglePages = false;
        SimulatedProcessor.InvalidatePage(Virtual(0));
        Assert.Equal(0, machine.Processor.Caches.TranslationCount);
        Assert.Equal((0, 1), (machine.Processor.PageInvalidations, machine.Processor.FullInvalidations));
    }

    [Fact]
    public void A_remote_invalidation_of_everything_forgets_global_translations_too()
    {
        using TestMachine machine = Mapped(out _, 0x5000 | All | HardwareWalk.Global);
        machine.Enter(1);
        SimulatedProcessor.InvalidateAllOnOtherProcessors();
        Assert.Equal((0, 0), (machine.Processors[0].Caches.TranslationCount, machine.Processors[0].Caches.TableCount));
        Assert.Equal(0, machine.Processors[1].RemoteInvalidations);
    }

    private static TestMachine Mapped(out TableWriter tables, ulong entry)
    {
        TestMachine machine = new(processors: 2);
        tables = new TableWriter(machine);
        SimulatedProcessor.LoadTableRoot(tables.Root);
        tables.Set(s_address, 1, entry);
        machine.Processor.Read(s_address);
        return machine;
    }
}
