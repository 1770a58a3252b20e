using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Xunit;

namespace Kernel.Tests.Paging;

public abstract unsafe class DirectMapTests<TMode>
    where TMode : struct, IPagingMode
{
    private static PhysicalAddress LastFrame =>
        Frame<Size4KiB>.FromStart(PhysicalAddress.FromValue(DirectMap<TMode>.ReachEnd.Value - Size4KiB.Bytes)).Start;

    [Fact]
    public void Memory_is_shown_at_one_distance_from_the_start_of_the_kernels_part()
    {
        Assert.Equal(TMode.UpperHalfStart, DirectMap<TMode>.AddressOf(PhysicalAddress.Zero));
        Assert.Equal(LastFrame.Value, DirectMap<TMode>.AddressOf(LastFrame) - TMode.UpperHalfStart);
        Assert.Equal(LastFrame, DirectMap<TMode>.PhysicalOf(DirectMap<TMode>.AddressOf(LastFrame)));
        Assert.Equal((nuint)DirectMap<TMode>.AddressOf(LastFrame).ToPointer(), (nuint)DirectMap<TMode>.PointerTo(LastFrame));
    }

    [Fact]
    public void A_frame_out_of_reach_is_touched_by_nobody_and_becomes_no_table()
    {
        PhysicalAddress above = DirectMap<TMode>.ReachEnd;
        if (above.Value < DirectMap<TMode>.Limit)
        {
            // The direct map has room for more than an entry can name: no frame is out of reach.
            Assert.Equal(1UL << TMode.PhysicalAddressBits, above.Value);
            return;
        }

        Assert.Equal(above.Value, Panics.In("DirectMap.AddressOf", () => DirectMap<TMode>.PointerTo(above)).Value);
        Assert.Equal(above.Value, Panics.In("DirectMap.AddressOf", () => DirectMap<TMode>.PointerToNewTable(above, PageTableLevel.Lowest)).Value);
    }

    [Fact]
    public void A_walk_does_not_go_on_in_a_table_that_is_shown_nowhere()
    {
        // Above 32 bits no machine has memory there. Within, the sum would wrap, and what a user has mapped be taken for a table.
        if (TMode.VirtualAddressBits > 32)
        {
            return;
        }

        PhysicalAddress above = DirectMap<TMode>.ReachEnd;
        Assert.Equal((nuint)DirectMap<TMode>.PointerTo(LastFrame), PointerToTable<DirectMap<TMode>>(LastFrame));
        Assert.Equal(above.Value, Panics.In("DirectMap.AddressOf", () => PointerToTable<DirectMap<TMode>>(above)).Value);
    }

    private static nuint PointerToTable<TMemory>(PhysicalAddress table)
        where TMemory : struct, IPhysicalMemory => (nuint)TMemory.PointerToTable(table, PageTableLevel.Lowest, VirtualAddress.Zero);

    [Fact]
    public void A_range_is_shown_whole_or_not_at_all()
    {
        PhysicalRange last = PhysicalRange.FromStart(LastFrame, Size4KiB.Bytes);
        Assert.True(DirectMap<TMode>.TryRangeOf(last, out VirtualRange shown));
        Assert.Equal(DirectMap<TMode>.AddressOf(LastFrame), shown.Start);
        if (DirectMap<TMode>.ReachEnd.Value == DirectMap<TMode>.Limit)
        {
            Assert.False(DirectMap<TMode>.TryRangeOf(PhysicalRange.FromStart(LastFrame, 2 * Size4KiB.Bytes), out _));
        }
    }
}

public sealed class TwoLevelDirectMapTests : DirectMapTests<TwoLevelPaging>
{
    [Fact]
    public void The_alias_of_32_bit_modes_is_half_a_gigabyte_long() => Assert.Equal(512UL << 20, DirectMap<TwoLevelPaging>.ReachEnd.Value);
}

public sealed class ThreeLevelDirectMapTests : DirectMapTests<ThreeLevelPaging>;

public sealed class FourLevelDirectMapTests : DirectMapTests<FourLevelPaging>;

public sealed class FiveLevelDirectMapTests : DirectMapTests<FiveLevelPaging>;
