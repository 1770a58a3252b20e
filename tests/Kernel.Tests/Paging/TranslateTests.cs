using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>The walk, and what it tells about an address.</summary>
public abstract class TranslateTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Frame = 0x0000_0071_8000_0000;

    /// <summary>Every attribute with every cache type at every level.</summary>
    public static TheoryData<string, CacheType, int> AllAttributes => Rights.NamesCachesLevels;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_offset_into_a_page_is_the_same_offset_into_its_frame(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        foreach (ulong offset in new ulong[] { 0, 1, 0xFFF, Places<TMode>.BytesAt(level) - 1, Places<TMode>.BytesAt(level) / 2 })
        {
            Translation translation = machine.Translate(Places<TMode>.Low + offset);
            Assert.Equal(TranslationKind.Mapped, translation.Kind);
            Assert.Equal(Frame + offset, translation.Address.Value);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_page_ends_where_its_size_ends(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        Assert.Equal(TranslationKind.NotMapped, machine.Translate(Places<TMode>.Low + Places<TMode>.BytesAt(level)).Kind);
        Assert.Equal(
            TranslationKind.NotMapped, machine.Translate(VirtualAddress.FromValue(Places<TMode>.Low.Value - 1)).Kind);
    }

    [Theory]
    [InlineData(1, 0x1000UL)]
    [InlineData(2, 0x20_0000UL)]
    [InlineData(3, 0x4000_0000UL)]
    public void A_translation_tells_the_size_of_the_page_and_the_level_of_its_leaf(int level, ulong bytes)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.High, Frame, PageAttributes.KernelData));
        Translation translation = machine.Translate(Places<TMode>.High);
        Assert.Equal(bytes, translation.PageBytes);
        Assert.Equal(level, translation.Level.Number);
    }

    [Theory]
    [MemberData(nameof(AllAttributes))]
    public void A_mapped_page_has_the_rights_that_it_was_given(string rights, CacheType cache, int level)
    {
        using PagingMachine<TMode> machine = new();
        Rights named = Rights.Named(rights);
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, named.Attributes.With(cache)));
        Assert.Equal(named.Attributes.With(cache), machine.Translate(Places<TMode>.Low).Attributes);
        Assert.Equal(named.LeafBits(Frame, cache, level), machine.EntryOf(Places<TMode>.Low, level));
    }

    [Theory]
    [MemberData(nameof(AllAttributes))]
    public void The_processor_grants_exactly_those_rights(string rights, CacheType cache, int level)
    {
        using PagingMachine<TMode> machine = new();
        Rights named = Rights.Named(rights);
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, named.Attributes.With(cache)));
        Assert.True(machine.Processor.Read(Places<TMode>.Low).Succeeded);
        Assert.Equal(named.Writable, machine.Processor.Write(Places<TMode>.Low).Succeeded);
        Assert.Equal(named.Executable, machine.Processor.Execute(Places<TMode>.Low).Succeeded);
        Assert.Equal(named.User, machine.Processor.Read(Places<TMode>.Low, user: true).Succeeded);
        Assert.Equal(named.User && named.Writable, machine.Processor.Write(Places<TMode>.Low, user: true).Succeeded);
        Assert.Equal(named.User && named.Executable, machine.Processor.Execute(Places<TMode>.Low, user: true).Succeeded);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_read_is_noted_as_accessed_and_a_write_as_dirty(int level)
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(level, Places<TMode>.Low, Frame, PageAttributes.UserData));
        Assert.False(machine.Translate(Places<TMode>.Low).IsAccessed);
        Assert.True(machine.Processor.Read(Places<TMode>.Low, user: true).Succeeded);
        Assert.True(machine.Translate(Places<TMode>.Low).IsAccessed);
        Assert.False(machine.Translate(Places<TMode>.Low).IsDirty);
        Assert.True(machine.Processor.Write(Places<TMode>.Low, user: true).Succeeded);
        Assert.True(machine.Translate(Places<TMode>.Low).IsDirty);
    }

    [Fact]
    public void Nothing_is_mapped_in_an_empty_tree()
    {
        using PagingMachine<TMode> machine = new();
        foreach (VirtualRange half in new[] { Places<TMode>.LowerHalf, Places<TMode>.UpperHalf })
        {
            Assert.Equal(TranslationKind.NotMapped, machine.Translate(half.Start).Kind);
            Assert.Equal(TranslationKind.NotMapped, machine.Translate(half.Last).Kind);
            Assert.Equal(TMode.RootLevel, machine.Translate(half.Last).Level);
        }
    }

    [Fact]
    public void An_address_in_the_hole_is_not_canonical()
    {
        using PagingMachine<TMode> machine = new();
        foreach (ulong value in new[] { Places<TMode>.HalfBytes, unchecked(0UL - Places<TMode>.HalfBytes - 1) })
        {
            // In five-level mode the address type itself refuses the whole hole.
            if (VirtualAddress.TryFromValue(value, out VirtualAddress address))
            {
                Assert.Equal(TranslationKind.NotCanonical, machine.Translate(address).Kind);
                Assert.True(machine.Processor.Read(address).IsNotCanonical);
            }
            else
            {
                Assert.Equal(5, TMode.RootLevel.Number);
            }
        }
    }

    [Fact]
    public void An_absent_entry_with_bits_of_software_is_not_mapped_at_any_level()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        for (int level = 1; level <= TMode.RootLevel.Number; level++)
        {
            machine.SetEntry(Places<TMode>.Low, level, 0x0000_7777_7777_7EFE);
            Assert.Equal(TranslationKind.NotMapped, machine.Translate(Places<TMode>.Low).Kind);
            Assert.Equal(level, machine.Translate(Places<TMode>.Low).Level.Number);
        }
    }

    [Fact]
    public void A_malformed_entry_is_told_from_an_absent_one_at_every_level_above_the_lowest()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.KernelData));
        for (int level = 2; level <= TMode.RootLevel.Number; level++)
        {
            machine.SetEntry(Places<TMode>.Low, level, 0x2081);
            Assert.Equal(TranslationKind.Malformed, machine.Translate(Places<TMode>.Low).Kind);
            Assert.Equal(level, machine.Translate(Places<TMode>.Low).Level.Number);
            AccessResult access = machine.Processor.Read(Places<TMode>.Low);
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
        for (int level = 1; level <= 3; level++)
        {
            using PagingMachine<TMode> machine = new();
            VirtualAddress address = Places<TMode>.Named(place, level);
            Assert.Equal(MapError.None, machine.Map(level, address, Frame, PageAttributes.KernelData));
            ulong last = Places<TMode>.BytesAt(level) - 1;
            Assert.Equal(Frame + last, machine.Translate(address + last).Address.Value);
            Assert.Equal(Frame + last, machine.Processor.Read(address + last).Address.Value);
        }
    }

    [Fact]
    public void Reading_the_tree_changes_no_byte_of_it()
    {
        using PagingMachine<TMode> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, Places<TMode>.Low, Frame, PageAttributes.UserData));
        MemorySnapshot before = machine.Ledger.TakeSnapshot();
        Assert.True(machine.Translate(Places<TMode>.Low).IsMapped);
        Assert.False(machine.Translate(Places<TMode>.High).IsMapped);
        Assert.Null(before.FirstDifference(machine.Ledger.TakeSnapshot()));
    }
}

public sealed class FourLevelTranslateTests : TranslateTests<FourLevelPaging>;

public sealed class FiveLevelTranslateTests : TranslateTests<FiveLevelPaging>;
