using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.NarrowedPointerAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Pointers that are taken apart, as descriptors, registers and serial lines want them, and those of which a part is lost.</summary>
public class KMEM201TakenApartTests
{
    [Fact]
    public Task A_descriptor_holds_a_pointer_in_three_pieces() => VerifyCS.VerifyAnalyzerAsync("""
        struct Gate { public ushort Low, Selector; public byte Stack, Flags; public ushort Middle; public uint High, Zero; }
        struct Segment { public ushort Limit, Low; public byte Middle, Access, Granularity, High; public uint Upper; }

        unsafe class Descriptors
        {
            Gate Of(delegate* unmanaged<void> handler)
            {
                ulong address = (ulong)handler;
                return new Gate { Low = (ushort)address, Middle = (ushort)(address >> 16), High = (uint)(address >> 32) };
            }

            void Set(Gate* gate, nuint handler)
            {
                gate->High = (uint)(handler >> 32);
                gate->Middle = (ushort)((handler >> 16) & 0xFFFF);
                gate->Low = (ushort)handler;
            }

            Segment Of(void* state)
            {
                nuint start = (nuint)state;
                Segment segment = default;
                segment.Low = (ushort)start;
                segment.Middle = (byte)((start >> 16) & 0xFF);
                segment.High = (byte)(start >> 24);
                segment.Upper = (uint)(start >> 32);
                return segment;
            }

            void Incomplete(Gate* gate, nuint handler)
            {
                gate->Low = (ushort)handler;
                gate->Middle = {|KMEM201:(ushort)(handler >> 16)|};
                gate->High = 0;
            }
        }
        """);

    [Fact]
    public Task A_field_that_anybody_may_write_is_taken_apart_all_the_same() => VerifyCS.VerifyAnalyzerAsync("""
        unsafe class Ring
        {
            byte* _start;
            static nuint s_table;
            Ring _next;

            void Program()
            {
                Write(0x3800, (uint)_start);
                Write(0x3804, (uint)((ulong)_start >> 32));
                Write(0x3810, (uint)s_table);
                Write(0x3814, (uint)(s_table >> 32));
                Write(0x3820, (uint)_next._start);
                Write(0x3824, (uint)((ulong)_next._start >> 32));
                Write(0x3830, (uint)Find());
                Write(0x3834, (uint)(Find() >> 32));
            }

            void Moved()
            {
                Write(0x3800, {|KMEM201:(uint)s_table|});
                s_table = 0;
                Write(0x3804, (uint)(s_table >> 32));
            }

            void OfTwo(Ring other)
            {
                Write(0x3800, {|KMEM201:(uint)_start|});
                Write(0x3804, (uint)((ulong)other._start >> 32));
            }

            nuint Find() => s_table;
            void Write(uint register, uint value) { }
        }
        """);

    [Fact]
    public Task The_other_half_may_be_taken_before_a_branch() => VerifyCS.VerifyAnalyzerAsync("""
        class Registers
        {
            void Write(uint register, nuint value, bool isWide)
            {
                uint high = (uint)(value >> 32);
                if (high == 0)
                {
                    Set(register, (uint)value, 0);
                }
                else
                {
                    Set(register, (uint)value, high);
                }
            }

            void Either(uint register, nuint value, bool isWide)
            {
                if (isWide)
                {
                    Set(register, 0, (uint)(value >> 32));
                }
                else
                {
                    Set(register, {|KMEM201:(uint)value|}, 0);
                }
            }

            void Set(uint register, uint low, uint high) { }
        }
        """);

    [Fact]
    public Task A_number_is_printed_piece_by_piece() => VerifyCS.VerifyAnalyzerAsync("""
        unsafe class Serial
        {
            void Hexadecimal(void* pointer)
            {
                ulong value = (ulong)pointer;
                for (int i = 7; i >= 0; i--) Out((byte)(value >> (8 * i)));
                for (int shift = 0; shift < 64; shift += 8) Out((byte)((ulong)pointer >> shift));
                for (int shift = 60; shift >= 0; shift -= 4) Out((byte)"0123456789ABCDEF"[(int)(value >> shift) & 0xF]);
            }

            void Bytes(nuint value)
            {
                for (int i = 0; i < 8; i++)
                {
                    Out((byte)value);
                    value >>= 8;
                }
            }

            void Skipped(nuint value)
            {
                Out({|KMEM201:(byte)value|});
                value >>= 16;
            }

            void Frame(nuint value, int pageShift) => Number({|KMEM201:(uint)(value >> pageShift)|});
            void Out(byte value) { }
            void Number(uint value) { }
        }
        """);

