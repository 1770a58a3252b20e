using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>
/// Every reason to refuse unmapping, protecting or splitting: the right one is given, and no byte of a table changes.
/// </summary>
public abstract class ChangeErrorTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    /// <summary>Every operation on something that is mapped already.</summary>
    public static TheoryData<string> Ways => ["Unmap", "UnmapRange", "Protect", "ProtectRange", "Split"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Nothing_is_mapped_in_an_empty_tree(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        machine.ExpectRefused("NotMapped", () => Change(machine, way, 2, Low));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_absent_entry_with_software_data_is_not_mapped_at_any_level_and_keeps_its_data(string way)
    {
        for (int level = 2; level <= Levels; level++)
        {
            using PagingMachine<TMode, TMemory> machine = new();
            Assert.Equal(MapError.None, machine.Map(2, Low, Frame, KernelData));
            machine.SetEntry(Low, level, 0x0000_0000_0005_6082);
            machine.ExpectRefused("NotMapped", () => Change(machine, way, 2, Low));
        }
    }

    [Theory]
    [InlineData("Unmap", 1)]
    [InlineData("Unmap", 2)]
    [InlineData("UnmapRange", 1)]
    [InlineData("UnmapRange", 2)]
    [InlineData("Protect", 1)]
    [InlineData("Protect", 2)]
    [InlineData("ProtectRange", 1)]
    [InlineData("ProtectRange", 2)]
    [InlineData("Split", 2)]
    public void A_page_inside_a_larger_page_has_to_be_split_off_first(string way, int level)
    {
        for (int larger = level + 1; larger <= LargestLevel; larger++)
        {
            using PagingMachine<TMode, TMemory> machine = new();
            Assert.Equal(MapError.None, machine.Map(larger, Low, Frame, KernelData));
            machine.ExpectRefused("CoveredByLargerPage", () => Change(machine, way, level, Low));
        }
    }

    [Theory]
    [InlineData("Unmap")]
    [InlineData("Protect")]
    [InlineData("Split")]
    public void A_table_is_never_taken_for_a_large_page(string way)
    {
        for (int level = 2; level <= LargestLevel; level++)
        {
            using PagingMachine<TMode, TMemory> machine = new();
            Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
            machine.ExpectRefused("SmallerPagesBelow", () => Change(machine, way, level, Low));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_malformed_entry_is_reported_at_any_level(string way)
    {
        for (int level = 2; level <= Levels; level++)
        {
            using PagingMachine<TMode, TMemory> machine = new();
            Assert.Equal(MapError.None, machine.Map(2, Low, Frame, KernelData));
            machine.SetEntry(Low, level, Malformed);
            machine.ExpectRefused("MalformedEntry", () => Change(machine, way, 2, Low));
        }
    }

    [Theory]
    [InlineData("UnmapRange")]
    [InlineData("ProtectRange")]
    public void A_range_that_is_not_made_of_whole_pages_is_misaligned(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.MapRange(Low, 0x4000, Frame, KernelData));
        foreach ((ulong start, ulong length) in new (ulong, ulong)[] { (0x800, 0x1000), (0, 0x1800), (0x1, 0), (0, 0xFFF) })
        {
            VirtualRange range = VirtualRange.FromStart(Low + start, length);
            machine.ExpectRefused("Misaligned", () => ChangeRange(machine, way, range));
        }
    }

    [Theory]
    [InlineData("UnmapRange")]
    [InlineData("ProtectRange")]
    public void A_range_with_a_hole_is_refused_as_a_whole(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.MapRange(Low, 2 * LargeBytes, Frame + 0x1000, KernelData));
        Assert.Equal(UnmapError.None, machine.Unmap(1, Low + ((2 * LargeBytes) - Size4KiB.Bytes)));
        machine.ExpectRefused("NotMapped", () => ChangeRange(machine, way, VirtualRange.FromStart(Low, 2 * LargeBytes)));
    }

    [Theory]
    [InlineData("UnmapRange")]
    [InlineData("ProtectRange")]
    public void A_range_that_ends_inside_a_larger_page_is_refused_as_a_whole(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(
            MapError.None, machine.MapRange(Low, 8 * LargeBytes, Frame + LargeBytes, KernelData));
        machine.ExpectRefused(
            "CoveredByLargerPage", () => ChangeRange(machine, way, VirtualRange.FromStart(Low, LargeBytes + Size4KiB.Bytes)));
        machine.ExpectRefused(
            "CoveredByLargerPage",
            () => ChangeRange(machine, way, VirtualRange.FromStart(Low + (LargeBytes - Size4KiB.Bytes), 0x1000)));
    }

    [Theory]
    [InlineData("UnmapRange")]
    [InlineData("ProtectRange")]
    public void An_empty_range_is_nothing_to_do(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        machine.ExpectRefused("None", () => ChangeRange(machine, way, VirtualRange.FromStart(Low, 0)));
    }

    [Theory]
    [InlineData("Protect")]
    [InlineData("ProtectRange")]
    public void Protecting_as_writable_and_executable_is_refused_unless_meant(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, UserCode));
        machine.ExpectRefused(
            "WritableAndExecutable", () => Change(machine, way, 1, Low, UserCode.WithWriting()));
        Assert.Equal("None", Change(machine, way, 1, Low, UserCode.WithWritingAndExecution()));
    }

    [Theory]
    [InlineData("Protect")]
    [InlineData("ProtectRange")]
    public void Forbidding_execution_is_refused_where_nothing_can_forbid_it(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new(paging: Places<TMode>.Hardware with { NoExecute = false });
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, UserCode));
        machine.ExpectRefused(
            "NoExecuteUnsupported", () => Change(machine, way, 1, Low, PageAttributes.UserReadOnly));
    }

    [Theory]
    [InlineData("Protect")]
    [InlineData("ProtectRange")]
    public void A_fixed_root_entry_is_not_opened_to_ring_3_because_other_roots_would_not_have_it(string way)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, High, Frame, KernelData));
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        machine.RootEntries = RootEntries.Fixed;
        if (RootEntriesHaveRights)
        {
            machine.ExpectRefused("RootEntryFixed", () => Change(machine, way, 1, High, UserData));
        }
        else
        {
            Assert.Equal("None", Change(machine, way, 1, High, UserData));
        }

        Assert.Equal("None", Change(machine, way, 1, High, KernelReadOnly));
        Assert.Equal("None", Change(machine, way, 1, Low, UserData));
    }

    [Fact]
    public void The_smallest_page_cannot_be_split()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        machine.ExpectRefused(SplitError.PageSizeUnsupported, () => machine.Split(1, Low));
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void A_split_without_a_frame_for_the_table_is_out_of_frames(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        machine.Ledger.Limit = 0;
        machine.ExpectRefused(SplitError.OutOfFrames, () => machine.Split(level, Low));
    }

    /// <summary>Does it to one page, or to the range of exactly that page.</summary>
    protected static string Change(
        PagingMachine<TMode, TMemory> machine, string way, int level, VirtualAddress address, PageAttributes? attributes = null) =>
        way switch
        {
            "Unmap" => machine.Unmap(level, address).ToString(),
            "Protect" => machine.Protect(level, address, attributes ?? UserReadOnly).ToString(),
            "Split" => machine.Split(level, address).ToString(),
            _ => ChangeRange(machine, way, VirtualRange.FromStart(address, BytesAt(level)), attributes),
        };

    /// <summary>Does it to a range.</summary>
    protected static string ChangeRange(
        PagingMachine<TMode, TMemory> machine, string way, VirtualRange range, PageAttributes? attributes = null) =>
        way switch
        {
            "UnmapRange" => machine.UnmapRange(range.Start, range.Length).ToString(),
            "ProtectRange" =>
                machine.ProtectRange(range.Start, range.Length, attributes ?? UserReadOnly).ToString(),
            _ => throw new ArgumentOutOfRangeException(nameof(way)),
        };
}

