using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>
/// What the processor notes in an entry is never lost, not even when it does so while the kernel changes that entry.
/// </summary>
public abstract class AccessedDirtyTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Frame = 0x0000_0071_8000_0000;

    private static ulong LengthOf(int level) => Places<TMode>.BytesAt(level);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Protecting_keeps_that_a_page_was_read(int level)
    {
        using PagingMachine<RacingPaging<TMode>> machine = MachineWithUserPage(level);
        Assert.True(machine.Processor.Read(Places<TMode>.Low, user: true).Succeeded);
        Assert.Equal(ProtectError.None, machine.Protect(level, Places<TMode>.Low, PageAttributes.UserReadOnly));
        Assert.True(machine.Translate(Places<TMode>.Low).IsAccessed);
        Assert.False(machine.Translate(Places<TMode>.Low).IsDirty);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Protecting_notes_nothing_that_did_not_happen(int level)
    {
        using PagingMachine<RacingPaging<TMode>> machine = MachineWithUserPage(level);
        Assert.Equal(ProtectError.None, machine.Protect(level, Places<TMode>.Low, PageAttributes.UserReadOnly));
        Assert.Equal(ProtectError.None, machine.ProtectRange(Places<TMode>.Low, LengthOf(level), PageAttributes.UserCode));
        Assert.False(machine.Translate(Places<TMode>.Low).IsAccessed);
        Assert.False(machine.Translate(Places<TMode>.Low).IsDirty);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void A_write_while_a_page_is_being_protected_is_not_forgotten(int level, bool asRange)
    {
        using PagingMachine<RacingPaging<TMode>> machine = MachineWithUserPage(level);
        ArmWrite(machine, Places<TMode>.Low);
        Assert.Equal(
            ProtectError.None,
            asRange
                ? machine.ProtectRange(Places<TMode>.Low, LengthOf(level), PageAttributes.UserReadOnly)
                : machine.Protect(level, Places<TMode>.Low, PageAttributes.UserReadOnly));
        Assert.True(machine.Translate(Places<TMode>.Low).IsDirty);
        Assert.True(machine.Translate(Places<TMode>.Low).IsAccessed);
        Assert.Equal(PageAttributes.UserReadOnly, machine.Translate(Places<TMode>.Low).Attributes);
        Assert.False(machine.Processor.Write(Places<TMode>.Low, user: true).Succeeded);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void A_write_while_a_page_is_being_unmapped_does_not_bring_it_back(int level, bool asRange)
    {
        using PagingMachine<RacingPaging<TMode>> machine = MachineWithUserPage(level);
        ArmWrite(machine, Places<TMode>.Low);
        Assert.Equal(
            UnmapError.None,
            asRange ? machine.UnmapRange(Places<TMode>.Low, LengthOf(level)) : machine.Unmap(level, Places<TMode>.Low));
        Assert.Equal(0UL, machine.EntryOf(Places<TMode>.Low, level));
        Assert.False(machine.Processor.Read(Places<TMode>.Low, user: true).Succeeded);
    }

    [Fact]
    public void A_write_while_a_range_is_being_unmapped_changes_no_frame_that_is_reported()
    {
        using PagingMachine<RacingPaging<TMode>> machine = MachineWithUserPage(1);
        ArmWrite(machine, Places<TMode>.Low);
        NotedFrames noted = new([]);
        VirtualRange range = VirtualRange.FromStart(Places<TMode>.Low, LengthOf(1));
        Assert.Equal(UnmapError.None, machine.Mapper.UnmapRange(range, ref noted).Flush<SimulatedProcessor>());
        Assert.Equal(PhysicalRange.FromStart(PhysicalAddress.FromValue(Frame), LengthOf(1)), Assert.Single(noted.Ranges));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_write_before_a_split_makes_every_part_dirty(int level)
    {
        using PagingMachine<RacingPaging<TMode>> machine = MachineWithUserPage(level);
        Assert.True(machine.Processor.Write(Places<TMode>.Low, user: true).Succeeded);
        Assert.Equal(SplitError.None, machine.Split(level, Places<TMode>.Low));
        ExpectParts(machine, level, accessed: true, dirty: true);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_read_before_a_split_makes_every_part_accessed(int level)
    {
        using PagingMachine<RacingPaging<TMode>> machine = MachineWithUserPage(level);
        Assert.True(machine.Processor.Read(Places<TMode>.Low, user: true).Succeeded);
        Assert.Equal(SplitError.None, machine.Split(level, Places<TMode>.Low));
        ExpectParts(machine, level, accessed: true, dirty: false);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_split_of_an_untouched_page_makes_untouched_parts(int level)
    {
        using PagingMachine<RacingPaging<TMode>> machine = MachineWithUserPage(level);
        Assert.Equal(SplitError.None, machine.Split(level, Places<TMode>.Low));
        ExpectParts(machine, level, accessed: false, dirty: false);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_write_while_a_page_is_being_split_makes_every_part_dirty(int level)
    {
        using PagingMachine<RacingPaging<TMode>> machine = MachineWithUserPage(level);
        // The 512 entries of the new table are written first; the write that switches to it is the one that has to be met.
        RacingPaging<TMode>.Arm(WriteAfter(machine, 512));
        Assert.Equal(SplitError.None, machine.Split(level, Places<TMode>.Low));
        ExpectParts(machine, level, accessed: true, dirty: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_kernel_page_is_changed_by_a_plain_store_because_nothing_is_left_to_note(int level)
    {
        using PagingMachine<RacingPaging<TMode>> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        RacingPaging<TMode>.Arm(() => { });
        Assert.Equal(ProtectError.None, machine.Protect(level, Places<TMode>.Low, PageAttributes.KernelReadOnly));
        Assert.Equal(UnmapError.None, machine.Unmap(level, Places<TMode>.Low));
        Assert.Equal(0, RacingPaging<TMode>.CompareExchanges);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_kernel_page_counts_as_touched_so_that_the_processor_never_writes_to_its_entry(int level)
    {
        using PagingMachine<RacingPaging<TMode>> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        ulong before = machine.EntryOf(Places<TMode>.Low, level);
        Assert.True(machine.Processor.Write(Places<TMode>.Low).Succeeded);
        Assert.Equal(before, machine.EntryOf(Places<TMode>.Low, level));
        Assert.True(machine.Translate(Places<TMode>.Low).IsDirty);
    }

    private static PagingMachine<RacingPaging<TMode>> MachineWithUserPage(int level)
    {
        PagingMachine<RacingPaging<TMode>> machine = new(processors: 2);
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.UserData));
        return machine;
    }

    /// <summary>The other processor writes to the address right before the kernel's next write to an entry.</summary>
    private static void ArmWrite(PagingMachine<RacingPaging<TMode>> machine, VirtualAddress address) =>
        RacingPaging<TMode>.Arm(() => Assert.True(machine.Machine.Processors[1].Write(address, user: true).Succeeded));

    /// <summary>
    /// Waits for <paramref name="writes"/> writes to entries, then lets the other processor write before the one after them.
    /// </summary>
    private static Action WriteAfter(PagingMachine<RacingPaging<TMode>> machine, int writes) => () =>
    {
        if (writes == 0)
        {
            Assert.True(machine.Machine.Processors[1].Write(Places<TMode>.Low, user: true).Succeeded);
        }
        else
        {
            RacingPaging<TMode>.Arm(WriteAfter(machine, writes - 1));
        }
    };

    private static void ExpectParts(PagingMachine<RacingPaging<TMode>> machine, int level, bool accessed, bool dirty)
    {
        for (ulong part = 0; part < 512; part++)
        {
            Translation translation = machine.Translate(Places<TMode>.Low + (part * LengthOf(level - 1)));
            Assert.Equal(level - 1, translation.Level.Number);
            Assert.Equal(accessed, translation.IsAccessed);
            Assert.Equal(dirty, translation.IsDirty);
        }
    }
}

public sealed class FourLevelAccessedDirtyTests : AccessedDirtyTests<FourLevelPaging>;

public sealed class FiveLevelAccessedDirtyTests : AccessedDirtyTests<FiveLevelPaging>;
