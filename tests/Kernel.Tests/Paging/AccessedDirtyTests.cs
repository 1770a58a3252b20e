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
public abstract class AccessedDirtyTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void Protecting_keeps_that_a_page_was_read(int level)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = MachineWithUserPage(level);
        Assert.True(machine.Processor.Read(Low, user: true).Succeeded);
        Assert.Equal(ProtectError.None, machine.Protect(level, Low, UserReadOnly));
        Assert.True(machine.Translate(Low).IsAccessed);
        Assert.False(machine.Translate(Low).IsDirty);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void Protecting_notes_nothing_that_did_not_happen(int level)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = MachineWithUserPage(level);
        Assert.Equal(ProtectError.None, machine.Protect(level, Low, UserReadOnly));
        Assert.Equal(ProtectError.None, machine.ProtectRange(Low, BytesAt(level), UserCode));
        Assert.False(machine.Translate(Low).IsAccessed);
        Assert.False(machine.Translate(Low).IsDirty);
    }

    [Theory]
    [MemberData(nameof(LeafLevelsTwice))]
    public void A_write_while_a_page_is_being_protected_is_not_forgotten(int level, bool asRange)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = MachineWithUserPage(level);
        ArmWrite(machine, Low);
        Assert.Equal(
            ProtectError.None,
            asRange
                ? machine.ProtectRange(Low, BytesAt(level), UserReadOnly)
                : machine.Protect(level, Low, UserReadOnly));
        Assert.True(machine.Translate(Low).IsDirty);
        Assert.True(machine.Translate(Low).IsAccessed);
        Assert.Equal(UserReadOnly, machine.Translate(Low).Attributes);
        Assert.False(machine.Processor.Write(Low, user: true).Succeeded);
    }

    [Theory]
    [MemberData(nameof(LeafLevelsTwice))]
    public void A_write_while_a_page_is_being_unmapped_does_not_bring_it_back(int level, bool asRange)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = MachineWithUserPage(level);
        ArmWrite(machine, Low);
        Assert.Equal(
            UnmapError.None,
            asRange ? machine.UnmapRange(Low, BytesAt(level)) : machine.Unmap(level, Low));
        Assert.Equal(0UL, machine.EntryOf(Low, level));
        Assert.False(machine.Processor.Read(Low, user: true).Succeeded);
    }

    [Fact]
    public void A_write_while_a_range_is_being_unmapped_changes_no_frame_that_is_reported()
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = MachineWithUserPage(1);
        ArmWrite(machine, Low);
        NotedFrames noted = new([]);
        VirtualRange range = VirtualRange.FromStart(Low, BytesAt(1));
        Assert.Equal(UnmapError.None, machine.Mapper.UnmapRange(range, ref noted).Flush<SimulatedProcessor>());
        Assert.Equal(PhysicalRange.FromStart(PhysicalAddress.FromValue(Frame), BytesAt(1)), Assert.Single(noted.Ranges));
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void A_write_before_a_split_makes_every_part_dirty(int level)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = MachineWithUserPage(level);
        Assert.True(machine.Processor.Write(Low, user: true).Succeeded);
        Assert.Equal(SplitError.None, machine.Split(level, Low));
        ExpectParts(machine, level, accessed: true, dirty: true);
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void A_read_before_a_split_makes_every_part_accessed(int level)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = MachineWithUserPage(level);
        Assert.True(machine.Processor.Read(Low, user: true).Succeeded);
        Assert.Equal(SplitError.None, machine.Split(level, Low));
        ExpectParts(machine, level, accessed: true, dirty: false);
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void A_split_of_an_untouched_page_makes_untouched_parts(int level)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = MachineWithUserPage(level);
        Assert.Equal(SplitError.None, machine.Split(level, Low));
        ExpectParts(machine, level, accessed: false, dirty: false);
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void A_write_while_a_page_is_being_split_makes_every_part_dirty(int level)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = MachineWithUserPage(level);
        // The entries of the new table are written first; the write that switches to it is the one that has to be met.
        RacingPaging<TMode>.Arm(WriteAfter(machine, (int)Entries));
        Assert.Equal(SplitError.None, machine.Split(level, Low));
        ExpectParts(machine, level, accessed: true, dirty: true);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void A_kernel_page_is_changed_by_a_plain_store_because_nothing_is_left_to_note(int level)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        RacingPaging<TMode>.Arm(() => { });
        Assert.Equal(ProtectError.None, machine.Protect(level, Low, KernelReadOnly));
        Assert.Equal(UnmapError.None, machine.Unmap(level, Low));
        Assert.Equal(0, RacingPaging<TMode>.CompareExchanges);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void A_kernel_page_counts_as_touched_so_that_the_processor_never_writes_to_its_entry(int level)
    {
        using PagingMachine<RacingPaging<TMode>, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        ulong before = machine.EntryOf(Low, level);
        Assert.True(machine.Processor.Write(Low).Succeeded);
        Assert.Equal(before, machine.EntryOf(Low, level));
        Assert.True(machine.Translate(Low).IsDirty);
    }

    private static PagingMachine<RacingPaging<TMode>, TMemory> MachineWithUserPage(int level)
    {
        PagingMachine<RacingPaging<TMode>, TMemory> machine = new(processors: 2);
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, UserData));
        return machine;
    }

    /// <summary>The other processor writes to the address right before the kernel's next write to an entry.</summary>
    private static void ArmWrite(PagingMachine<RacingPaging<TMode>, TMemory> machine, VirtualAddress address) =>
        RacingPaging<TMode>.Arm(() => Assert.True(machine.Machine.Processors[1].Write(address, user: true).Succeeded));

    /// <summary>
    /// Waits for <paramref name="writes"/> writes to entries, then lets the other processor write before the one after them.
    /// </summary>
    private static Action WriteAfter(PagingMachine<RacingPaging<TMode>, TMemory> machine, int writes) => () =>
    {
        if (writes == 0)
        {
            Assert.True(machine.Machine.Processors[1].Write(Low, user: true).Succeeded);
        }
        else
        {
            RacingPaging<TMode>.Arm(WriteAfter(machine, writes - 1));
        }
    };

    private static void ExpectParts(PagingMachine<RacingPaging<TMode>, TMemory> machine, int level, bool accessed, bool dirty)
    {
        for (ulong part = 0; part < Entries; part++)
        {
            Translation translation = machine.Translate(Low + (part * BytesAt(level - 1)));
            Assert.Equal(level - 1, translation.Level.Number);
            Assert.Equal(accessed, translation.IsAccessed);
            Assert.Equal(dirty, translation.IsDirty);
        }
    }
}

public sealed class TwoLevelAccessedDirtyTests : AccessedDirtyTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveAccessedDirtyTests : AccessedDirtyTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelAccessedDirtyTests : AccessedDirtyTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveAccessedDirtyTests : AccessedDirtyTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelAccessedDirtyTests : AccessedDirtyTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelAccessedDirtyTests : AccessedDirtyTests<FiveLevelPaging, SimulatedMemory>;
