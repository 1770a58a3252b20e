using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.NarrowedAddressAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM202NarrowedAddressTests
{
    private const string Types = """
        using Kernel.Contracts;

        [AddressValue]
        readonly struct Address
        {
            private readonly ulong _value;

            public Address(ulong value) => _value = value;

            [AddressValue]
            public ulong Value => _value;

            public int PageOffset => (int)(_value & 0xFFF);

            public static ulong operator -(Address left, Address right) => left._value - right._value;

            public static explicit operator ulong(Address address) => address._value;

            [return: AddressValue]
            public static ulong operator +(Address address, int bytes) => address._value + (ulong)bytes;
        }

        static class Registers
        {
            [AddressValue]
            public static ulong Field;

            [return: AddressValue]
            public static ulong ReadRoot() => 0;

            public static void Read([AddressValue] out ulong value) => value = 0;
        }

        """;

    [Fact]
    public Task A_marked_property_cast_to_uint_is_reported() => InMethod("uint n = [|(uint)address.Value|];");

    [Fact]
    public Task An_address_that_may_be_missing_is_reported() => InMethod("""
        Address? perhaps = address;
        uint n = [|(uint)(perhaps?.Value ?? 0)|];
        """);

    [Fact]
    public Task A_marked_field_parameter_and_result_are_reported() => InMethod("""
        uint a = [|(uint)Registers.Field|];
        int b = [|(int)raw|];
        ushort c = [|(ushort)Registers.ReadRoot()|];
        """);

    [Fact]
    public Task The_raw_field_of_an_address_type_is_reported_inside_it() => VerifyCS.VerifyAnalyzerAsync("""
        [Kernel.Contracts.AddressValue]
        struct Address
        {
            private ulong _value;

            public uint Low => [|(uint)_value|];
        }
        """);

    [Fact]
    public Task The_field_behind_a_marked_property_and_the_property_before_a_raw_field_are_addresses() => VerifyCS.VerifyAnalyzerAsync("""
        using Kernel.Contracts;

        struct Entry
        {
            private ulong _bits;
            private ulong _count;

            [AddressValue]
            public ulong Bits => _bits;

            public ulong Count { get => _count; }

            public uint Low => [|(uint)_bits|];

            public uint Few => (uint)_count;
        }

        [AddressValue]
        struct Address
        {
            private ulong _value;

            public ulong Value { get => _value; }

            public ulong Size => 4096;
        }

        class C
        {
            uint M(Address address) => [|(uint)address.Value|];

            uint N(Address address) => (uint)address.Size;
        }
        """);

    [Fact]
    public Task A_user_defined_conversion_from_an_address_type_is_followed() => InMethod("uint n = [|(uint)(ulong)address|];");

    [Fact]
    public Task An_operator_whose_result_is_marked_is_followed() => InMethod("uint n = [|(uint)(address + 8)|];");

    [Fact]
    public Task A_chain_is_reported_once() => InMethod("byte n = [|(byte)(uint)(long)address.Value|];");

    [Fact]
    public Task A_checked_cast_fails_instead() => InMethod("uint n = checked((uint)address.Value); uint m = unchecked([|(uint)address.Value|]);");

    [Fact]
    public Task Arithmetic_on_an_address_is_followed() => InMethod("""
        uint a = [|(uint)(address.Value + 4096)|];
        uint frame = [|(uint)(address.Value >> 12)|];
        uint b = [|(uint)(address.Value & ~0xFFFUL)|];
        uint c = [|(uint)(count / 2 + address.Value)|];
        """);

    [Fact]
    public Task A_local_assigned_from_an_address_is_followed() => InMethod("""
        ulong value = 0;
        if (count > 5)
        {
            value = address.Value;
        }

        ulong next = value + 1;
        uint n = [|(uint)next|];
        """);

    [Fact]
    public Task An_out_argument_marked_as_an_address_is_followed() => InMethod("""
        Registers.Read(out ulong value);
        uint n = [|(uint)value|];
        """);

    [Fact]
    public Task A_local_that_a_property_pattern_fills_is_followed() => InMethod("""
        if (address is { Value: var value })
        {
            uint a = [|(uint)value|];
        }

        if (address is { Value: > 5 and var other })
        {
            uint b = [|(uint)other|];
        }

        uint c = address switch { { Value: var third } => [|(uint)third|] };
        """);

    [Fact]
    public Task A_local_that_a_case_fills_is_followed() => InMethod("""
        switch (raw)
        {
            case 0:
                break;
            case var value:
                uint a = [|(uint)value|];
                break;
        }

        uint b = raw switch { 0 => 0, var value => [|(uint)value|] };
        """);

    [Fact]
    public Task A_property_pattern_that_takes_no_address_is_quiet() => InMethod("""
        if (address is { PageOffset: var offset } && count is var number)
        {
            byte a = (byte)offset;
            uint b = (uint)number;
        }
        """);

    [Fact]
    public Task A_choice_between_addresses_is_followed() => InMethod("""
        uint a = [|(uint)(count > 1 ? address.Value : 0)|];
        uint b = [|(uint)(count switch { 1 => raw, _ => 0UL })|];
        uint c = [|(uint)System.Math.Max(raw, count)|];
        """);

    [Fact]
    public Task Elements_of_a_marked_array_are_reported() => VerifyCS.VerifyAnalyzerAsync("""
        using Kernel.Contracts;

        class C
        {
            void M([AddressValue] ulong[] frames)
            {
                uint first = [|(uint)frames[0]|];
                foreach ([|uint|] frame in frames)
                {
                }
            }
        }
        """);

    [Fact]
    public Task A_cast_to_an_enum_is_reported() => InMethod("var day = [|(System.DayOfWeek)address.Value|];");

    [Fact]
    public Task A_compound_assignment_that_makes_an_address_is_followed() => InMethod("""
        ulong sum = count;
        sum |= address.Value;
        uint n = [|(uint)sum|];
        """);

    [Fact]
    public Task Where_pointers_have_32_bits_an_address_of_32_bits_is_watched() => new KernelAnalyzerTest<NarrowedAddressAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                """
                using Kernel.Contracts;

                class C
                {
                    ushort M([AddressValue] uint address) => [|(ushort)address|];
                    int Offset([AddressValue] uint address) => (int)address & 0xFFF;
                }
                """,
            },
            AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = 32") },
        },
    }.RunAsync();

    [Fact]
    public Task The_message_names_both_types() => new KernelAnalyzerTest<NarrowedAddressAnalyzer>
    {
        TestCode = """
            using Kernel.Contracts;

            class C
            {
                uint M([AddressValue] ulong address) => {|#0:(uint){|#1:address|}|};
            }
            """,
        ExpectedDiagnostics =
        {
            new DiagnosticResult(NarrowedAddressAnalyzer.Rule).WithLocation(0).WithLocation(1).WithArguments("ulong", "uint"),
        },
    }.RunAsync();

    [Fact]
    public Task A_pointer_is_the_other_rules_business() => VerifyCS.VerifyAnalyzerAsync(Types + """
        unsafe class C
        {
            uint M(Address address) => (uint)(byte*)address.Value;
        }
        """);

    [Fact]
    public Task Masked_and_shifted_bits_that_fit_are_quiet() => InMethod("""
        int offset = (int)(address.Value & 0xFFF);
        int index = (int)((address.Value >> 39) & 0x1FF);
        ushort slot = (ushort)(address.Value >> 48);
        uint high = (uint)(address.Value >> 32);
        int other = (int)(address.Value % 4096);
        """);

    [Fact]
    public Task The_distance_between_addresses_is_a_count() => InMethod("""
        int a = (int)(address.Value - raw);
        int b = (int)(address - new Address(0));
        """);

    [Fact]
    public Task A_count_is_no_address() => InMethod("int n = (int)count;");

    [Fact]
    public Task A_member_of_the_type_that_is_narrow_by_itself_is_quiet() => InMethod("byte n = (byte)address.PageOffset;");

    [Fact]
    public Task Both_halves_in_one_call_are_quiet() => InMethod("System.Math.Max((uint)address.Value, (uint)(address.Value >> 32));");

    [Fact]
    public Task A_high_half_that_is_only_compared_is_not_stored() =>
        InMethod("bool above = (uint)(address.Value >> 32) != 0; uint low = [|(uint)address.Value|];");

    [Fact]
    public Task A_check_before_is_quiet() => InMethod("""
        if (address.Value > uint.MaxValue)
        {
            return;
        }

        uint n = (uint)address.Value;
        """);

    [Fact]
    public Task A_check_of_another_value_is_no_exit() => InMethod("""
        if (raw > uint.MaxValue)
        {
            return;
        }

        uint n = [|(uint)address.Value|];
        """);

    [Fact]
    public Task The_parameter_of_the_checked_helper_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        using Kernel.Contracts;

        static class Narrowing
        {
            [CheckedNarrowing]
            public static uint ToUInt32([AddressValue] ulong value)
            {
                if (value > uint.MaxValue) throw new System.Exception();
                return unchecked((uint)value);
            }
        }
        """);

    [Fact]
    public Task A_hash_code_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        [Kernel.Contracts.AddressValue]
        struct Address
        {
            private ulong _value;

            public override int GetHashCode() => (int)(_value >> 12);
        }
        """);

    [Fact]
    public Task An_attribute_of_the_same_name_elsewhere_means_nothing() => VerifyCS.VerifyAnalyzerAsync("""
        namespace Other
        {
            class AddressValueAttribute : System.Attribute
            {
            }

            class C
            {
                uint M([AddressValue] ulong value) => (uint)value;
            }
        }
        """);

    private static Task InMethod(string body) => VerifyCS.VerifyAnalyzerAsync(Types + $$"""
        class C
        {
            void M(Address address, [AddressValue] ulong raw, ulong count)
            {
                {{body}}
            }
        }
        """);
}