    [Fact]
    public Task A_checksum_folds_all_of_it() => VerifyCS.VerifyAnalyzerAsync("""
        unsafe class Sums
        {
            ushort Fold(void* pointer)
            {
                ulong a = (ulong)pointer;
                return (ushort)(a ^ (a >> 16) ^ (a >> 32) ^ (a >> 48));
            }

            uint Mix(nuint value) => (uint)(value ^ (value >> 17) ^ (value >> 33));
            uint Lower(nuint value) => {|KMEM201:(uint)(value ^ (value >> 7))|};
            uint Two(nuint value, nuint other) => {|KMEM201:(uint)(value ^ (other >> 32))|};
        }
        """);

    [Fact]
    public Task Alignment_is_in_the_low_bits() => VerifyCS.VerifyAnalyzerAsync("""
        unsafe class Alignment
        {
            const uint PageSize = 4096;

            bool Page(void* pointer) => (uint)pointer % PageSize == 0;
            bool Sixteen(void* pointer) => (int)pointer % 16 != 0;
            bool Any(void* pointer, uint alignment) => ((uint)pointer & (alignment - 1)) == 0;
            uint Rest(void* pointer) => PageSize - (uint)pointer % PageSize;
            uint Third(void* pointer) => {|KMEM201:(uint)pointer|} % 12;
            int Signed(void* pointer) => {|KMEM201:(int)pointer|} % 16;
            uint Down(void* pointer, uint alignment) => {|KMEM201:(uint)pointer|} & ~(alignment - 1);
        }
        """);

    [Fact]
    public Task A_distance_of_narrowed_pointers_is_right_as_long_as_it_fits() => VerifyCS.VerifyAnalyzerAsync("""
        unsafe class Distances
        {
            uint Bytes(byte* end, byte* start) => (uint)end - (uint)start;
            ushort Length(byte* end, byte* start) => (ushort)((uint)end - (uint)start);
            int Index(byte* slab, byte* item, int size) => ((int)item - (int)slab) / size;
            nuint _first;
            ushort Slot(void* item) => (ushort)(((nuint)item - _first) / 64);
            uint Offset(nuint address, nuint heapStart) => (uint)(address - heapStart);
            uint Header(byte* item, nuint headerSize) => {|KMEM201:(uint)((nuint)item - headerSize)|};
            int Field(ref int whole, ref int part) => (int)System.Runtime.CompilerServices.Unsafe.ByteOffset(ref whole, ref part);
            uint Base(byte* pointer, uint start) => {|KMEM201:(uint)pointer|} - start;
            uint Sum(byte* a, byte* b) => {|KMEM201:(uint)a|} + {|KMEM201:(uint)b|};
            uint Checked(byte* end, byte* start) => checked((uint)end - (uint)start);
            uint Unchecked(byte* end, byte* start) => checked(unchecked({|KMEM201:(uint)end|}) - unchecked({|KMEM201:(uint)start|}));
        }
        """);

    [Fact]
    public Task A_native_integer_beside_a_float_is_a_count() => VerifyCS.VerifyAnalyzerAsync("""
        unsafe class Shares
        {
            float Used(nuint used, nuint all) => (float)used / all;
            float Lost(void* pointer) => {|KMEM201:(float)(ulong)pointer|};
        }
        """);

    [Fact]
    public Task What_is_less_than_a_narrow_number_is_narrow() => VerifyCS.VerifyAnalyzerAsync("""
        using System;

        class Buckets
        {
            int Of(nuint value, int buckets) => (int)(value % (nuint)buckets);
            uint Part(nuint value, uint most) => (uint)Math.Min(value, most);
            uint Kept(nuint value, uint most) { nuint part = Math.Min(value, most); return (uint)part; }
            uint Free(nuint value, nuint most) => {|KMEM201:(uint)Math.Min(value, most)|};
        }
        """);
}
