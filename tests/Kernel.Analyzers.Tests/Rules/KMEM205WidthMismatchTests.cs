using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM205WidthMismatchTests
{
    private const string Types = """
        using Kernel.Contracts;

        [AddressValue]
        readonly struct Address
        {
            private readonly ulong _value;

            private Address(ulong value) => _value = value;

            [AddressValue]
            public ulong Value => _value;

            public static Address FromValue([AddressValue] ulong value) => new(value);
        }

        struct Entry
        {
            [AddressValue] public ulong Bits;
            public ulong Flags;
        }

        """;

    [Fact]
    public Task A_shift_by_the_width_of_the_value_or_more_is_reported() => InMethod("64", """
        uint a = [|number >> 32|];
        int b = [|signed << 40|];
        ulong c = [|wide >> 64|];
        ulong d = [|number << 39|] | wide;
        int e = [|(byte)number << 32|];
        number = [|number >>> 33|];
        """);

    [Fact]
    public Task A_shift_that_assigns_is_reported() => InMethod("64", """
        [|number >>= 32|];
        [|wide <<= 64|];
        [|signed >>>= 32|];
        """);

    [Fact]
    public Task A_count_that_is_known_from_a_local_or_a_check_is_read() => InMethod("64", """
        const int pageBits = 12;
        int shift = 20 + pageBits;
        uint a = [|number >> shift|];
        if (signed >= 32)
        {
            uint b = [|number << signed|];
        }
        """);

    [Fact]
    public Task A_shift_by_less_is_quiet() => InMethod("64", """
        uint a = number >> 31;
        ulong b = wide >> 32;
        ulong c = (ulong)number << 39;
        nuint d = native >> 39;
        int e = (byte)number << 24;
        """);

    [Fact]
    public Task A_count_that_is_not_known_is_quiet_unless_64_bits_are_meant() => InMethod("64", """
        uint a = number >> signed;
        uint b = number << (signed & 63);
        ulong e = [|1u << (signed & 63)|];
        ulong f = (ulong)([|1 << (signed % 64)|]);
        ulong g = 1ul << (signed & 63);
        ulong h = 1u << (signed & 31);
        uint c = (number << signed) | (number >> (32 - signed));
        uint d = (number << 5) | (number >> -5);
        """);

    [Fact]
    public Task A_native_value_is_shifted_by_more_than_one_of_its_targets_has() => InMethod("32, 64", """
        nuint a = [|native >> 39|];
        nint b = [|(nint)native << 32|];
        ulong c = (ulong)native >> 39;
        nuint d = native >> 22;
        """);

    [Fact]
    public Task A_native_value_shifted_where_it_has_64_bits_is_quiet() => InMethod("32, 64", """
        nuint a = nuint.Size == 8 ? native >> 39 : 0;
        if (nuint.Size == 4)
        {
            return;
        }

        nuint b = native >> 32;
        """);

    [Fact]
    public Task A_count_that_follows_the_target_is_read_for_each() => InMethod("32, 64", """
        nuint a = native >> (nuint.Size == 8 ? 63 : 31);
        nuint b = native >> (nuint.Size * 4);
        nuint c = [|native >> (nuint.Size * 8)|];
        """);

    [Fact]
    public Task A_complement_taken_in_32_bits_is_reported() => InMethod("64", """
        ulong a = wide & [|~0xFFFu|];
        ulong b = [|~(number - 1)|] & wide;
        wide &= [|~number|];
        ulong c = address.Value & [|~0xFFFu|];
        long d = (long)wide & [|(uint)~signed|];
        nuint e = native & [|~0xFFFu|];
        """);

    [Fact]
    public Task A_complement_kept_in_a_local_is_reported_where_it_masks() => InMethod("64", """
        uint mask = ~(number - 1);
        ulong a = wide & [|mask|];
        """);

    [Fact]
    public Task A_page_mask_of_32_bits_on_an_address_is_reported() => InMethod("64", """
        ulong a = address.Value & [|0xFFFFF000|];
        ulong b = (ulong)pointer & [|0xFFE00000|];
        ulong c = (address.Value + 4095) & [|PageMask|];
        """);

    [Fact]
    public Task A_complement_in_the_width_of_the_value_is_quiet() => InMethod("64", """
        ulong a = wide & ~0xFFFUL;
        ulong b = wide & ~(ulong)number;
        long c = (long)wide & ~0xFFF;
        nuint d = native & ~(nuint)0xFFF;
        uint e = number & ~0xFFFu;
        nint f = (nint)native & ~0xFFF;
        """);

    [Fact]
    public Task Low_bits_a_flag_a_field_and_the_lower_half_are_quiet() => InMethod("64", """
        ulong a = address.Value & 0xFFFu;
        ulong b = address.Value & 0x8000_0000;
        ulong c = address.Value & 0xFFFF_FFFF;
        ulong d = (address.Value & 0xFF00_0000) >> 24;
        ulong e = address.Value & 0x00FF_F000;
        ulong f = wide & number;
        """);

    [Fact]
    public Task A_mask_of_what_has_32_bits_anyway_is_quiet() => InMethod("64", """
        ulong a = (ulong)number & ~0xFFFu;
        uint b = (uint)(wide & ~0xFFFu);
        ulong c = (wide >> 32) & ~0xFFFu;
        ulong d = wide & 0xFFFFF000;
        """);

    [Fact]
    public Task A_native_value_masked_in_32_bits_loses_its_upper_half_on_one_target() => InMethod("32, 64", """
        nuint a = native & [|~0xFFFu|];
        nuint b = nuint.Size == 4 ? native & ~0xFFFu : 0;
        """);

    [Fact]
    public Task Where_pointers_have_32_bits_a_32_bit_mask_is_as_wide_as_they_are() => InMethod("32", """
        nuint a = native & ~0xFFFu;
        ulong b = wide & [|~0xFFFu|];
        """);

    [Fact]
    public Task A_signed_number_that_becomes_an_address_is_reported() => InMethod("64", """
        Address a = Address.FromValue([|(ulong)signed|]);
        Address b = Address.FromValue([|(ulong)signed|] << 12);
        Address c = Address.FromValue([|(ulong)(short)signed|] * 4096);
        entry.Bits = [|(ulong)signed|];
        byte* d = [|(byte*)signed|];
        byte* e = (byte*)[|(nint)signed|];
        """);

    [Fact]
    public Task A_signed_number_joined_with_an_address_is_reported() => InMethod("64", """
        #pragma warning disable CS0675
        ulong a = address.Value | [|(ulong)signed|];
        ulong b = [|(ulong)signed|] << 12 | (ulong)pointer;
        ulong c = wide | (ulong)signed;
        """);

    [Fact]
    public Task A_signed_number_is_followed_through_a_local() => InMethod("64", """
        ulong raw = [|(ulong)signed|];
        raw <<= 12;
        Address a = Address.FromValue(raw);
        ulong later;
        later = signed > 5 ? [|(ulong)(signed - 9)|] : 0;
        Address b = Address.FromValue(later);
        """);

    [Fact]
    public Task What_a_method_returns_as_an_address_is_one() => new KernelAnalyzerTest<WidthMismatchAnalyzer>
    {
        TestCode = """
            using Kernel.Contracts;

            class C
            {
                [return: AddressValue] ulong Marked(int low) => [|(ulong)low|];
                [AddressValue] ulong Property => [|(ulong)System.Environment.TickCount|];
                ulong Unmarked(int low) => (ulong)low;
                [return: AddressValue] ulong Outer(int low)
                {
                    ulong Inner() => (ulong)low;
                    return Inner();
                }
            }
            """,
    }.RunAsync();

    [Fact]
    public Task A_number_without_a_sign_is_quiet() => InMethod("64", """
        Address a = Address.FromValue(number);
        Address b = Address.FromValue((ulong)(uint)signed << 12);
        byte* c = (byte*)number;
        byte* d = (byte*)(uint)signed;
        """);

    [Fact]
    public Task A_number_that_is_never_negative_is_quiet() => InMethod("64", """
        for (int i = 0; i < signed; i++)
        {
            Address a = Address.FromValue((ulong)i << 12);
        }

        if (signed >= 0)
        {
            byte* b = (byte*)signed;
        }

        ulong far = signed > 5 ? (ulong)(signed - 6) : 0;
        Address e = Address.FromValue(far);

        Address c = Address.FromValue((ulong)(signed & 0xFFF));
        System.Span<byte> span = default;
        Address d = Address.FromValue((ulong)span.Length);
        """);

    [Fact]
    public Task A_counter_that_may_begin_or_go_below_zero_is_reported() => InMethod("64", """
        for (int i = signed; i < 5; i++)
        {
            Address a = Address.FromValue([|(ulong)i|] << 12);
        }

        for (int i = 5; i != signed; i--)
        {
            Address a = Address.FromValue([|(ulong)i|] << 12);
        }
        """);

    [Fact]
    public Task An_offset_may_be_negative() => InMethod("64", """
        Address a = Address.FromValue(address.Value + (ulong)signed);
        byte* b = pointer + signed;
        nint c = (nint)pointer + signed;
        """);

    [Fact]
    public Task A_constant_has_the_sign_that_was_written() => InMethod("64", """
        byte* a = (byte*)0xB8000;
        byte* b = unchecked((byte*)(-4096));
        Address c = Address.FromValue(unchecked((ulong)-1));
        """);

    [Fact]
    public Task Numbers_that_become_no_address_are_quiet() => InMethod("64", """
        long a = signed;
        entry.Flags = (ulong)signed;
        ulong b = wide + (ulong)signed;
        bool c = wide == (ulong)signed;
        """);

    [Fact]
    public Task A_signed_native_integer_has_a_sign_to_extend_where_it_has_32_bits() => InMethod("32, 64", """
        Address a = Address.FromValue([|(ulong)(nint)pointer|]);
        Address b = Address.FromValue((ulong)(nuint)pointer);
        Address c = Address.FromValue((ulong)pointer);
        byte* d = (byte*)(nint)pointer;
        """);

    [Fact]
    public Task Where_pointers_have_64_bits_a_native_integer_has_nothing_to_extend() =>
        InMethod("64", "Address a = Address.FromValue((ulong)(nint)pointer);");

    [Theory]
    [InlineData("nuint value", "{|#0:value >> 39|}", "'nuint' has 32 bits on a 32-bit target and is shifted by 39: the processor takes the count modulo 32, so that bits meant to be gone come back; shift a wider value")]
    [InlineData("uint value", "{|#0:value << 40|}", "'uint' has 32 bits and is shifted by 40: the processor takes the count modulo 32, so that bits meant to be gone come back; shift a wider value")]
    public Task The_message_says_which_width_is_meant(string parameter, string shift, string message) => new KernelAnalyzerTest<WidthMismatchAnalyzer>
    {
        TestState =
        {
            Sources = { $"class C {{ object M({parameter}) => {shift}; }}" },
            AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = 32, 64") },
        },
        ExpectedDiagnostics = { new DiagnosticResult(WidthMismatchAnalyzer.ShiftRule).WithLocation(0).WithMessage(message) },
    }.RunAsync();

    [Fact]
    public Task The_messages_for_masks_and_signs_name_both_types() => new KernelAnalyzerTest<WidthMismatchAnalyzer>
    {
        TestCode = """
            unsafe class C
            {
                ulong Mask(ulong value) => {|#1:value|} & {|#0:~0xFFFu|};
                byte* Sign(int value) => {|#2:(byte*)value|};
            }
            """,
        ExpectedDiagnostics =
        {
            new DiagnosticResult(WidthMismatchAnalyzer.MaskRule).WithLocation(0).WithLocation(1).WithArguments("uint", "ulong", ""),
            new DiagnosticResult(WidthMismatchAnalyzer.SignRule).WithLocation(2).WithArguments("int", "byte*", " on a 64-bit target"),
        },
    }.RunAsync();

    [Fact]
    public Task A_number_that_is_kept_in_a_pointer_keeps_its_sign() => new KernelAnalyzerTest<WidthMismatchAnalyzer>
    {
        TestCode = """
            unsafe class Threads
            {
                void* Context(int thread) => (void*)thread;
                void* At(int address) => [|(void*)address|];
                byte* Read(int thread) => [|(byte*)thread|];
            }
            """,
    }.RunAsync();

    [Fact]
    public Task A_number_that_is_widened_only_by_the_mask_is_quiet() => new KernelAnalyzerTest<WidthMismatchAnalyzer>
    {
        TestCode = """
            class Floats
            {
                bool IsZero(int high, uint low) => ((high & ~0x80000000) | low) == 0;
                ulong Cleared(ulong value) => value & [|~0x80000000|];
            }
            """,
    }.RunAsync();

    private static Task InMethod(string targets, string body) => new KernelAnalyzerTest<WidthMismatchAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                Types + $$"""
                unsafe class C
                {
                    const uint PageMask = 0xFFFF_F000;

                    void M(Address address, Entry entry, ulong wide, uint number, int signed, nuint native, byte* pointer)
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
