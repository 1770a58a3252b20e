using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
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
        GuestRun run = await GuestBoot.OnceAsync(on.Machine);

        // Firmware and the legacy hole under 1 MiB keep less than 2 MiB from the kernel. A screen's memory is its own. What no
        // entry of the tables can name is told apart.
        ulong memory = Sum(map.Where(static range => range.Kind is not ("reserved" or "frame buffer")))
            + run.Report.Comments.Aggregate(0UL, static (sum, comment) => sum + LostIn(comment));
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

    [Theory]
    [MemberData(nameof(GuestConfiguration.Each), MemberType = typeof(GuestConfiguration))]
    public async Task Modules_keep_the_pages_that_they_touch_and_no_others(GuestConfiguration on)
    {
        IEnumerable<MemoryMapLine> modules = (await MapOfAsync(on)).Where(static range => range.Kind == "modules");

        ulong pages = on.Machine.Modules.Files.Aggregate(0UL, static (sum, file) => sum + (((ulong)new FileInfo(file).Length + 0xFFF) >> 12));
        Assert.Equal(pages, Sum(modules) >> 12);
    }

    [Theory]
    [MemberData(nameof(GuestConfiguration.Each), MemberType = typeof(GuestConfiguration))]
    public async Task The_screen_s_memory_lies_where_GRUB_says_and_only_there(GuestConfiguration on)
    {
        MemoryMapLine[] screens = [.. (await MapOfAsync(on)).Where(static range => range.Kind == "frame buffer")];

        // 1024 by 768 of four bytes, in the hole for devices: above what the kernel's part of the address space could show.
        ulong[] expected = on.Machine.Loader == Loader.Grub ? [1024 * 768 * 4] : [];
        Assert.Equal(expected, screens.Select(static range => range.Bytes));
        Assert.All(screens, static range => Assert.InRange(range.First, 3 * 1024 * Mebibyte, (4 * 1024 * Mebibyte) - 1));
    }

    [Fact]
    public async Task Memory_above_4_GiB_is_lost_to_entries_of_32_bits_and_said_to_be()
    {
        GuestConfiguration large = Assert.Single(
            GuestConfiguration.All,
            static on => on.Machine.Architecture == Architecture.X86 && on.Machine.Memory.Bytes == 3584 * Mebibyte);

        GuestRun run = await GuestBoot.OnceAsync(large.Machine);

        Assert.Equal([512 * Mebibyte], run.Report.Comments.Select(LostIn).Where(static bytes => bytes > 0));
    }

    private static ulong LostIn(string comment)
    {
        Match match = Regex.Match(comment, "^memory map: .* usable KiB lost by that (?<count>[0-9]+)$");
        return match.Success ? ulong.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) << 10 : 0;
    }

    private static ulong Sum(IEnumerable<MemoryMapLine> ranges) =>
        ranges.Aggregate(0UL, static (sum, range) => checked(sum + range.Bytes));

    private static async Task<IReadOnlyList<MemoryMapLine>> MapOfAsync(GuestConfiguration on)
    {
        GuestRun run = await GuestBoot.OnceAsync(on.Machine);
        return [.. run.Report.Comments.Select(MemoryMapLine.Parse).OfType<MemoryMapLine>()];
    }
}
