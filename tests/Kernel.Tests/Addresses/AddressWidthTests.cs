using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.Addresses;

/// <summary>What addresses mean on a target of any width: nothing here knows whether a register has 32 or 64 bits.</summary>
public sealed class AddressWidthTests
{
    private static readonly VirtualAddress s_last = Virtual(nuint.MaxValue);

    [Fact]
    public void The_last_address_has_every_bit_of_a_register() => Assert.Equal(nuint.MaxValue, s_last.Value);

    [Theory]
    [InlineData(1UL)]
    [InlineData(0x1000UL)]
    [InlineData(0xFFFF_FFFFUL)]
    [InlineData(0x1_0000_0000UL)]
    [InlineData(ulong.MaxValue)]
    public void Nothing_follows_the_last_address(ulong bytes)
    {
        Assert.False(s_last.TryAdd(bytes, out _));
        Assert.Equal(bytes, Panics.In("VirtualAddress.operator +", () => _ = s_last + bytes).Value);
    }

    [Fact]
    public void The_last_page_starts_a_page_below_the_top_and_its_range_ends_there()
    {
        VirtualAddress start = s_last.AlignDown<Size4KiB>();
        Assert.Equal(nuint.MaxValue - 0xFFF, start.Value);
        VirtualRange page = Page<Size4KiB>.FromStart(start).Range;
        Assert.Equal(s_last, page.Last);
        Assert.Equal(Size4KiB.Bytes, page.Length);
        Assert.True(page.Contains(s_last) && page.Contains(start) && !page.Contains(VirtualAddress.Zero));
        Assert.False(VirtualRange.TryFromStart(start, Size4KiB.Bytes + 1, out _));
        Assert.False(VirtualRange.TryFromStart(start, ulong.MaxValue, out _));
    }

    [Fact]
    public void The_first_page_starts_at_0_and_meets_nothing_at_the_top()
    {
        VirtualRange first = VirtualRange.FromStart(VirtualAddress.Zero, Size4KiB.Bytes);
        VirtualRange last = VirtualRange.FromStart(s_last.AlignDown<Size4KiB>(), Size4KiB.Bytes);
        Assert.Equal(0xFFFUL, first.Last.Value);
        Assert.False(first.Overlaps(last) || last.Overlaps(first));
        Assert.True(first.Start < last.Start && last.Last > first.Last);
    }

    [Theory]
    [InlineData(0x0000_0000UL, 0, 0)]
    [InlineData(0x0040_0000UL, 1, 0)]
    [InlineData(0xC010_0000UL, 0x300, 0x100)]
    [InlineData(0xFFC0_0000UL, 0x3FF, 0)]
    [InlineData(0xFFFF_F000UL, 0x3FF, 0x3FF)]
    [InlineData(0xFFFF_FFFFUL, 0x3FF, 0x3FF)]
    public void An_address_of_32_bits_selects_the_same_entries_everywhere(ulong address, int directory, int table)
    {
        Assert.Equal((nuint)directory, Virtual(address).IndexAt<TwoLevelPaging>(new PageTableLevel(2)));
        Assert.Equal((nuint)table, Virtual(address).IndexAt<TwoLevelPaging>(PageTableLevel.Lowest));
        Assert.True(TwoLevelPaging.IsCanonical(Virtual(address)));
    }

    [Theory]
    [InlineData(0x1_0000_0000UL)]
    [InlineData(0x1_FFFF_F000UL)]
    [InlineData(0xFFFF_FFFF_FFFF_F000UL)]
    public void What_32_bits_cannot_hold_is_no_address_there_or_not_canonical(ulong address)
    {
        bool exists = VirtualAddress.TryFromValue(address, out VirtualAddress wide);
        Assert.Equal(nuint.Size == sizeof(ulong), exists);
        Assert.False(exists && TwoLevelPaging.IsCanonical(wide));
        Assert.False(exists && ThreeLevelPaging.IsCanonical(wide));
    }

    [Theory]
    [InlineData(0UL, 0xFFFF_FFFFUL)]
    [InlineData(0x7FFF_FFFFUL, 0x8000_0000UL)]
    [InlineData(0xBFFF_F000UL, 0x1000UL)]
    [InlineData(0x8000_0000UL, 0x7FFF_F000UL)]
    public void Sums_and_differences_within_32_bits_are_exact(ulong address, ulong bytes)
    {
        VirtualAddress sum = Virtual(address) + bytes;
        Assert.Equal(address + bytes, sum.Value);
        Assert.Equal(bytes, sum - Virtual(address));
        Assert.True(sum > Virtual(address) && Virtual(address) < sum);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(0xFFFF_F000UL)]
    [InlineData(0x1_0000_0000UL)]
    [InlineData(0xF_FFFF_FFFF_F000UL)]
    public void A_physical_address_has_52_bits_whatever_a_register_has(ulong address)
    {
        Assert.Equal(address, Physical(address).Value);
        Assert.True(Physical(address) < Physical(address) + 1);
        Assert.False(PhysicalAddress.TryFromValue((1UL << PhysicalAddress.MaximumBits) + 1, out _));
    }
}
