using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.ReinterpretedAddressAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM206ReinterpretedAddressTests
{
    private const string Types = """
        using System;
        using System.Numerics;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using System.Threading;
        using Kernel.Contracts;

        [AddressValue]
        readonly struct Physical
        {
            private readonly ulong _value;

            public Physical(ulong value) => _value = value;

            [AddressValue]
            public ulong Value => _value;

            public static unsafe ulong Own(Physical physical) => *(ulong*)&physical;

            public static ulong OwnBits(Physical physical) => Unsafe.BitCast<Physical, ulong>(physical);
        }

        [AddressValue]
        readonly struct Virtual
        {
            private readonly ulong _value;

            [AddressValue]
            public ulong Value => _value;
        }

        struct Frame { private Physical _start; }

        struct Pair { public ulong Low; public ulong High; }

        struct Region { public Physical Start; public ulong Length; }

        """;

    [Fact]
    public Task Unsafe_As_between_the_kinds_is_reported() => InMethod("Physical p = [|Unsafe.As<Virtual, Physical>(ref virt)|];");

    [Fact]
    public Task Unsafe_As_to_and_from_an_integer_is_reported() => InMethod("""
        ulong a = [|Unsafe.As<Physical, ulong>(ref phys)|];
        Physical b = [|Unsafe.As<ulong, Physical>(ref raw)|];
        uint c = [|Unsafe.As<Physical, uint>(ref phys)|];
        """);

    [Fact]
    public Task BitCast_is_reported() => InMethod("""
        Physical a = [|Unsafe.BitCast<ulong, Physical>(raw)|];
        Virtual b = [|Unsafe.BitCast<Physical, Virtual>(phys)|];
        """);

    [Fact]
    public Task A_pointer_to_an_address_cast_to_a_pointer_to_an_integer_is_reported() => InMethod("uint low = *[|(uint*)&phys|];");

    [Fact]
    public Task A_pointer_cast_between_the_kinds_is_reported() => InMethod("Physical p = *[|(Physical*)&virt|];");

    [Fact]
    public Task A_pointer_cast_to_an_address_is_reported() => InMethod("Physical p = *[|(Physical*)&raw|];");

    [Fact]
    public Task A_cast_by_way_of_nothing_in_particular_is_reported() => InMethod("""
        ulong a = *[|(ulong*)(void*)&phys|];
        void* any = &virt;
        Physical b = *[|(Physical*)any|];
        uint c = *[|(uint*)(byte*)&phys|];
        """);

    [Fact]
    public Task A_parameter_that_points_to_addresses_is_reported() => InType("static unsafe ulong M(Physical* first) => *[|(ulong*)first|];");

    [Fact]
    public Task Unsafe_AsPointer_and_Read_are_reported() => InMethod("""
        ulong a = *[|(ulong*)Unsafe.AsPointer(ref phys)|];
        ulong b = [|Unsafe.Read<ulong>(&phys)|];
        ulong c = [|Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<Physical, byte>(ref phys))|];
        ref ulong d = ref [|Unsafe.AsRef<ulong>(&phys)|];
        [|Unsafe.Write(&phys, raw)|];
        """);

    [Fact]
    public Task MemoryMarshal_Cast_is_reported() => InType("""
        static void M(Span<Physical> addresses, Span<ulong> words, ReadOnlySpan<Virtual> others)
        {
            Span<ulong> a = [|MemoryMarshal.Cast<Physical, ulong>(addresses)|];
            Span<Physical> b = [|MemoryMarshal.Cast<ulong, Physical>(words)|];
            ReadOnlySpan<Physical> c = [|MemoryMarshal.Cast<Virtual, Physical>(others)|];
        }
        """);

    [Fact]
    public Task Bytes_read_as_an_address_are_reported() => InType("""
        static void M(Span<byte> bytes)
        {
            Physical a = [|MemoryMarshal.Read<Physical>(bytes)|];
            ref Physical b = ref [|MemoryMarshal.AsRef<Physical>(bytes)|];
            Span<Physical> c = [|MemoryMarshal.Cast<byte, Physical>(bytes)|];
        }
        """);

    [Fact]
    public Task Bytes_of_an_address_read_as_an_integer_are_reported() => InType("""
        static ulong M(Span<Physical> addresses) => [|MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(addresses))|];
        """);

    [Fact]
    public Task The_reference_of_a_span_is_reported() => InType("""
        static ulong M(Span<Physical> addresses) => [|Unsafe.As<Physical, ulong>(ref MemoryMarshal.GetReference(addresses))|];
        """);

    [Fact]
    public Task Fields_that_share_their_bytes_are_reported() => VerifyCS.VerifyAnalyzerAsync(Types + """
        [StructLayout(LayoutKind.Explicit)]
        struct Operand
        {
            [FieldOffset(0)] public Physical Address;
            [FieldOffset(0)] public ulong [|Raw|];
            [FieldOffset(4)] public uint [|High|];
            [FieldOffset(8)] public Physical Other;
            [FieldOffset(8)] public Virtual [|Mistaken|];
        }
        """);

    [Fact]
    public Task A_struct_around_an_address_is_one() => InMethod("ulong raw2 = [|Unsafe.BitCast<Frame, ulong>(frame)|];");

    [Fact]
    public Task CreateTruncating_is_reported() => InMethod("""
        uint a = [|uint.CreateTruncating(phys.Value)|];
        ulong value = virt.Value;
        int b = [|int.CreateTruncating(value + 8)|];
        """);

    [Fact]
    public Task The_same_type_is_not_reported() => InMethod("""
        Physical a = Unsafe.As<Physical, Physical>(ref phys);
        Physical b = *(Physical*)&phys;
        void* any = &phys;
        Physical c = *(Physical*)any;
        Physical d = Unsafe.Read<Physical>(&phys);
        """);

    [Fact]
    public Task Members_of_the_address_type_are_not_reported() => InMethod("""
        ulong a = phys.Value;
        Physical b = new Physical(virt.Value & 0xFFF);
        """);

    [Fact]
    public Task The_address_type_that_reads_its_own_bits_is_not_reported() => InMethod("ulong a = Physical.Own(phys) + Physical.OwnBits(phys);");

    [Fact]
    public Task Structs_without_addresses_are_not_reported() => InMethod("""
        Pair pair = default;
        ulong a = *(ulong*)&pair;
        UInt128 b = Unsafe.BitCast<Pair, UInt128>(pair);
        ulong c = Unsafe.As<Pair, ulong>(ref pair);
        """);

    [Fact]
    public Task Generic_code_is_not_reported() => InType("""
        static unsafe T Read<T>(void* place) where T : unmanaged => *(T*)place;
        static unsafe ulong Bits<T>(T value) where T : unmanaged => *(ulong*)&value;
        static T Cast<T>(Physical value) where T : struct => Unsafe.As<Physical, T>(ref value);
        """);

    [Fact]
    public Task Bytes_for_clearing_and_copying_are_not_reported() => InType("""
        static unsafe void M(Span<Physical> addresses, Physical* first, Physical one)
        {
            MemoryMarshal.AsBytes(addresses).Clear();
            MemoryMarshal.Cast<Physical, byte>(addresses).Clear();
            byte* bytes = (byte*)first;
            bytes[0] = 0;
            new Span<byte>(&one, sizeof(Physical)).Clear();
            Unsafe.InitBlock(&one, 0, 8);
            Unsafe.As<Physical, byte>(ref one) = 0;
        }
        """);

    [Fact]
    public Task Storage_for_addresses_is_not_reported() => InType("""
        static unsafe Physical M(void* page, byte* bytes, nint handle, Region* regions)
        {
            Physical* stack = (Physical*)page;
            Physical* more = (Physical*)(bytes + 64);
            Physical* again = (Physical*)handle;
            Region region = Unsafe.Read<Region>(page);
            return stack[0].Value == 0 ? *more : regions[1].Start;
        }
        """);

    [Fact]
    public Task A_table_of_the_firmware_is_not_reported() => InType("""
        static Region M(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<Region>(bytes);
        static ulong N(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<ulong>(bytes);
        static Physical P(ReadOnlySpan<byte> bytes) => new Physical(MemoryMarshal.Read<ulong>(bytes));
        """);

    [Fact]
    public Task A_table_cleared_by_words_is_not_reported() => InType("""
        static unsafe void M(Region* regions) { ulong* words = (ulong*)regions; words[0] = 0; }
        """);

    [Fact]
    public Task Fields_that_share_nothing_are_not_reported() => VerifyCS.VerifyAnalyzerAsync(Types + """
        [StructLayout(LayoutKind.Explicit)]
        unsafe struct Descriptor
        {
            [FieldOffset(0)] public Physical Start;
            [FieldOffset(8)] public ulong Length;
            [FieldOffset(16)] public ulong Raw;
            [FieldOffset(16)] public uint Low;
            [FieldOffset(20)] public uint High;
            [FieldOffset(0)] public fixed byte Bytes[24];
        }

        struct Plain { public Physical Start; public ulong Length; }
        """);

    [Fact]
    public Task Two_names_for_one_address_are_not_reported() => VerifyCS.VerifyAnalyzerAsync(Types + """
        [StructLayout(LayoutKind.Explicit)]
        struct Named
        {
            [FieldOffset(0)] public Physical Start;
            [FieldOffset(0)] public Physical First;
        }
        """);

    [Fact]
    public Task CreateTruncating_of_what_fits_is_not_reported() => InMethod("""
        uint a = uint.CreateTruncating(phys.Value & 0xFFF);
        ulong b = ulong.CreateTruncating(phys.Value);
        uint c = uint.CreateTruncating(raw);
        uint d = uint.CreateChecked(phys.Value);
        if (phys.Value <= uint.MaxValue) { uint e = uint.CreateTruncating(phys.Value); }
        """);

    [Fact]
    public Task CreateTruncating_in_a_checked_narrowing_is_left_to_the_rule_about_those() => InType("""
        [CheckedNarrowing] static uint M(Physical phys)
        {
            uint narrowed = uint.CreateTruncating(phys.Value);
            return narrowed == phys.Value ? narrowed : throw new OverflowException();
        }
        """);

    [Fact]
    public Task Pointers_to_pointers_and_enums_are_not_reported() => InType("""
        enum Flags : ulong { None }
        static unsafe void M(ulong* words, Flags* flags, nint* natives)
        {
            Flags* a = (Flags*)words;
            ulong* b = (ulong*)flags;
            void** c = (void**)natives;
            int bits = BitConverter.SingleToInt32Bits(1.0f);
            long d = Interlocked.Read(ref Unsafe.As<ulong, long>(ref *words));
        }
        """);

    private static Task InMethod(string body) => InType($$"""
        static unsafe void M(Physical phys, Virtual virt, Frame frame, ulong raw)
        {
            {{body}}
        }
        """);

    private static Task InType(string members) => VerifyCS.VerifyAnalyzerAsync($"{Types}class Program\n{{\n{members}\n}}");
}
