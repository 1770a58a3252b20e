using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.UncheckedNarrowingAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM207UncheckedNarrowingTests
{
    private const string Types = """
        using System;
        using System.Diagnostics;
        using System.Diagnostics.CodeAnalysis;
        using Kernel.Contracts;

        [AddressValue]
        readonly struct Address
        {
            private readonly ulong _value;

            public Address(ulong value) => _value = value;

            [AddressValue]
            public ulong Value => _value;
        }

        enum Error { None, TooLarge }

        static class Log { public static void Write(string text) { } }

        static class Stop
        {
            [DoesNotReturn] public static void Now(ulong value) { while (true) { } }

            public static uint Forever(ulong value) { while (true) { } }

            public static void Unless(bool condition) { if (!condition) { Now(0); } }

            public static void Above32Bits(ulong value) { if (value > uint.MaxValue) { Now(value); } }

            public static bool Fits(ulong value) => (value & 0xFFFFFFFF00000000) == 0;

            public static bool Odd(ulong value) => (value & 1) != 0;
        }

        """;

    [Fact]
    public Task A_bare_cast_is_reported() => InMethod("return [|(uint)value|];");

    [Fact]
    public Task An_expression_body_is_reported() => InType("[CheckedNarrowing] static uint M(ulong value) => unchecked([|(uint)value|]);");

    [Fact]
    public Task A_check_that_only_logs_is_reported() => InMethod("""
        uint narrowed = [|(uint)value|];
        if (narrowed != value) { Log.Write("too large"); }
        return narrowed;
        """);

    [Fact]
    public Task An_assertion_that_the_release_build_leaves_out_is_reported() => InMethod("""
        Debug.Assert(value <= uint.MaxValue);
        return [|(uint)value|];
        """);

    [Fact]
    public Task A_constant_returned_where_it_does_not_fit_is_reported() => InMethod("""
        uint narrowed = (uint)value;
        if (narrowed != value) { return [|0|]; }
        return narrowed;
        """);

    [Fact]
    public Task Saturation_is_reported() => InMethods("""
        [CheckedNarrowing] static uint A(ulong value) => value > uint.MaxValue ? [|uint.MaxValue|] : (uint)value;
        [CheckedNarrowing] static uint B(ulong value) => (uint)[|Math.Min(value, uint.MaxValue)|];
        [CheckedNarrowing] static uint C(ulong value) => [|uint.CreateTruncating(value)|];
        """);

    [Fact]
    public Task The_narrowed_value_compared_with_a_narrowed_one_is_reported() => InMethod("""
        uint narrowed = [|(uint)value|];
        if (narrowed != (uint)value) { Stop.Now(value); }
        if (narrowed > uint.MaxValue) { Stop.Now(value); }
        return narrowed;
        """);

    [Fact]
    public Task A_limit_that_is_too_high_is_reported() => InMethod("""
        if (value > long.MaxValue) { throw new Exception(); }
        return [|(uint)value|];
        """);

    [Fact]
    public Task The_wrong_arm_that_stops_is_reported() => InMethod("""
        uint narrowed = [|(uint)value|];
        if (narrowed == value) { Stop.Now(value); }
        return narrowed;
        """);

    [Fact]
    public Task A_check_on_some_paths_is_reported() => InMethod("""
        if (s_strict && value > uint.MaxValue) { throw new Exception(); }
        return [|(uint)value|];
        """);

    [Fact]
    public Task A_check_before_the_value_changes_is_reported() => InMethod("""
        if (value > uint.MaxValue) { throw new Exception(); }
        value <<= 12;
        return [|(uint)value|];
        """);

    [Fact]
    public Task A_mask_and_a_remainder_instead_of_a_check_are_reported() => InMethods("""
        [CheckedNarrowing] static uint A(ulong value) => (uint)([|value & 0xFFFFFFFF|]);
        [CheckedNarrowing] static uint B(ulong value) => (uint)([|value % 0x100000000|]);
        """);

    [Fact]
    public Task A_shift_that_leaves_a_bit_out_is_reported() => InMethod("""
        if (value >> 33 != 0) { throw new Exception(); }
        return [|(uint)value|];
        """);

    [Fact]
    public Task An_address_type_and_a_pointer_are_reported() => InMethods("""
        [CheckedNarrowing] static uint A(Address address) => [|(uint)address.Value|];
        [CheckedNarrowing] static unsafe uint B(void* pointer) => [|(uint)pointer|];
        [CheckedNarrowing] static unsafe uint C(void* pointer)
        {
            if ((ulong)pointer > uint.MaxValue) { return [|0|]; }
            return (uint)pointer;
        }
        """);

    [Fact]
    public Task A_result_that_claims_success_is_reported() => InMethods("""
        [CheckedNarrowing] static bool A(ulong value, out uint result) { result = [|(uint)value|]; return true; }
        [CheckedNarrowing] static bool B(ulong value, out uint result) { result = [|(uint)value|]; return value != 0; }
        [CheckedNarrowing] static Error C(ulong value, out uint result) { result = [|(uint)value|]; return Error.None; }
        [CheckedNarrowing] static void D(ulong value, out uint result) { result = [|(uint)value|]; }
        """);

    [Fact]
    public Task An_exception_that_is_caught_is_reported() => InMethod("""
        try { return checked((uint)value); }
        catch (OverflowException) { return [|0|]; }
        """);

    [Fact]
    public Task A_helper_that_checks_something_else_is_reported() => InMethods("""
        [CheckedNarrowing] static uint A(ulong value) { if (Stop.Odd(value)) { Stop.Now(value); } return [|(uint)value|]; }
        [CheckedNarrowing] static uint B(ulong value) { Stop.Unless(value != 0); return [|(uint)value|]; }
        [CheckedNarrowing] static uint C(ulong value) { if (!Stop.Fits(value)) { Log.Write("no"); } return [|(uint)value|]; }
        """);

    [Fact]
    public Task A_result_of_another_checked_narrowing_that_is_narrowed_further_is_reported() => InMethods("""
        [CheckedNarrowing] static uint ToUInt32(ulong value) => checked((uint)value);
        [CheckedNarrowing] static ushort A(ulong value) => [|(ushort)ToUInt32(value)|];
        [CheckedNarrowing] static ulong ToBits(ulong value, int bits)
        {
            ulong narrowed = value & (ulong.MaxValue >> (64 - bits));
            if (narrowed != value) { Stop.Now(value); }
            return narrowed;
        }
        [CheckedNarrowing] static uint B(ulong value) => [|(uint)ToBits(value, 64)|];
        """);

    [Fact]
    public Task A_sign_that_the_check_forgets_is_reported() => InType("""
        [CheckedNarrowing] static int M(ulong value) { if (value > uint.MaxValue) { throw new Exception(); } return [|(int)value|]; }
        """);

    [Fact]
    public Task A_mask_by_a_shift_without_a_comparison_is_reported() => InType("""
        [CheckedNarrowing] static ulong M(ulong value, int bits) => [|value & (ulong.MaxValue >> (64 - bits))|];
        """);

    [Fact]
    public Task A_local_function_and_an_implementation_are_reported() => VerifyCS.VerifyAnalyzerAsync(Types + """
        interface INarrow { [CheckedNarrowing] uint M(ulong value); }

        class C : INarrow
        {
            public uint M(ulong value) => [|(uint)value|];

            uint N(ulong value)
            {
                return Inner(value);
                [CheckedNarrowing] static uint Inner(ulong value) => [|(uint)value|];
            }
        }
        """);

    [Fact]
    public Task A_native_result_is_reported_for_the_target_on_which_it_narrows() => WithBothWidths("""
        [CheckedNarrowing] static nuint M(ulong value) => [|(nuint)value|];
        """);

    [Fact]
    public Task A_round_trip_that_is_compared_is_not_reported() => InMethods("""
        [CheckedNarrowing] static uint A(ulong value) { uint narrowed = (uint)value; if (narrowed != value) { throw new Exception(); } return narrowed; }
        [CheckedNarrowing] static uint B(ulong value) { uint narrowed = (uint)value; if (value == narrowed) { return narrowed; } throw new Exception(); }
        [CheckedNarrowing] static uint C(ulong value) => (uint)value == value ? (uint)value : throw new Exception();
        [CheckedNarrowing] static uint D(ulong value) { if ((ulong)(uint)value != value) { Stop.Now(value); } return unchecked((uint)value); }
        [CheckedNarrowing] static uint E(ulong value) { if ((value ^ (uint)value) != 0) { Stop.Now(value); } return (uint)value; }
        [CheckedNarrowing] static uint F(ulong value) { if (value - (uint)value == 0) { return (uint)value; } while (true) { } }
        [CheckedNarrowing] static uint G(ulong value) { uint low = (uint)value; while (low != value) { } return low; }
        [CheckedNarrowing] static int H(long value) { int low = (int)value; if (low != value) { throw new Exception(); } return low; }
        """);

    [Fact]
    public Task A_range_check_is_not_reported() => InMethods("""
        [CheckedNarrowing] static uint A(ulong value) { if (value > uint.MaxValue) { throw new Exception(); } return (uint)value; }
        [CheckedNarrowing] static uint B(ulong value) => value <= 0xFFFFFFFF ? (uint)value : throw new Exception();
        [CheckedNarrowing] static uint C(ulong value) => value switch { <= uint.MaxValue => (uint)value, _ => throw new Exception() };
        [CheckedNarrowing] static uint D(ulong value) { if (value is > uint.MaxValue) { Stop.Now(value); } return (uint)value; }
        [CheckedNarrowing] static uint E(ulong value) { ArgumentOutOfRangeException.ThrowIfGreaterThan(value, uint.MaxValue); return (uint)value; }
        [CheckedNarrowing] static int F(long value) { if (value is < int.MinValue or > int.MaxValue) { throw new Exception(); } return (int)value; }
        [CheckedNarrowing] static uint G(long value) { if (value < 0 || value > uint.MaxValue) { throw new Exception(); } return (uint)value; }
        [CheckedNarrowing] static uint H(ulong value) { if (!(value < 0x1_0000_0000)) { Stop.Now(value); } return (uint)value; }
        """);

    [Fact]
    public Task A_test_of_the_upper_half_is_not_reported() => InMethods("""
        [CheckedNarrowing] static uint A(ulong value) { if (value >> 32 != 0) { throw new Exception(); } return (uint)value; }
        [CheckedNarrowing] static uint B(ulong value) { if ((value & 0xFFFFFFFF_00000000) != 0) { throw new Exception(); } return (uint)value; }
        [CheckedNarrowing] static uint C(ulong value) { if ((value & ~(ulong)uint.MaxValue) != 0) { throw new Exception(); } return (uint)value; }
        [CheckedNarrowing] static uint D(ulong value) { uint high = (uint)(value >> 32); if (high != 0) { throw new Exception(); } return (uint)value; }
        [CheckedNarrowing] static uint E(ulong value) { if (value / 0x1_0000_0000 > 0) { throw new Exception(); } return (uint)value; }
        [CheckedNarrowing] static uint F(ulong value) { if (System.Numerics.BitOperations.LeadingZeroCount(value) < 32) { throw new Exception(); } return (uint)value; }
        """);

    [Fact]
    public Task A_checked_conversion_is_not_reported() => InMethods("""
        [CheckedNarrowing] static uint A(ulong value) => checked((uint)value);
        [CheckedNarrowing] static uint B(ulong value) { checked { return (uint)value; } }
        [CheckedNarrowing] static unsafe uint C(void* pointer) => checked((uint)pointer);
        [CheckedNarrowing] static uint D(ulong value) => uint.CreateChecked(value);
        [CheckedNarrowing] static uint E(ulong value) => Convert.ToUInt32(value);
        """);

    [Fact]
    public Task A_method_that_delegates_is_not_reported() => InMethods("""
        [CheckedNarrowing] static uint ToUInt32(ulong value) => checked((uint)value);
        [CheckedNarrowing] static uint A(Address address) => ToUInt32(address.Value);
        [CheckedNarrowing] static unsafe uint B(void* pointer) => ToUInt32((ulong)pointer);
        [CheckedNarrowing] static ulong ToBits(ulong value, int bits)
        {
            ulong narrowed = value & (ulong.MaxValue >> (64 - bits));
            if (narrowed != value) { Stop.Now(value); }
            return narrowed;
        }
        [CheckedNarrowing] static uint C(ulong value) => unchecked((uint)ToBits(value, 32));
        """);

    [Fact]
    public Task A_helper_that_checks_is_not_reported() => InMethods("""
        [CheckedNarrowing] static uint A(ulong value) { Stop.Above32Bits(value); return (uint)value; }
        [CheckedNarrowing] static uint B(ulong value) { Stop.Unless(value <= uint.MaxValue); return (uint)value; }
        [CheckedNarrowing] static uint C(ulong value) { if (!Stop.Fits(value)) { Stop.Now(value); } return (uint)value; }
        [CheckedNarrowing] static uint D(ulong value) => Stop.Fits(value) ? (uint)value : Stop.Forever(value);
        [CheckedNarrowing] static uint E(ulong value) { uint low = (uint)value; Stop.Unless(low == value); return low; }
        """);

    [Fact]
    public Task A_condition_in_a_local_is_not_reported() => InMethods("""
        [CheckedNarrowing] static uint A(ulong value) { bool fits = value <= uint.MaxValue; if (!fits) { Stop.Now(value); } return (uint)value; }
        [CheckedNarrowing] static uint B(ulong value)
        {
            uint result = 0;
            bool done = false;
            if (value <= uint.MaxValue) { result = (uint)value; done = true; }
            if (!done) { throw new Exception(); }
            return result;
        }
        """);

    [Fact]
    public Task A_method_that_returns_false_where_it_does_not_fit_is_not_reported() => InMethods("""
        [CheckedNarrowing] static bool A(ulong value, out uint result) { result = (uint)value; return result == value; }
        [CheckedNarrowing] static bool B(ulong value, out uint result)
        {
            if (value > uint.MaxValue) { result = 0; return false; }
            result = (uint)value;
            return true;
        }
        [CheckedNarrowing] static bool C(ulong value, out uint result) { result = (uint)value; return value >> 32 == 0 && value != 0; }
        [CheckedNarrowing] static bool D(ulong value, out uint result) { bool fits = value <= uint.MaxValue; result = fits ? (uint)value : 0; return fits; }
        [CheckedNarrowing] static Error E(ulong value, out uint result)
        {
            result = (uint)value;
            return result == value ? Error.None : Error.TooLarge;
        }
        [CheckedNarrowing] static uint? F(ulong value) => value <= uint.MaxValue ? (uint)value : null;
        """);

    [Fact]
    public Task Constants_for_values_that_fit_are_not_reported() => InMethods("""
        [CheckedNarrowing] static uint A(ulong value)
        {
            if (value == 0) { return 0; }
            if (value > uint.MaxValue) { throw new Exception(); }
            return (uint)value;
        }
        [CheckedNarrowing] static unsafe uint B(void* pointer)
        {
            if (pointer == null) { return 0; }
            if ((ulong)pointer >> 32 != 0) { Stop.Now(0); }
            return (uint)pointer;
        }
        """);

    [Fact]
    public Task A_part_of_the_value_that_is_checked_itself_is_not_reported() => InMethods("""
        [CheckedNarrowing] static uint Frame(ulong address)
        {
            ulong number = address >> 12;
            if (number > uint.MaxValue) { throw new Exception(); }
            return (uint)number;
        }
        [CheckedNarrowing] static uint Page(Address address)
        {
            if (address.Value > uint.MaxValue) { throw new Exception(); }
            return (uint)(address.Value & ~0xFFFUL);
        }
        """);

    [Fact]
    public Task A_check_that_cannot_be_read_is_not_reported() => InMethods("""
        static ulong s_limit = 0xFFFF;
        [CheckedNarrowing] static uint A(ulong value, ulong limit) { if (value > limit) { throw new Exception(); } return (uint)value; }
        [CheckedNarrowing] static uint B(ulong value) { if (value >= s_limit) { throw new Exception(); } return (uint)value; }
        [CheckedNarrowing] static uint C(ulong value) { if (value.CompareTo(uint.MaxValue) > 0) { throw new Exception(); } return (uint)value; }
        """);

    [Fact]
    public Task A_method_without_the_mark_is_not_reported() => InType("static uint M(ulong value) => (uint)value;");

    [Fact]
    public Task A_native_result_checked_for_both_targets_is_not_reported() => WithBothWidths("""
        [CheckedNarrowing] static nuint A(ulong value) { if (value > nuint.MaxValue) { throw new Exception(); } return (nuint)value; }
        [CheckedNarrowing] static nuint B(ulong value) { if (nuint.Size == 4 && value >> 32 != 0) { throw new Exception(); } return (nuint)value; }
        [CheckedNarrowing] static nuint C(ulong value) { nuint low = (nuint)value; if (low != value) { Stop.Now(value); } return low; }
        """);

    [Fact]
    public Task A_cleanup_on_the_way_out_is_not_reported() => InMethod("""
        try
        {
            if (value > uint.MaxValue) { throw new Exception(); }
            return (uint)value;
        }
        finally { Log.Write("done"); }
        """);

    private static Task InMethod(string body) => InType($$"""
        static bool s_strict;

        [CheckedNarrowing]
        static uint M(ulong value)
        {
            {{body}}
        }
        """);

    private static Task InMethods(string members) => InType(members);

    private static Task InType(string members) => VerifyCS.VerifyAnalyzerAsync($"{Types}class Helpers\n{{\n{members}\n}}");

    private static Task WithBothWidths(string members)
    {
        KernelAnalyzerTest<Analyzers.Rules.Width.UncheckedNarrowingAnalyzer> test = new() { TestCode = $"{Types}class Helpers\n{{\n{members}\n}}" };
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = 32, 64\n"));
        return test.RunAsync();
    }
}
