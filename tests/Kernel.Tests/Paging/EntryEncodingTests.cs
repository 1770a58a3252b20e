using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>What is written into an entry, bit by bit, and what is read back from it.</summary>
public abstract class EntryEncodingTests<TMode> : PagingTests<TMode, SimulatedMemory>
    where TMode : struct, IPagingMode
{
    // A multiple of the largest page with its highest and its lowest possible bit set.
    private static readonly ulong s_frame =
        (Places<TMode>.Hardware.AddressBits & ~(Places<TMode>.Hardware.AddressBits >> 1)) | LargestBytes;

    // The bits that an entry has.
    private static readonly ulong s_entryBits = ulong.MaxValue >> (64 - (8 * Places<TMode>.Hardware.EntryBytes));

    /// <summary>Every attribute with every cache type at every level.</summary>
    public static TheoryData<string, CacheType, int> AllAttributes => Rights.NamesCachesLevels<TMode>();

    [Theory]
    [MemberData(nameof(AllAttributes))]
    public void A_leaf_has_the_bits_that_the_manual_gives_it(string rights, CacheType cache, int level)
    {
        Rights named = Rights.Named<TMode>(rights);
        PageTableEntry leaf = PageTableEntry.ForLeaf(
            PhysicalAddress.FromValue(s_frame), named.Attributes.With(cache), new PageTableLevel(level));
        Assert.Equal(named.LeafBits(s_frame, cache, level), leaf.Bits);
    }

    [Theory]
    [MemberData(nameof(AllAttributes))]
    public void A_leaf_gives_back_the_attributes_and_the_frame_that_it_was_made_of(string rights, CacheType cache, int level)
    {
        PageTableLevel at = new(level);
        PageAttributes attributes = Rights.Named<TMode>(rights).Attributes.With(cache);
        PageTableEntry leaf = PageTableEntry.ForLeaf(PhysicalAddress.FromValue(s_frame), attributes, at);
        Assert.Equal(attributes, leaf.Attributes(at));
        Assert.Equal(cache, leaf.Attributes(at).Cache);
        Assert.Equal(s_frame, leaf.LeafAddress<TMode>(at).Value);
        Assert.Equal(EntryKind.Leaf, leaf.KindAt<TMode>(at));
    }

    [Fact]
    public void A_leaf_can_map_the_last_frame_that_the_entry_format_can_name()
    {
        foreach (int level in Places<TMode>.LeafLevels)
        {
            ulong last = Places<TMode>.Hardware.AddressBits & ~(BytesAt(level) - 1);
            PageAttributes attributes = KernelData.With(CacheType.WriteThrough);
            PageTableEntry leaf = PageTableEntry.ForLeaf(PhysicalAddress.FromValue(last), attributes, new PageTableLevel(level));
            Assert.Equal(last, leaf.LeafAddress<TMode>(new PageTableLevel(level)).Value);
        }
    }

    [Theory]
    [InlineData(false, 0x23UL)]
    [InlineData(true, 0x27UL)]
    public void A_table_entry_allows_everything_but_ring_3_unless_asked(bool user, ulong expected)
    {
        using TestMachine machine = new();
        CountingFrames frames = CountingFrames.Of(machine);
        Assert.True(
            PageTableFrame.TryAllocate<SimulatedMemory, CountingFrames>(ref frames, machine.Token, out PageTableFrame table));
        PageTableEntry entry = PageTableEntry.ForTable<TMode>(table, new PageTableLevel(2), user);
        Assert.Equal(table.Frame.Start.Value | expected, entry.Bits);
        Assert.Equal(table.Frame.Start, entry.TableAddress<TMode>());
        ulong inRoot = RootEntriesHaveRights ? expected : HardwareWalk.Present;
        Assert.Equal(table.Frame.Start.Value | inRoot, PageTableEntry.ForTable<TMode>(table, TMode.RootLevel, user).Bits);
        for (int level = 2; level <= TMode.RootLevel.Number; level++)
        {
            Assert.Equal(EntryKind.Table, entry.KindAt<TMode>(new PageTableLevel(level)));
        }
    }

    [Fact]
    public void A_new_user_page_has_not_been_touched_and_a_kernel_page_counts_as_touched()
    {
        PageTableEntry user = PageTableEntry.ForLeaf(PhysicalAddress.Zero, UserData, PageTableLevel.Lowest);
        Assert.False(user.IsAccessed);
        Assert.False(user.IsDirty);
        PageTableEntry kernel = PageTableEntry.ForLeaf(PhysicalAddress.Zero, KernelData, PageTableLevel.Lowest);
        Assert.True(kernel.IsAccessed);
        Assert.True(kernel.IsDirty);
    }

    [Theory]
    [InlineData(0x0000_0000_0000_0000UL)]
    [InlineData(0xFFFF_FFFF_FFFF_FFFEUL)]
    [InlineData(0x0000_0000_0000_0080UL)]
    [InlineData(0x8000_0000_0000_0000UL)]
    public void An_entry_that_is_not_present_is_absent_at_every_level_whatever_else_it_holds(ulong bits)
    {
        for (int level = 1; level <= TMode.RootLevel.Number; level++)
        {
            Assert.Equal(EntryKind.Absent, Read(bits).KindAt<TMode>(new PageTableLevel(level)));
        }

        Assert.Equal((bits & s_entryBits) == 0, Read(bits).IsEmpty);
    }

    [Fact]
    public void Bit_7_is_the_PAT_bit_at_level_1_and_no_page_size()
    {
        PageTableEntry entry = Read(0x0000_0000_0000_1081);
        Assert.Equal(EntryKind.Leaf, entry.KindAt<TMode>(PageTableLevel.Lowest));
        Assert.Equal(0x1000UL, entry.LeafAddress<TMode>(PageTableLevel.Lowest).Value);
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void Bit_12_is_the_PAT_bit_of_a_large_leaf_and_no_address_bit(int level)
    {
        PageTableEntry entry = Read(0x0000_0000_4000_1099);
        Assert.Equal(EntryKind.Leaf, entry.KindAt<TMode>(new PageTableLevel(level)));
        Assert.Equal(0x4000_0000UL, entry.LeafAddress<TMode>(new PageTableLevel(level)).Value);
        Assert.Equal(CacheType.WriteThrough, entry.Attributes(new PageTableLevel(level)).Cache);
    }

    [Theory]
    [MemberData(nameof(LargeLevels))]
    public void A_large_leaf_with_an_address_bit_below_its_size_is_malformed(int level)
    {
        for (ulong bit = 1 << 13; bit < BytesAt(level); bit <<= 1)
        {
            Assert.Equal(EntryKind.Malformed, Read(bit | 0x81).KindAt<TMode>(new PageTableLevel(level)));
        }

        Assert.Equal(EntryKind.Leaf, Read(BytesAt(level) | 0x81).KindAt<TMode>(new PageTableLevel(level)));
    }

    [Fact]
    public void The_page_size_bit_above_the_levels_that_have_leaves_is_malformed()
    {
        for (int level = LargestLevel + 1; level <= TMode.RootLevel.Number; level++)
        {
            Assert.Equal(EntryKind.Malformed, Read(0x81).KindAt<TMode>(new PageTableLevel(level)));
        }
    }

    [Fact]
    public void The_hardware_agrees_about_what_is_malformed()
    {
        for (int level = 1; level <= TMode.RootLevel.Number; level++)
        {
            for (int bit = 1; bit < 52 && s_entryBits >> bit != 0; bit++)
            {
                ulong bits = 1 | (1UL << bit) | (level > 1 ? 0x80UL : 0);
                bool refused = (bits & Places<TMode>.Hardware.ReservedBits(level, leaf: true)) != 0;
                Assert.Equal(refused, Read(bits).KindAt<TMode>(new PageTableLevel(level)) == EntryKind.Malformed);
            }
        }
    }

    /// <summary>The entry with those bits, read from a table as the kernel reads it.</summary>
    private static PageTableEntry Read(ulong bits)
    {
        using TestMachine machine = new(memoryBytes: Size4KiB.Bytes) { Paging = Places<TMode>.Hardware };
        machine.WriteEntry(PhysicalAddress.FromValue((ulong)machine.Paging.EntryBytes), bits & s_entryBits);
        return PageTable<TMode, SimulatedMemory>.Root(PhysicalAddress.Zero)[1];
    }
}

public sealed class TwoLevelEntryEncodingTests : EntryEncodingTests<TwoLevelPaging>;

public sealed class ThreeLevelEntryEncodingTests : EntryEncodingTests<ThreeLevelPaging>;

public sealed class FourLevelEntryEncodingTests : EntryEncodingTests<FourLevelPaging>;

public sealed class FiveLevelEntryEncodingTests : EntryEncodingTests<FiveLevelPaging>;
