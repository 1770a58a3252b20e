using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM208UncheckedBoundTests
{
    private const string Types = """
        using System;
        using Kernel.Contracts;

        [AddressValue]
        readonly struct Address
        {
            private readonly ulong _value;

            private Address(ulong value) => _value = value;

            [AddressValue]
            public ulong Value => _value;

            public static Address FromValue([AddressValue] ulong value) => new(value);
            public bool TryAdd(ulong bytes, out Address sum) { sum = this; return true; }
            public static Address operator +(Address address, ulong bytes) => new(address._value + bytes);
            public static ulong operator -(Address left, Address right) => left._value - right._value;
            public static bool operator <(Address left, Address right) => left._value < right._value;
            public static bool operator >(Address left, Address right) => left._value > right._value;
            public static bool operator <=(Address left, Address right) => left._value <= right._value;
            public static bool operator >=(Address left, Address right) => left._value >= right._value;
        }

        [AddressValue]
        readonly struct CheckedAddress
        {
            private readonly ulong _value;

            private CheckedAddress(ulong value) => _value = value;

            public static CheckedAddress operator +(CheckedAddress address, ulong bytes) => new(checked(address._value + bytes));
            public static bool operator <(CheckedAddress left, CheckedAddress right) => left._value < right._value;
            public static bool operator >(CheckedAddress left, CheckedAddress right) => left._value > right._value;
        }

        struct Region
        {
            [AddressValue] public ulong Base;
            public ulong Length;
            [AddressValue] public ulong End;
        }

        """;

    [Fact]
    public Task An_address_and_a_size_compared_with_a_limit_are_reported() => InMethod("64", """
        bool a = [|start.Value + size|] <= limit;
        bool b = limit > [|start.Value + size|];
        bool c = [|region.Base + region.Length|] < limit;
        bool d = [|raw + size|] > limit;
        if ([|start.Value + size|] - 1 > limit) { return; }
        """);

    [Fact]
    public Task The_condition_of_a_loop_is_a_bound() => InMethod("64", """
        for (ulong page = start.Value; page < [|start.Value + size|]; page += 4096) { }
        ulong next = region.Base;
        while (next < [|region.Base + region.Length|]) { next += 4096; }
        """);

    [Fact]
    public Task A_bound_kept_in_a_local_is_reported_where_it_is_added() => InMethod("64", """
        ulong end = [|start.Value + size|];
        if (end > limit) { return; }
        ulong last = [|region.Base + region.Length|] - 1;
        bool within = limit <= last;
        ulong later;
        later = [|raw + size|];
        bool below = later < limit;
        """);

    [Fact]
    public Task The_end_that_a_range_is_made_with_is_a_bound() => InMethod("64", """
        region.End = [|region.Base + size|];
        Reserve(start.Value, [|start.Value + size|]);
        region = new Region { Base = raw, End = [|raw + size|] };
        """);

    [Fact]
    public Task An_operator_that_only_adds_lets_the_sum_wrap() => InMethod("64", """
        bool a = other < [|start + size|];
        Address end = [|start + size|];
        if (other >= end) { return; }
        """);

    [Fact]
    public Task An_address_made_of_the_sum_is_followed() => InMethod("64", """
        bool a = other < Address.FromValue([|start.Value + size|]);
        Address end = Address.FromValue([|raw + size|]);
        bool b = other < end;
        """);

    [Fact]
    public Task A_pointer_from_elsewhere_as_a_number_is_an_address() => InMethod("64", """
        bool a = [|(ulong)pointer + size|] <= limit;
        bool b = [|(nuint)pointer + native|] > (nuint)limit;
        """);

    [Fact]
    public Task Numbers_from_a_caller_are_reported() => InMethod("64", """
        bool a = [|offset + size|] > limit;
        bool b = [|native + further|] <= (nuint)limit;
        """);

    [Fact]
    public Task A_number_compared_with_an_address_is_one() => InMethod("64", """
        ulong from = Read();
        ulong bytes = Read();
        bool a = [|from + bytes|] > start.Value;
        """);

    [Fact]
    public Task A_check_of_something_else_is_no_exit() => InMethod("64", """
        if (size > limit || raw > limit - offset) { return; }
        bool a = [|start.Value + size|] <= limit;
        """);

    [Fact]
    public Task A_size_that_is_bounded_still_wraps_at_the_top() => InMethod("64", """
        if (size > 4096) { return; }
        bool a = [|raw + size|] <= limit;
        """);

    [Fact]
    public Task The_room_above_compared_first_is_quiet() => InMethod("64", """
        if (raw > limit || size > limit - raw) { return; }
        bool a = raw + size <= limit;
        """);

    [Fact]
    public Task The_room_above_in_the_same_condition_is_quiet() => InMethod("64", """
        bool a = size <= ulong.MaxValue - raw && raw + size <= limit;
        bool b = size <= ~start.Value && start.Value + size <= limit;
        bool c = limit - region.Base >= region.Length && region.Base + region.Length <= limit;
        """);

    [Fact]
    public Task A_sum_compared_with_its_start_is_quiet() => InMethod("64", """
        ulong end = raw + size;
        if (end < raw || end > limit) { return; }
        ulong other1 = region.Base + region.Length;
        if (other1 > limit || other1 < region.Base) { return; }
        """);

    [Fact]
    public Task A_sum_compared_with_its_start_at_last_is_quiet() => InMethod("64", """
        ulong last = raw + size - 1;
        if (last > limit) { return; }
        if (last >= raw) { Reserve(raw, last); }
        """);

    [Fact]
    public Task The_check_itself_is_quiet() => InMethod("64", """
        if (raw + size < raw) { return; }
        bool a = raw + size <= limit;
        """);

    [Fact]
    public Task An_operator_whose_result_is_compared_with_its_start_is_quiet() => InMethod("64", """
        Address end = start + size;
        if (end < start || other > end) { return; }
        """);

    [Fact]
    public Task A_guard_that_throws_is_quiet() => InMethod("64", """
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, limit - raw);
        bool a = raw + size <= limit;
        """);

    [Fact]
    public Task Checked_sums_are_quiet() => InMethod("64", """
        bool a = checked(raw + size) <= limit;
        checked
        {
            for (ulong page = raw; page < start.Value + size; page += 4096) { }
        }
        """);

    [Fact]
    public Task Constants_are_quiet() => InMethod("64", """
        bool a = start.Value + 4096 <= limit;
        const ulong page = 4096;
        bool b = raw + page > limit;
        """);

    [Fact]
    public Task Sums_that_fit_are_quiet() => InMethod("64", """
        bool a = (raw & 0x000F_FFFF_FFFF_F000) + (uint)size <= limit;
        if (raw > 1UL << 52 || size > 1UL << 52) { return; }
        bool b = raw + size <= limit;
        bool c = (raw >> 12) + (offset >> 12) < limit;
        """);

    [Fact]
    public Task An_address_type_that_checks_is_quiet() => InMethod("64", """
        bool a = safe < safe + size;
        CheckedAddress end = safe + size;
        bool b = safe > end;
        """);

    [Fact]
    public Task A_sum_that_may_fail_is_quiet() => InMethod("64", """
        if (!start.TryAdd(size, out Address end) || other > end) { return; }
        """);

    [Fact]
    public Task A_sum_that_bounds_nothing_is_quiet() => InMethod("64", """
        ulong next = start.Value + size;
        Use(next);
        Use(raw + size);
        bool a = raw + size == limit;
        Address b = start + size;
        """);

    [Fact]
    public Task A_loop_over_plain_numbers_counts_elements() => InMethod("64", """
        for (nuint index = native; index < native + further; index++) { }
        while (Read() < offset + size) { }
        """);

    [Fact]
    public Task Numbers_that_are_no_addresses_are_quiet() => InMethod("64", """
        ulong first = Read();
        ulong second = Read();
        bool a = first + second > limit;
        int count = 5;
        int more = (int)Read();
        bool b = count + more < 9;
        """);

    [Fact]
    public Task Pointers_into_a_buffer_are_quiet() => InMethod("64", """
        byte* end = pointer + size;
        for (byte* at = pointer; at < pointer + size; at++) { }
        bool a = pointer < end;
        """);

    [Fact]
    public Task What_a_loop_moves_along_is_quiet() => InMethod("64", """
        for (ulong done = 0; done < size; done += 4096)
        {
            bool a = raw + done < limit;
        }
        """);

    [Fact]
    public Task An_aligned_sum_is_no_bound_yet() =>
        InMethod("64", "bool a = ((raw + (size - 1)) & ~(size - 1)) == raw;");

    [Fact]
    public Task What_the_object_holds_was_checked_when_it_was_made() => new KernelAnalyzerTest<UncheckedBoundAnalyzer>
    {
        TestCode = """
            using Kernel.Contracts;

            readonly struct Range
            {
                [AddressValue] public ulong Start { get; }
                public ulong Length { get; }
                public bool Contains([AddressValue] ulong address) => address >= Start && address < Start + Length;
                public bool Holds(ulong bytes) => [|Start + bytes|] <= Length;
            }
            """,
    }.RunAsync();

    [Fact]
    public Task Code_for_the_other_target_is_quiet() => InMethod("64", """
        if (nuint.Size == 4)
        {
            bool a = raw + size <= limit;
        }
        """);

    [Fact]
    public Task A_32_bit_sum_wraps_where_addresses_have_32_bits() => InMethod("32", """
        bool a = [|(uint)pointer + (uint)size|] <= (uint)limit;
        bool b = [|(nuint)pointer + native|] <= (nuint)limit;
        """);

    [Fact]
    public Task The_message_names_both_operands() => new KernelAnalyzerTest<UncheckedBoundAnalyzer>
    {
        TestCode = """
            class C
            {
                bool M(ulong start, ulong size, ulong limit) => {|#1:{|#0:start + size|} <= limit|};
            }
            """,
        ExpectedDiagnostics =
        {
            new DiagnosticResult(UncheckedBoundAnalyzer.Rule).WithLocation(0).WithLocation(1).WithMessage(
                "The sum of 'start' and 'size' is used as a bound and may have wrapped to a low number; compare 'size' with the limit less 'start', or check the sum against 'start'"),
        },
    }.RunAsync();

    private static Task InMethod(string targets, string body) => new KernelAnalyzerTest<UncheckedBoundAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                Types + $$"""
                unsafe class C
                {
                    static ulong Read() => 0;
                    void Use(ulong number) { }
                    void Reserve([AddressValue] ulong first, [AddressValue] ulong last) { }

                    void M(Address start, Address other, CheckedAddress safe, Region region, [AddressValue] ulong raw, ulong size, ulong offset,
                        ulong limit, byte* pointer, nuint native, nuint further)
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
