using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Xunit;
using static Kernel.Analyzers.Tests.Rules.WrappedSizeSource;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Arithmetic of 32 bits that wraps nowhere, or where nobody minds.</summary>
public class KMEM204SmallArithmeticTests
{
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
    public Task A_far_pointer_of_real_mode_is_quiet() => InMethod("64", """
        uint segment = start;
        byte* a = (byte*)((segment << 4) + length);
        ulong b = (ulong)(medium << 4) + small;
        byte* c = (byte*)([|(start << 4) + length|]);
        """);

    [Fact]
    public Task A_bound_that_was_divided_by_the_other_factor_is_a_check() => InMethod("64", """
        if (size != 0 && length > uint.MaxValue / size) return;
        Fill(pointer, length * size);
        Fill(pointer, [|frames * size|]);
        if (frames > uint.MaxValue / start) Use(1);
        Fill(pointer, [|frames * start|]);
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

    [Fact]
    public Task A_row_or_an_element_of_a_picture_is_quiet() => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestCode = """
            unsafe class Screen
            {
                byte* _memory;
                ulong _start;
                int _width, _height, _stride;
                ushort _columns, _lines;

                void Pixels(int x, int y, int blocks, int channels)
                {
                    byte* row = _memory + y * _stride;
                    byte pixel = _memory[y * _stride + x * 4];
                    byte* sample = _memory + blocks * channels;
                    byte* moved = (byte*)(_start + (ulong)(y * _stride + x));
                    Fill(_memory, (ulong)(_width * _height));
                    Fill(_memory, (ulong)(_stride * _height));
                    Fill(_memory, (ulong)(_columns * _lines));
                    byte* other = (byte*)(_start + (ulong)(blocks * channels));
                }

                void Fill(byte* start, ulong length) { }
            }
            """,
    }.RunAsync();

    [Fact]
    public Task A_register_in_the_window_of_a_device_is_quiet() => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestCode = """
            unsafe class Device
            {
                uint _bar0, IOBase, _apicStart;

                uint Read(uint reg) => *(uint*)(IOBase + reg);
                uint ReadWindow(uint offset) => *(uint*)(_bar0 + offset);
                void Signal(ushort register) => *(uint*)(_apicStart + register) = 0;
            }
            """,
    }.RunAsync();

    [Fact]
    public Task A_shift_whose_bits_all_fit_an_unsigned_number_is_quiet() => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestCode = """
            class Fields
            {
                enum Kind : byte { None, Memory }

                ulong Join(ushort high, ushort low) => (uint)(high << 16 | low);
                ulong First(byte[] bytes) => (uint)(bytes[0] << 24) | bytes[1];
                ulong Pack(Kind kind, int index) => (ulong)((int)kind << 24 | index);
            }
            """,
    }.RunAsync();

    [Fact]
    public Task What_another_rule_says_of_the_same_arithmetic_is_quiet() => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestCode = """
            unsafe class Walk
            {
                byte* Next(byte* current, uint size) => (byte*)((uint)current + size);
                ulong Far(byte high) => (ulong)(high << 40);
            }
            """,
    }.RunAsync();
}
