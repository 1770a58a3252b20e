using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Guests;

/// <summary>The physical memory map, as each guest sees its machine.</summary>
public sealed class MemoryMapTests
{
    private const ulong Mebibyte = 1UL << 20;

    [Theory]
    [MemberData(nameof(GuestConfiguration.Each), MemberType = typeof(GuestConfiguration))]
    public async Task It_is_sorted_and_without_overlap(GuestConfiguration on)
    {
        IReadOnlyList<MemoryMapLine> map = await MapOfAsync(on);

        Assert.NotEmpty(map);
        Assert.All(
            map.Zip(map.Skip(1)),
            static pair => Assert.True(pair.First.Last < pair.Second.First, $"{pair.First} before {pair.Second}"));
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.Each), MemberType = typeof(GuestConfiguration))]
    public async Task It_accounts_for_the_machine_s_memory(GuestConfiguration on)
    {
        IReadOnlyList<MemoryMapLine> map = await MapOfAsync(on);

        // Firmware and the legacy hole under 1 MiB keep less than 2 MiB from the kernel.
        ulong memory = Sum(map.Where(static range => range.Kind != "reserved"));
        Assert.InRange(memory, on.Machine.Memory.Bytes - (2 * Mebibyte), on.Machine.Memory.Bytes);
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.Each), MemberType = typeof(GuestConfiguration))]
    public async Task The_image_lies_at_one_mebibyte_and_is_not_usable(GuestConfiguration on)
    {
        IReadOnlyList<MemoryMapLine> map = await MapOfAsync(on);

        MemoryMapLine image = Assert.Single(map, static range => range.Kind == "kernel image");
        Assert.InRange(image.First, Mebibyte, 2 * Mebibyte);
        Assert.InRange(image.Bytes, 64UL << 10, 4 * Mebibyte);
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.Each), MemberType = typeof(GuestConfiguration))]
    public async Task Page_zero_and_the_end_of_the_32_bit_space_are_not_usable(GuestConfiguration on)
    {
        IReadOnlyList<MemoryMapLine> usable = [.. (await MapOfAsync(on)).Where(static range => range.Kind == "usable")];

        Assert.NotEmpty(usable);
        Assert.DoesNotContain(usable, static range => range.First < 0x1000);
        Assert.DoesNotContain(usable, static range => range.First <= 0xFFFF_FFFF && range.Last >= 0xFFFC_0000);
    }

    private static ulong Sum(IEnumerable<MemoryMapLine> ranges) =>
        ranges.Aggregate(0UL, static (sum, range) => checked(sum + range.Bytes));

    private static async Task<IReadOnlyList<MemoryMapLine>> MapOfAsync(GuestConfiguration on)
    {
        GuestRun run = await GuestBoot.OnceAsync(on.Machine);
        return [.. run.Report.Comments.Select(MemoryMapLine.Parse).OfType<MemoryMapLine>()];
    }
}
