using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>The walk, and what it tells about an address.</summary>
public abstract class TranslateTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    /// <summary>Every attribute with every cache type at every level.</summary>
    public static TheoryData<string, CacheType, int> AllAttributes => Rights.NamesCachesLevels<TMode>();

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void An_offset_into_a_page_is_the_same_offset_into_its_frame(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        foreach (ulong offset in new ulong[] { 0, 1, 0xFFF, BytesAt(level) - 1, BytesAt(level) / 2 })
        {
            Translation translation = machine.Translate(Low + offset);
            Assert.Equal(TranslationKind.Mapped, translation.Kind);
            Assert.Equal(Frame + offset, translation.Address.Value);
        }
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void A_page_ends_where_its_size_ends(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, KernelData));
        Assert.Equal(TranslationKind.NotMapped, machine.Translate(Low + BytesAt(level)).Kind);
        Assert.Equal(
            TranslationKind.NotMapped, machine.Translate(VirtualAddress.FromValue(Low.Value - 1)).Kind);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void A_translation_tells_the_size_of_the_page_and_the_level_of_its_leaf(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, High, Frame, KernelData));
        Translation translation = machine.Translate(High);
        Assert.Equal(BytesAt(level), translation.PageBytes);
        Assert.Equal(level, translation.Level.Number);
    }

    [Theory]
    [MemberData(nameof(AllAttributes))]
    public void A_mapped_page_has_the_rights_that_it_was_given(string rights, CacheType cache, int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Rights named = Rights.Named<TMode>(rights);
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, named.Attributes.With(cache)));
        Assert.Equal(named.Attributes.With(cache), machine.Translate(Low).Attributes);
        Assert.Equal(named.LeafBits(Frame, cache, level), machine.EntryOf(Low, level));
    }

    [Theory]
    [MemberData(nameof(AllAttributes))]
    public void The_processor_grants_exactly_those_rights(string rights, CacheType cache, int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Rights named = Rights.Named<TMode>(rights);
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, named.Attributes.With(cache)));
        Assert.True(machine.Processor.Read(Low).Succeeded);
        Assert.Equal(named.Writable, machine.Processor.Write(Low).Succeeded);
        Assert.Equal(named.Executable, machine.Processor.Execute(Low).Succeeded);
        Assert.Equal(named.User, machine.Processor.Read(Low, user: true).Succeeded);
        Assert.Equal(named.User && named.Writable, machine.Processor.Write(Low, user: true).Succeeded);
        Assert.Equal(named.User && named.Executable, machine.Processor.Execute(Low, user: true).Succeeded);
    }

    [Theory]
    [MemberData(nameof(LeafLevels))]
    public void A_read_is_noted_as_accessed_and_a_write_as_dirty(int level)
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Low, Frame, UserData));
        Assert.False(machine.Translate(Low).IsAccessed);
        Assert.True(machine.Processor.Read(Low, user: true).Succeeded);
        Assert.True(machine.Translate(Low).IsAccessed);
        Assert.False(machine.Translate(Low).IsDirty);
        Assert.True(machine.Processor.Write(Low, user: true).Succeeded);
        Assert.True(machine.Translate(Low).IsDirty);
    }

    [Fact]
    public void Nothing_is_mapped_in_an_empty_tree()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        foreach (string place in new[] { "Zero", "LastOfLowerHalf", "FirstOfUpperHalf", "LastOfAll" })
        {
            Translation first = machine.Translate(Named(place, 1));
            Assert.Equal((TranslationKind.NotMapped, TMode.RootLevel), (first.Kind, first.Level));
            Translation last = machine.Translate(Named(place, 1) + (Size4KiB.Bytes - 1));
            Assert.Equal((TranslationKind.NotMapped, TMode.RootLevel), (last.Kind, last.Level));
        }
    }

    [Fact]
    public void An_address_in_the_hole_is_not_canonical()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        ulong[] hole = Places<TMode>.Hardware.ExtendsSign
            ? [Places<TMode>.LowerBytes, unchecked(0UL - Places<TMode>.UpperBytes - 1)]
            : [Places<TMode>.End, ulong.MaxValue];
        foreach (ulong value in hole)
        {
            // In five-level mode the address type itself refuses the whole hole.
            if (VirtualAddress.TryFromValue(value, out VirtualAddress address))
            {
                Assert.Equal(TranslationKind.NotCanonical, machine.Translate(address).Kind);
                Assert.True(machine.Processor.Read(address).IsNotCanonical);
            }
            else
            {
                Assert.Equal(5, Levels);
            }
        }
    }

    [Fact]
    public void An_absent_entry_with_bits_of_software_is_not_mapped_at_any_level()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        for (int level = 1; level <= Levels; level++)
        {
            machine.SetEntry(Low, level, 0x7777_7EFE);
            Assert.Equal(TranslationKind.NotMapped, machine.Translate(Low).Kind);
            Assert.Equal(level, machine.Translate(Low).Level.Number);
        }
    }

    [Fact]
    public void A_malformed_entry_is_told_from_an_absent_one_at_every_level_above_the_lowest()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, KernelData));
        for (int level = 2; level <= Levels; level++)
        {
            machine.SetEntry(Low, level, Malformed);
            Assert.Equal(TranslationKind.Malformed, machine.Translate(Low).Kind);
            Assert.Equal(level, machine.Translate(Low).Level.Number);
            AccessResult access = machine.Processor.Read(Low);
            Assert.Equal(PageFaultCode.Present | PageFaultCode.ReservedBit, access.Fault);
        }
    }

    [Theory]
    [InlineData("Zero")]
    [InlineData("LastOfLowerHalf")]
    [InlineData("FirstOfUpperHalf")]
    [InlineData("LastOfAll")]
    public void The_first_and_the_last_page_of_each_half_can_be_mapped_and_found(string place)
    {
        for (int level = 1; level <= LargestLevel; level++)
        {
            using PagingMachine<TMode, TMemory> machine = new();
            VirtualAddress address = Named(place, level);
            Assert.Equal(MapError.None, machine.Map(level, address, Frame, KernelData));
            ulong last = BytesAt(level) - 1;
            Assert.Equal(Frame + last, machine.Translate(address + last).Address.Value);
            Assert.Equal(Frame + last, machine.Processor.Read(address + last).Address.Value);
        }
    }

    [Fact]
    public void Reading_the_tree_changes_no_byte_of_it()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Low, Frame, UserData));
        MemorySnapshot before = machine.TakeSnapshot();
        Assert.True(machine.Translate(Low).IsMapped);
        Assert.False(machine.Translate(High).IsMapped);
        Assert.Null(before.FirstDifference(machine.TakeSnapshot()));
    }
}

public sealed class TwoLevelTranslateTests : TranslateTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveTranslateTests : TranslateTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelTranslateTests : TranslateTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveTranslateTests : TranslateTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelTranslateTests : TranslateTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelTranslateTests : TranslateTests<FiveLevelPaging, SimulatedMemory>;
