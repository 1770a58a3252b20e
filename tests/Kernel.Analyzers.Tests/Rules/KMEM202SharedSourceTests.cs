using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Addresses of 64 bits in source that is also compiled for 32-bit pointers.</summary>
public class KMEM202SharedSourceTests
{
    private const string Types = """
        using Kernel.Contracts;

        [AddressValue]
        readonly struct Physical
        {
            private readonly ulong _value;

            [AddressValue]
            public ulong Value => _value;

            public static explicit operator ulong(Physical address) => address._value;
        }

        [AddressValue]
        readonly struct Virtual
        {
            private readonly nuint _value;

            [AddressValue]
            public nuint Value => _value;
        }

        static class Checked
        {
            [CheckedNarrowing]
            public static nuint ToNative(ulong value) => (nuint)value == value ? (nuint)value : throw new System.Exception();
        }

        """;

    public static TheoryData<string> NarrowTargets => ["32", "32, 64"];

    [Theory, MemberData(nameof(NarrowTargets))]
    public Task A_physical_address_cast_to_the_width_of_a_pointer_is_reported(string targets) => InMethod(targets, """
        nuint a = [|(nuint)physical.Value|];
        nint b = [|(nint)physical.Value|];
        void* c = [|(void*)physical.Value|];
        byte* d = [|(byte*)raw|];
        var e = [|(delegate*<void>)raw|];
        nuint? f = [|(nuint?)raw|];
        """);

    [Fact]
    public Task It_is_reported_once_where_the_bits_are_lost() => InMethod("32, 64", """
        void* a = (void*)[|(nuint)physical.Value|];
        ulong b = (ulong)[|(nuint)physical.Value|];
        nuint c = (nuint)[|(uint)raw|];
        byte* d = start + [|(nuint)raw|];
        """);

    [Fact]
    public Task A_user_defined_conversion_and_a_signed_step_are_followed() => InMethod("32, 64", """
        nuint a = [|(nuint)(ulong)physical|];
        nint b = [|(nint)(long)raw|];
        nuint c = checked((nuint)raw);
        """);

    [Fact]
    public Task Arithmetic_choices_and_locals_are_followed() => InMethod("32, 64", """
        ulong page = raw & ~0xFFFUL;
        page += 4096;
        nuint a = [|(nuint)page|];
        nuint b = [|(nuint)(raw >> 12)|];
        nuint c = [|(nuint)(count > 5 ? physical.Value : 0)|];
        """);

    [Theory, MemberData(nameof(NarrowTargets))]
    public Task A_pointer_moved_by_an_address_is_reported_at_the_offset(string targets) => InMethod(targets, """
        byte* a = start + [|physical.Value|];
        byte* b = [|raw|] + start;
        byte* c = start - [|raw|];
        c += [|raw|];
        byte d = start[[|physical.Value|]];
        byte* e = &start[([|raw >> 3|])];
        byte* f = start + [|(long)raw|];
        """);

    [Fact]
    public Task A_foreach_and_a_tuple_that_narrow_to_the_width_of_a_pointer_are_reported() => InMethod("32, 64", """
        foreach ([|nuint|] frame in frames)
        {
        }

        (nuint A, int B) pair = ([|(nuint)raw|], 5);
        """);

    [Fact]
    public Task A_native_address_plus_64_bits_may_need_more_than_a_pointer_has() => InMethod("32, 64", """
        nuint a = [|(nuint)(@virtual.Value + count)|];
        nuint b = @virtual.Value + (nuint)count;
        """);

    [Fact]
    public Task A_check_of_the_wrong_target_or_the_wrong_bound_is_no_exit() => InMethod("32, 64", """
        if (nuint.Size == 4)
        {
            nuint a = [|(nuint)raw|];
        }

        if (raw > 0x1_0000_0000)
        {
            return;
        }

        nuint b = [|(nuint)raw|];
        """);

    [Fact]
    public Task A_bound_that_only_64_bits_keep_is_no_exit() => InMethod("32, 64", """
        if (raw > (nuint.Size == 4 ? ulong.MaxValue : uint.MaxValue))
        {
            return;
        }

        nuint a = [|(nuint)raw|];
        """);

