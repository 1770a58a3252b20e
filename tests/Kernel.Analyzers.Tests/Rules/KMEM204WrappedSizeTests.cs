using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM204WrappedSizeTests
{
    private const string Types = """
        using System;
        using System.Runtime.InteropServices;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        [AddressValue]
        readonly struct Address
        {
            private readonly ulong _value;

            public Address(ulong value) => _value = value;

            [AddressValue]
            public ulong Value => _value;

            public static Address FromValue([AddressValue] ulong value) => new(value);
            public static Address operator +(Address address, ulong bytes) => address;
            public static explicit operator Address(ulong value) => new(value);
        }

        struct Entry
        {
            [AddressValue] public ulong Bits;
            public ulong Flags;
        }

        static class LargePage { public static int Shift => 21; }

        enum Register : uint { Id = 0x20, Version = 0x30 }

        """;

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

    [Fact]
    public Task An_operand_that_is_wide_already_is_quiet() => InMethod("64", """
        ulong a = (ulong)frames * 4096;
        ulong b = frames * 4096UL;
        Address c = Address.FromValue((ulong)frames << 12);
        Address d = Address.FromValue(start + (ulong)frames * size);
        byte* e = pointer + (nuint)frames * 4096;
        long f = 4096L * count;
        """);

    [Fact]
    public Task Checked_arithmetic_is_quiet() => InMethod("64", """
        ulong a = checked(frames * 4096);
        checked
        {
            Address b = Address.FromValue(start + frames * size);
        }
        """);

    [Fact]
    public Task Constants_are_quiet() => InMethod("64", """
        ulong a = 16 * 4096;
        const uint pages = 512;
        Address b = Address.FromValue(pages * PageSize);
        byte* c = pointer + 3 * 4096;
        """);

    [Fact]
    public Task Operands_that_are_small_are_quiet() => InMethod("64", """
        ulong a = (ulong)(small * 4096);
        ulong b = (ulong)(medium << 12);
        ulong c = (frames & 0x1FF) << 12;
        Address d = Address.FromValue((frames & 0x1FF) * 4096);
        Address e = Address.FromValue((frames % 512) * size);
        ulong f = (frames >> 12) << 12;
        Address g = Address.FromValue((uint)small + medium);
        """);

    [Fact]
    public Task Operands_that_are_checked_are_quiet() => InMethod("64", """
        for (int i = 0; i < 512; i++)
        {
            Address a = address + (ulong)(i << 21);
            byte* b = pointer + i * 4096;
        }

        if (frames > uint.MaxValue / 4096)
        {
            return;
        }

        ulong c = frames * 4096;
        ulong d = count is >= 0 and < 1024 ? (ulong)(count * 4096) : 0;
        """);

    [Fact]
    public Task A_product_whose_factor_was_compared_with_a_bound_is_quiet() => InMethod("64", """
        if (frames > uint.MaxValue / size)
        {
            return;
        }

        Address a = Address.FromValue(frames * size);
        for (uint row = 0; row < length; row++)
        {
            byte* line = pointer + row * size;
        }
        """);

    [Fact]
    public Task A_result_that_is_checked_afterwards_is_quiet() => InMethod("64", """
        uint end = start + length;
        if (end < start)
        {
            return;
        }

        Address a = Address.FromValue(end);
        uint bytes = frames * size;
        if (bytes / size == frames)
        {
            Address b = Address.FromValue(bytes);
        }
        """);

    [Fact]
    public Task An_index_is_no_address() => InMethod("64", """
        long a = count + 1;
        ulong b = frames + start;
        ulong c = table[frames * 512 + start];
        ulong d = table[(long)count * 512];
        Span<ulong> span = table;
        ulong e = span[count * 512];
        ulong* wide = (ulong*)pointer;
        ulong f = wide[count * 512 + 3];
        """);

    [Fact]
    public Task An_element_of_an_array_or_a_row_is_found_by_a_small_factor() => InMethod("64", """
        byte* a = pointer + count * 8;
        byte* b = pointer + count * sizeof(Entry);
        byte* c = pointer + count * 1024 + 4 * count;
        byte* d = pointer + (count + 1);
        Address e = address + (ulong)(count * 8);
        """);

    [Fact]
    public Task Numbers_that_are_no_sizes_are_quiet() => InMethod("64", """
        long ticks = count * 1000;
        long area = count * count;
        ulong sum = frames + length;
        double share = frames * 4096;
        entry.Flags = 1u << count;
        ulong fields = (ulong)(frames << 20 | start << 15 | length << 12);
        """);

    [Fact]
    public Task Results_that_are_masked_or_only_compared_are_quiet() => InMethod("64", """
        ulong a = (frames << 12) & 0xF_FFFF;
        ulong b = (ulong)(frames << 12) & 0xFFFF_F000;
        bool c = frames * 4096 > wideLimit;
        ulong hash = wideLimit ^ (frames << 12);
        """);

    [Fact]
    public Task Results_that_stay_narrow_are_quiet() => InMethod("64", """
        uint a = frames * 4096;
        int b = count << 12;
        uint c = (uint)(ulong)(frames * 4096);
        Span<byte> d = new Span<byte>(pointer, count * 4096);
        byte[] e = new byte[frames * 4096];
        """);

    [Fact]
    public Task A_register_beside_a_base_is_quiet() => InMethod("64", """
        uint a = *(uint*)(0xFEE0_0000u + start);
        uint b = *(uint*)(start + (uint)register);
        uint c = *(uint*)(start + 0x20);
        """);

    [Fact]
    public Task An_order_is_taken_for_small() => InMethod("64", """
        ulong a = (ulong)(4096 << count);
        Address b = Address.FromValue(1u << count);
        """);

    [Fact]
    public Task A_local_that_is_written_anew_is_quiet() => InMethod("64", """
        uint bytes = frames * size;
        bytes = 4096;
        Address a = Address.FromValue(bytes);
        """);

    [Fact]
    public Task Where_pointers_have_32_bits_nothing_is_widened_to_them() => InMethod("32", """
        nuint a = frames * 4096;
        byte* b = (byte*)(frames * 4096);
        byte* c = pointer + frames * 4096;
        NativeMemory.Clear(pointer, frames * size);
        nuint number = frames;
        byte* e = pointer + (number << count);
        ulong d = [|frames * 4096|];
        """);

    [Fact]
    public Task Code_for_the_other_target_is_quiet() => InMethod("32, 64", """
        nuint a = nuint.Size == 4 ? frames * 4096 : (nuint)frames * 4096;
        if (nuint.Size == 8)
        {
            return;
        }

        nuint b = frames * 4096;
        """);

    [Fact]
    public Task A_hash_is_meant_to_lose_bits() => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestCode = """
            class C
            {
                private uint _a;
                public override int GetHashCode() { ulong mixed = _a * 4096; return mixed.GetHashCode(); }
            }
            """,
    }.RunAsync();

    [Fact]
    public Task An_operator_of_its_own_is_quiet() => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestCode = """
            readonly struct Pages
            {
                public static uint operator *(Pages pages, uint size) => 0;
                static ulong M(Pages pages) => pages * 4096;
            }
            """,
    }.RunAsync();

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

    private static Task InMethod(string targets, string body) => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                Types + $$"""
                unsafe class C
                {
                    const uint PageSize = 4096;

                    void Use(ulong number) { }
                    void Fill(byte* start, ulong length) { }
                    void Reserve(Address start, ulong byteCount) { }

                    void M(Address address, Entry entry, uint frames, int count, uint size, uint start, uint length, uint kilobytes,
                        byte small, ushort medium, byte* pointer, ulong[] table, ulong wideLimit, Register register)
                    {
                        {{body}}
                    }
                }
                """,
            },
            AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = " + targets) },
        },
    }.RunAsync();
}
