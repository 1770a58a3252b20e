using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using static Kernel.Analyzers.Tests.Rules.WrappedSizeSource;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM204WrappedSizeTests
{
    [Fact]
    public Task The_place_of_a_block_on_a_disk_is_reported() => InMethod("64", """
        uint sector = frames, bytesPerSector = size, blockSize = length;
        int block = count;
        ulong a = [|sector * bytesPerSector|];
        long b = [|block * (int)blockSize|];
        ulong c = (ulong)sector * bytesPerSector;
        ulong d = sector % 64 * 512;
        ulong e = sector * start;
        byte* f = pointer + block * count;
        """);

    [Fact]
    public Task A_number_of_pages_made_bytes_in_32_bits_is_reported() => InMethod("64", """
        ulong a = (ulong)([|frames * 4096|]);
        ulong b = [|frames * PageSize|];
        long c = [|count * 4096|];
        nuint d = [|frames << 12|];
        nint e = (nint)([|count << 21|]);
        Use([|4096 * frames|]);
        Use((ulong)([|kilobytes * 1024|]));
        """);

    [Fact]
    public Task What_becomes_an_address_is_reported() => InMethod("64", """
        Address a = Address.FromValue([|frames << 12|]);
        Address b = new Address([|start + length|]);
        Address c = (Address)([|frames * size|]);
        entry.Bits = [|frames << 12|];
        Address d = address + [|frames * size|];
        ulong e = address.Value + [|frames * size|];
        byte* f = (byte*)([|frames * 4096|]);
        """);

    [Fact]
    public Task A_shift_by_a_count_that_depends_is_reported_where_it_makes_an_address() => InMethod("64", """
        Address a = Address.FromValue([|frames << count|]);
        Address b = address + (ulong)([|frames << (12 + 9 * count)|]);
        Address c = Address.FromValue([|frames << LargePage.Shift|]);
        ulong d = [|frames << LargePage.Shift|];
        """);

    [Fact]
    public Task The_whole_of_the_arithmetic_is_one_mistake() => InMethod("64", """
        Address a = Address.FromValue([|start + frames * size|]);
        Address b = Address.FromValue([|(frames << 12) + length|]);
        ulong c = (ulong)([|frames * 4096|] + 64);
        ulong d = (ulong)([|frames << 12|] | 3);
        """);

    [Fact]
    public Task A_table_entry_made_in_32_bits_loses_the_frames_above_four_gigabytes() =>
        InMethod("64", "ulong raw = (ulong)([|frames << 12|]) | 3;");

    [Fact]
    public Task The_size_of_memory_is_reported() => InMethod("64", """
        void* a = NativeMemory.Alloc([|frames * size|]);
        NativeMemory.Clear(pointer, [|frames * size|]);
        Buffer.MemoryCopy(pointer, pointer, [|frames * size|], (ulong)([|frames * size|]));
        Fill(pointer, [|start + length|]);
        Reserve(address, [|frames * size|]);
        """);

    [Fact]
    public Task The_offset_of_a_pointer_is_reported() => InMethod("64", """
        byte* a = pointer + [|frames * 4096|];
        byte* b = pointer + ([|frames << 12|]);
        byte* c = pointer - [|count * 4096|];
        pointer += [|frames * size|];
        byte d = pointer[[|frames << 12|]];
        """);

    [Fact]
    public Task What_is_kept_in_a_local_is_followed() => InMethod("64", """
        uint bytes = [|frames * size|];
        Address a = Address.FromValue(bytes);
        ulong wide = [|start + length|];
        Address b = Address.FromValue(wide);
        uint later;
        later = [|frames << 12|];
        ulong c = later;
        """);

    [Fact]
    public Task What_is_multiplied_in_place_is_reported() => InMethod("64", """
        uint bytes = frames;
        [|bytes *= 4096|];
        ulong a = bytes;
        uint other = frames;
        [|other <<= 12|];
        Address b = Address.FromValue(other);
        """);

    [Fact]
    public Task What_is_chosen_is_followed() => InMethod("64", """
        Address a = Address.FromValue(count > 5 ? [|frames << 12|] : 0);
        ulong b = Math.Max([|frames * 4096|], 5u);
        """);

    [Fact]
    public Task What_a_member_returns_or_is_given_as_an_address_is_reported() => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestCode = """
            using Kernel.Contracts;

            class C
            {
                [return: AddressValue] ulong Marked(uint start, uint size) => [|start + size|];
                [AddressValue] ulong _next;
                void Set(uint start, uint size) => _next = [|start + size|];
                ulong Unmarked(uint start, uint size) => start + size;
            }
            """,
    }.RunAsync();

    [Fact]
    public Task A_check_that_leaves_too_much_is_none() => InMethod("64", """
        if (frames > 0x10_0000)
        {
            return;
        }

        ulong a = [|frames << 12|];
        """);

    [Fact]
    public Task A_native_integer_wraps_where_it_has_32_bits() => InMethod("32, 64", """
        nuint number = frames;
        Address a = Address.FromValue([|number << 12|]);
        Address b = Address.FromValue((ulong)number << 12);
        """);

    [Theory]
    [InlineData("ulong M(uint pages)", "pages * 4096", "The product of type 'uint' has 32 bits and may wrap before it is widened to 'ulong'; widen an operand before the arithmetic")]
    [InlineData("unsafe void* M(uint pages)", "(void*)(pages << 12)", "The shift of type 'uint' has 32 bits and may wrap before it is widened to an address; widen an operand before the arithmetic")]
    [InlineData("ulong M(nuint pages)", "pages * 4096", "The product of type 'nuint' has 32 bits on a 32-bit target and may wrap before it is widened to 'ulong'; widen an operand before the arithmetic")]
    [InlineData("unsafe byte* M(byte* start, int pages)", "start + pages * 4096", "The product of type 'int' has 32 bits and may wrap before it is widened to the offset of a pointer; widen an operand before the arithmetic")]
    public Task The_message_says_what_is_widened_to_what(string member, string value, string message)
    {
        string arithmetic = value.Contains("<<", System.StringComparison.Ordinal) ? "pages << 12" : "pages * 4096";
        string widening = value.StartsWith('(') ? $"{{|#1:{value}|}}" : value;
        string both = value.StartsWith('(')
            ? widening.Replace(arithmetic, $"{{|#0:{arithmetic}|}}", System.StringComparison.Ordinal)
            : widening.Replace(arithmetic, $"{{|#1:{{|#0:{arithmetic}|}}|}}", System.StringComparison.Ordinal);
        return new KernelAnalyzerTest<WrappedSizeAnalyzer>
        {
            TestState =
            {
                Sources = { $"class C {{ {member} => {both}; }}" },
                AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = 32, 64") },
            },
            ExpectedDiagnostics = { new DiagnosticResult(WrappedSizeAnalyzer.Rule).WithLocation(0).WithLocation(1).WithMessage(message) },
        }.RunAsync();
    }

    [Fact]
    public Task A_sign_that_a_shift_makes_is_reported() => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestCode = """
            class Disk
            {
                ulong Sectors(byte high, byte low) => (ulong)([|high << 24|]) | low;
                ulong Handler(ushort low, ushort middle, uint high) => (ulong)(low | ([|middle << 16|])) | ((ulong)high << 32);
                ulong Block(byte a, byte b, byte c, byte d, byte e) => (ulong)(a | b << 8 | c << 16 | ([|d << 24|])) | (ulong)e << 32;
                ulong Narrow(byte a, byte b, byte c, byte d, byte e) => (uint)(a | b << 8 | c << 16 | d << 24) | (ulong)e << 32;
                ulong Fields(int bus, int device) => (ulong)(bus << 20 | device << 15);
                ulong Last(byte[] bytes) { ulong last = 0; last += (ulong)([|bytes[0] << 24|]); return last; }
            }
            """,
    }.RunAsync();

    [Fact]
    public Task A_number_of_pages_times_their_size_is_reported_though_both_are_variables() => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestCode = """
            class Memory
            {
                ulong Bytes(uint pageCount, uint pageSize) => [|pageCount * pageSize|];
                long Shifted(int frames, int pageShift) => [|frames << pageShift|];
                ulong Block(uint frame, int order) => [|frame << (12 + order)|];
                long Samples(int frames, int channels) => frames * channels;
            }
            """,
    }.RunAsync();

    [Fact]
    public Task A_place_in_memory_that_is_counted_in_pages_is_reported() => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestCode = """
            unsafe class Pool
            {
                byte* _memory;
                ulong _start;

                byte* Of(int page, int pageSize) => _memory + [|page * pageSize|];
                byte* Raw(uint frame, uint size) => (byte*)(_start + [|frame * size|]);
                byte* At(uint region, uint length) => (byte*)([|region + length|]);
                void Walk(byte* at, uint region, uint length) { while ((ulong)at < [|region + length|]) { at += 4096; } }
                byte* Large(uint index) => (byte*)(_start + ([|index << 21|]));
            }
            """,
    }.RunAsync();
}