public sealed class TwoLevelChangeErrorTests : ChangeErrorTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveChangeErrorTests : ChangeErrorTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelChangeErrorTests : ChangeErrorTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveChangeErrorTests : ChangeErrorTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelChangeErrorTests : ChangeErrorTests<FourLevelPaging, SimulatedMemory>
{
    [Theory]
    [MemberData(nameof(Ways))]
    public void An_address_that_only_five_levels_can_translate_is_not_canonical(string way)
    {
        using PagingMachine<FourLevelPaging> machine = new();
        foreach (ulong address in new ulong[] { 0x0000_8000_0000_0000, 0xFFFF_7FFF_FFE0_0000 })
        {
            machine.ExpectRefused("NotCanonical", () => Change(machine, way, 2, VirtualAddress.FromValue(address)));
        }
    }

    [Theory]
    [InlineData("UnmapRange")]
    [InlineData("ProtectRange")]
    public void A_range_that_runs_out_of_the_lower_half_is_not_canonical(string way)
    {
        using PagingMachine<FourLevelPaging> machine = new();
        VirtualAddress last = Places<FourLevelPaging>.LastOfLowerHalf(1);
        Assert.Equal(MapError.None, machine.Map(1, last, 0, KernelData));
        machine.ExpectRefused("NotCanonical", () => ChangeRange(machine, way, VirtualRange.FromStart(last, 0x2000)));
    }
}

public sealed class FiveLevelChangeErrorTests : ChangeErrorTests<FiveLevelPaging, SimulatedMemory>;