    [Fact]
    public Task The_message_says_on_which_target_bits_are_lost() => new KernelAnalyzerTest<NarrowedAddressAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                """
                using Kernel.Contracts;

                unsafe class C
                {
                    void* M([AddressValue] ulong address) => {|#0:(void*){|#1:address|}|};
                }
                """,
            },
            AnalyzerConfigFiles = { Options("32, 64") },
        },
        ExpectedDiagnostics =
        {
            new DiagnosticResult(NarrowedAddressAnalyzer.NativeRule).WithLocation(0).WithLocation(1).WithMessage(
                "An address ('ulong') is narrowed to 'void*', which has 32 bits on a 32-bit target, and loses its upper bits there; "
                + "keep its width, or narrow it through a method marked [CheckedNarrowing]"),
        },
    }.RunAsync();

    [Fact]
    public Task What_is_a_pointer_on_the_way_is_the_other_rules_where_that_reports_it() =>
        InMethod("32, 64", "uint a = (uint)(nuint)physical.Value; uint b = (uint)(void*)raw;");

    [Fact]
    public Task Where_pointers_have_32_bits_alone_the_whole_chain_is_this_rules() =>
        InMethod("32", "uint a = [|(uint)(nuint)physical.Value|]; uint b = [|(uint)(void*)raw|];");

    [Fact]
    public Task Where_pointers_have_64_bits_alone_they_hold_every_address() => InMethod("64", """
        nuint a = (nuint)physical.Value;
        byte* b = start + raw;
        byte c = start[raw];
        """);

    [Theory, MemberData(nameof(NarrowTargets))]
    public Task Native_values_keep_their_width_whatever_it_is(string targets) => InMethod(targets, """
        void* a = (void*)@virtual.Value;
        nuint b = (nuint)a;
        ulong wide = @virtual.Value;
        nuint c = (nuint)wide;
        byte* d = (byte*)(ulong)@virtual.Value;
        byte* e = start + @virtual.Value;
        nint f = (nint)(ulong)start;
        """);

    [Theory, MemberData(nameof(NarrowTargets))]
    public Task Numbers_that_are_no_addresses_are_quiet(string targets) => InMethod(targets, """
        nuint a = (nuint)count;
        byte* b = start + count;
        byte c = start[count];
        nuint d = (nuint)(physical.Value - raw);
        byte* e = start + (raw - physical.Value);
        """);

    [Fact]
    public Task Known_bits_fit_a_pointer_of_every_target() => InMethod("32, 64", """
        nuint offset = (nuint)(raw & 0xFFF);
        nuint index = (nuint)(raw >> 39) & 0x1FF;
        nuint above = (nuint)(raw >> 32);
        byte* inside = start + (raw & 0xFFF);
        byte next = start[raw % 4096];
        nuint known = (nuint)0xB8000UL;
        """);

    [Fact]
    public Task A_check_against_the_width_of_the_target_is_an_exit() => InMethod("32, 64", """
        if (raw <= nuint.MaxValue)
        {
            nuint a = (nuint)raw;
            byte* b = start + raw;
        }

        if (physical.Value >> 32 != 0)
        {
            return;
        }

        void* c = (void*)physical.Value;
        """);

    [Fact]
    public Task A_round_trip_through_the_width_of_a_pointer_is_an_exit() => InMethod("32, 64", """
        nuint narrowed = (nuint)raw;
        if (narrowed != raw)
        {
            return;
        }

        bool fits = (nuint)physical.Value == physical.Value;
        """);

    [Fact]
    public Task Code_that_only_64_bit_targets_reach_is_quiet() => InMethod("32, 64", """
        nuint a = nuint.Size == 8 ? (nuint)raw : 0;
        if (sizeof(nuint) == 8 && count > 5)
        {
            void* b = (void*)raw;
        }

        if (nuint.Size != 8)
        {
            return;
        }

        byte* c = start + raw;
        """);

    [Fact]
    public Task A_bound_that_depends_on_the_target_is_read_for_each() => InMethod("32, 64", """
        int bits = nuint.Size == 8 ? 52 : 32;
        if (raw >> (nuint.Size == 8 ? 63 : 32) == 0)
        {
            nuint a = (nuint)raw;
        }

        nuint b = nuint.Size switch { 8 => (nuint)raw, _ => 0 };
        """);

    [Fact]
    public Task The_checked_way_down_is_quiet() => InMethod("32, 64", """
        void* a = (void*)Checked.ToNative(physical.Value);
        byte* b = start + Checked.ToNative(raw);
        """);

    [Fact]
    public Task Both_halves_stored_are_quiet() => InMethod("32, 64", """
        nuint low = (nuint)raw;
        nuint high = (nuint)(raw >> 32);
        """);

    [Fact]
    public Task A_type_of_32_bits_that_holds_an_address_fits_a_pointer() => new KernelAnalyzerTest<NarrowedAddressAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                """
                using Kernel.Contracts;

                unsafe class C
                {
                    void* M([AddressValue] uint address) => (void*)address;
                    byte* N(byte* start, [AddressValue] uint address) => start + address;
                }
                """,
            },
            AnalyzerConfigFiles = { Options("32, 64") },
        },
    }.RunAsync();

    private static (string Path, string Content) Options(string targets) =>
        ("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = " + targets);

    private static Task InMethod(string targets, string body) => new KernelAnalyzerTest<NarrowedAddressAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                Types + $$"""
                unsafe class C
                {
                    void M(Physical physical, Virtual @virtual, [AddressValue] ulong raw, ulong count, byte* start, [AddressValue] ulong[] frames)
                    {
                        {{body}}
                    }
                }
                """,
            },
            AnalyzerConfigFiles = { Options(targets) },
        },
    }.RunAsync();
}
