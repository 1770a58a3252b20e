using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>The kernel's own tables: what they map once they are built and in use, and what they never map.</summary>
public abstract class KernelPageTablesTests<TMode>
    where TMode : struct, IPagingMode
{
    private static KernelImage Image => KernelMachine<TMode>.Image;

    private static bool ForbidsExecution => Places<TMode>.Hardware.ForbidsExecution;

    // How a fetch from data ends: not at all where nothing forbids it.
    private static PageFaultCode? FetchFault => ForbidsExecution ? PageFaultCode.Present | PageFaultCode.InstructionFetch : null;

    [Fact]
    public void The_kernel_runs_on_its_own_tables_after_activation()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running(processors: 2);
        Assert.True(machine.Tables.IsBuilt);
        Assert.All(machine.Machine.Processors, processor =>
        {
            Assert.Equal(machine.Processor.TableRoot, processor.TableRoot);
            Assert.Equal(Image.Text.Start, processor.Execute(Image.AddressesOf(Image.Text).Start).Address);
        });
    }

    [Fact]
    public void Activation_forgets_what_the_boot_tables_had_mapped_as_global()
    {
        using KernelMachine<TMode> machine = new();
        CachedTranslation global = new(PhysicalAddress.Zero, Size4KiB.Shift, true, true, true, Global: true, Dirty: true);
        machine.Processor.Caches.Keep(Places<TMode>.Low, global);
        Assert.Equal(MapError.None, machine.Build());
        machine.Tables.Activate(Image, machine.Token);
        Assert.False(machine.Processor.Read(Places<TMode>.Low).Succeeded);
    }

    [Fact]
    public void Kernel_text_is_executed_and_never_written()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        VirtualRange text = Image.AddressesOf(Image.Text);
        foreach (VirtualAddress address in new[] { text.Start, text.Last })
        {
            Assert.True(machine.Processor.Execute(address).Succeeded);
            Assert.Equal(PageFaultCode.Present | PageFaultCode.Write, machine.Processor.Write(address).Fault);
        }
    }

    [Fact]
    public void Kernel_constants_are_read_and_neither_written_nor_executed()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        VirtualRange constants = Image.AddressesOf(Image.ReadOnlyData);
        foreach (VirtualAddress address in new[] { constants.Start, constants.Last })
        {
            Assert.True(machine.Processor.Read(address).Succeeded);
            Assert.Equal(PageFaultCode.Present | PageFaultCode.Write, machine.Processor.Write(address).Fault);
            Assert.Equal(FetchFault, machine.Processor.Execute(address).Fault);
        }
    }

    [Fact]
    public void Kernel_data_is_written_and_never_executed()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        VirtualRange data = Image.AddressesOf(Image.Data);
        foreach (VirtualAddress address in new[] { data.Start, data.Last })
        {
            Assert.True(machine.Processor.Write(address).Succeeded);
            Assert.Equal(FetchFault, machine.Processor.Execute(address).Fault);
        }
    }

    [Fact]
    public void Nothing_is_writable_and_executable_and_nothing_is_open_to_ring_3()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.All(machine.Leaves, leaf =>
        {
            Assert.False(ForbidsExecution && leaf.Writable && leaf.Executable);
            Assert.False(leaf.User);
        });
    }

    [Fact]
    public void Nothing_is_executable_but_the_kernel_text_at_its_own_address()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        VirtualRange text = Image.AddressesOf(Image.Text);
        Assert.All(machine.Leaves.Where(leaf => leaf.Executable), leaf => Assert.True(!ForbidsExecution || text.Contains(leaf.Address)));
        Assert.Contains(machine.Leaves, leaf => leaf.Executable && text.Contains(leaf.Address));
    }

    [Fact]
    public void The_part_of_the_kernel_that_nobody_may_write_has_no_writable_alias_anywhere()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.All(machine.Leaves.Where(leaf => leaf.Writable), leaf => Assert.False(leaf.Frames.Overlaps(Image.ReadOnly)));
        Assert.True(machine.Leaves.Count(leaf => leaf.Frames.Overlaps(Image.ReadOnly)) > 1);
    }

    [Fact]
    public void The_lower_half_is_empty_and_page_0_faults()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.All(machine.Leaves, leaf => Assert.True(leaf.Address >= TMode.UpperHalfStart));
        Assert.Equal(PageFaultCode.None, machine.Processor.Read(VirtualAddress.Zero).Fault);
    }

    [Fact]
    public void The_direct_map_shows_every_byte_of_memory_at_its_distance()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        foreach (PhysicalRange memory in KernelMachine<TMode>.ShownMemory)
        {
            for (ulong offset = 0; offset < memory.Length; offset += Size4KiB.Bytes * 7)
            {
                PhysicalAddress address = memory.Start + offset;
                Assert.Equal(address, machine.Processor.Read(DirectMap<TMode>.AddressOf(address)).Address);
            }

            PhysicalAddress last = PhysicalAddress.FromValue(memory.End.Value - 1);
            Assert.Equal(last, machine.Processor.Read(DirectMap<TMode>.AddressOf(last)).Address);
        }
    }

    [Fact]
    public void The_direct_map_shows_nothing_that_is_not_memory()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        Assert.All(
            machine.Leaves, leaf => Assert.Contains(KernelMachine<TMode>.ShownMemory, memory => memory.Contains(leaf.Frames)));
        ulong[] holes = [0x9_F000, 0xF_FFFF, 0x3FFE_0000, 0x4000_0000, 0xFEE0_0000];
        foreach (ulong hole in holes.Where(hole => hole < Places<TMode>.UpperBytes / 2))
        {
            Assert.Equal(PageFaultCode.None, machine.Processor.Read(KernelMachine<TMode>.Shown(hole)).Fault);
        }
    }

    [Fact]
    public void The_direct_map_is_write_back_data_outside_the_kernel()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        VirtualAddress free = KernelMachine<TMode>.Shown(0x1000_0000);
        Assert.True(machine.Processor.Write(free).Succeeded);
        Assert.Equal(FetchFault, machine.Processor.Execute(free).Fault);
        Assert.All(machine.Leaves, leaf => Assert.Equal(0UL, leaf.Entry & (leaf.Level == 1 ? 0x98UL : 0x1018UL)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_direct_map_of_a_machine_of_1_GiB_takes_at_most_8_tables(bool gigabytePages)
    {
        HardwarePaging paging = KernelMachine<TMode>.Hardware with { GigabytePages = gigabytePages };
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running(paging: paging);
        const int Root = 1;
        Assert.InRange(Root + machine.DirectMapTables, Places<TMode>.Hardware.ExtendsSign ? 4 : 2, 8);
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 2)]
    public void A_whole_gigabyte_of_memory_is_shown_by_the_largest_pages_that_there_are(bool gigabytePages, int level)
    {
        HardwarePaging paging = KernelMachine<TMode>.Hardware with { GigabytePages = gigabytePages };
        using KernelMachine<TMode> machine = new(paging: paging);
        Assert.Equal(MapError.None, machine.Build(KernelMachine<TMode>.Range(0x10_0000, 0x8000_0000)));
        machine.Tables.Activate(Image, machine.Token);
        PhysicalRange second = KernelMachine<TMode>.Range(0x4000_0000, 0x8000_0000);
        Assert.All(machine.Leaves.Where(leaf => second.Contains(leaf.Frames)), leaf => Assert.Equal(level, leaf.Level));
    }

    [Fact]
    public void Building_refuses_memory_that_overlaps_and_gives_every_frame_back()
    {
        using KernelMachine<TMode> machine = new();
        Assert.Equal(
            MapError.AlreadyMapped,
            machine.Build(KernelMachine<TMode>.Range(0x10_0000, 0x80_0000), KernelMachine<TMode>.Range(0x40_0000, 0xC0_0000)));
        machine.Ledger.ExpectNothingOutstanding();
        Assert.False(machine.Tables.IsBuilt);
    }

    [Fact]
    public void Building_refuses_memory_in_parts_of_frames_and_gives_every_frame_back()
    {
        using KernelMachine<TMode> machine = new();
        Assert.Equal(MapError.Misaligned, machine.Build(KernelMachine<TMode>.Range(0x10_0000, 0x80_0800)));
        machine.Ledger.ExpectNothingOutstanding();
    }

    [Fact]
    public void Building_refuses_memory_that_the_processor_has_no_address_for_and_gives_every_frame_back()
    {
        using KernelMachine<TMode> machine = new();
        const ulong Width = 1UL << KernelMachine<TMode>.PhysicalBits;
        Assert.Equal(MapError.AbovePhysicalWidth, machine.Build(KernelMachine<TMode>.Range(Width - 0x1000, Width + 0x1000)));
        machine.Ledger.ExpectNothingOutstanding();
    }

    [Fact]
    public void Building_can_be_tried_again_after_an_error()
    {
        using KernelMachine<TMode> machine = new();
        machine.Ledger.Limit = 3;
        Assert.Equal(MapError.OutOfFrames, machine.Build());
        machine.Ledger.Limit = int.MaxValue;
        Assert.Equal(MapError.None, machine.Build());
        Assert.True(machine.Tables.IsBuilt);
    }

    [Fact]
    public void Building_leaves_the_processor_on_the_tables_that_it_had()
    {
        using KernelMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Build());
        Assert.Equal(0, machine.Processor.RootLoads);
        Assert.Equal(0, machine.Processor.PageInvalidations + machine.Processor.FullInvalidations);
    }

    [Fact]
    public void Every_frame_that_could_be_missing_while_building_is_missed_without_a_trace()
    {
        int needed;
        using (KernelMachine<TMode> machine = new())
        {
            Assert.Equal(MapError.None, machine.Build());
            needed = machine.Ledger.Takes;
        }

        for (int frames = 0; frames < needed; frames++)
        {
            using KernelMachine<TMode> machine = new();
            machine.Ledger.Limit = frames;
            Assert.Equal(MapError.OutOfFrames, machine.Build());
            machine.Ledger.ExpectNothingOutstanding();
            Assert.Equal(1, machine.Ledger.Refusals);
            Assert.False(machine.Tables.IsBuilt);
        }
    }

    [Fact]
    public void Building_twice_panics()
    {
        using KernelMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Build());
        Assert.Equal("KernelPageTables.Build", Assert.Throws<KernelPanicException>(() => machine.Build()).Where);
    }

    [Fact]
    public void Activating_what_is_not_built_panics()
    {
        using KernelMachine<TMode> machine = new();
        KernelPanicException panic = Assert.Throws<KernelPanicException>(() => machine.Tables.Activate(Image, machine.Token));
        Assert.Equal("KernelPageTables.Activate", panic.Where);
        Assert.Equal("tables that were built before", panic.Expected);
        Assert.Equal(0, machine.Processor.RootLoads);
    }

    [Fact]
    public void Activating_tables_that_do_not_map_the_running_kernel_panics_before_the_root_is_loaded()
    {
        using KernelMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Build());
        KernelImage elsewhere = new(VirtualAddress.FromValue(0xFFFF_FFFF_9000_0000), Image.Text, Image.ReadOnlyData, Image.Data);
        KernelPanicException panic = Assert.Throws<KernelPanicException>(() => machine.Tables.Activate(elsewhere, machine.Token));
        Assert.Equal("KernelPageTables.Activate", panic.Where);
        Assert.Equal(0, machine.Processor.RootLoads);
    }

    [Fact]
    public void Opening_what_is_not_built_panics()
    {
        using KernelMachine<TMode> machine = new();
        Assert.Equal("KernelPageTables.Open", Assert.Throws<KernelPanicException>(machine.OpenAndClose).Where);
    }

    [Fact]
    public void A_second_session_on_the_same_processor_panics_while_the_first_is_open()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running();
        using (KernelTableSession<TMode, SimulatedProcessor, SimulatedMemory, CountingFrames> session =
            machine.Tables.Open(ref machine.Frames, machine.Token))
        {
            Assert.Equal("SpinLock.Acquire", Assert.Throws<KernelPanicException>(machine.OpenAndClose).Where);
            Assert.Throws<KernelPanicException>(() => machine.Tables.Activate(Image, machine.Token));
        }

        machine.OpenAndClose();
    }

    [Fact]
    public void A_session_releases_the_lock_for_the_other_processors()
    {
        using KernelMachine<TMode> machine = KernelMachine<TMode>.Running(processors: 2);
        machine.OpenAndClose();
        machine.Machine.Enter(1);
        machine.OpenAndClose();
        machine.Machine.Enter(0);
        machine.OpenAndClose();
        Assert.All(machine.Machine.Processors, processor => Assert.Equal(0, processor.Pauses));
    }
}

public sealed class TwoLevelKernelPageTablesTests : KernelPageTablesTests<TwoLevelPaging>;

public sealed class ThreeLevelKernelPageTablesTests : KernelPageTablesTests<ThreeLevelPaging>;

public sealed class FourLevelKernelPageTablesTests : KernelPageTablesTests<FourLevelPaging>
{
    [Fact]
    public void Memory_is_shown_as_far_as_the_direct_map_reaches()
    {
        using KernelMachine<FourLevelPaging> machine = new(paging: HardwarePaging.FourLevel);
        PhysicalRange across = KernelMachine<FourLevelPaging>.Range((1UL << 46) - 0x2000, (1UL << 46) + 0x1000);
        Assert.Equal(MapError.None, machine.Build(across));
        machine.Tables.Activate(KernelMachine<FourLevelPaging>.Image, machine.Token);
        Assert.Equal(DirectMap<FourLevelPaging>.Limit - 0x1000, machine.Leaves.Max(leaf => leaf.Entry & 0x000F_FFFF_FFFF_F000));
    }
}

public sealed class FiveLevelKernelPageTablesTests : KernelPageTablesTests<FiveLevelPaging>;
