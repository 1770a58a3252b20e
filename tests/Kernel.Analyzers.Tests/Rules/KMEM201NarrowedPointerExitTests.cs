using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.NarrowedPointerAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>What makes a narrowed pointer right, and what only looks as if it did.</summary>
public class KMEM201NarrowedPointerExitTests
{
    [Fact]
    public Task Wide_conversions_are_quiet() => InMethod("""
        ulong a = (ulong)pointer;
        long b = (long)native;
        nint c = (nint)pointer;
        byte* d = (byte*)native;
        double e = (double)native;
        """);

    [Fact]
    public Task Constants_that_fit_are_quiet() => InMethod("""
        const nuint size = 4096;
        uint a = (uint)size;
        nint four = 4;
        int b = (int)four;
        """);

    [Fact]
    public Task A_mask_a_remainder_or_a_shift_that_leaves_few_bits_is_quiet() => InMethod("""
        int a = (int)((ulong)pointer & 0xFFF);
        uint b = (uint)(native % 4096);
        uint c = (uint)(native >> 32);
        int d = (int)((native >> 12) & 0x1FF);
        byte e = (byte)(native & 0xFF);
        ulong offset = (ulong)pointer & 0xFFF;
        uint f = (uint)offset;
        uint g = (uint)ulong.Min((ulong)pointer, 4096);
        uint h = (uint)System.Math.Clamp(native, 1, 512);
        """);

    [Fact]
    public Task A_low_half_with_its_high_half_beside_is_quiet() => InMethod("""
        ulong value = (ulong)pointer;
        uint low = (uint)value;
        uint high = (uint)(value >> 32);
        """);

    [Fact]
    public Task A_check_whose_other_arm_leaves_is_quiet() => InMethod("""
        if (native > uint.MaxValue)
        {
            return;
        }

        uint a = (uint)native;
        """);

    [Fact]
    public Task A_check_that_throws_or_panics_is_quiet() => Verify("""
        using System.Diagnostics.CodeAnalysis;

        unsafe class C
        {
            [DoesNotReturn]
            static void Panic() => throw new System.Exception();

            static void Require([DoesNotReturnIf(false)] bool condition)
            {
            }

            uint Throws(nuint value)
            {
                if (value >= 0x1_0000_0000) throw new System.Exception();
                return (uint)value;
            }

            uint Panics(byte* pointer)
            {
                if ((ulong)pointer > uint.MaxValue)
                {
                    Panic();
                }

                return (uint)(ulong)pointer;
            }

            uint Demands(nuint value)
            {
                Require(value <= uint.MaxValue);
                return (uint)value;
            }

            uint Chooses(nuint value) => value <= uint.MaxValue ? (uint)value : 0;

            uint Matches(nuint value) => value is > 4 and < 4096 ? (uint)value : 0;

            bool Both(nuint value) => value >> 32 == 0 && (uint)value == 5;

            uint Masks(ulong unused, nuint value)
            {
                if ((value & 0xFFFF_FFFF_0000_0000) != 0)
                {
                    return 0;
                }

                return (uint)value;
            }

            int Signed(nint value)
            {
                if (value < 0 || value > int.MaxValue) return -1;
                return (int)value;
            }
        }
        """);

    [Fact]
    public Task A_round_trip_check_is_quiet() => InMethod("""
        if ((uint)native != native)
        {
            return;
        }

        uint a = (uint)native;
        """);

    [Fact]
    public Task A_bounded_loop_is_quiet() => InMethod("""
        for (nuint i = 0; i < 512; i++)
        {
            int index = (int)i;
        }
        """);

    [Fact]
    public Task A_hash_code_is_quiet() => Verify("""
        unsafe struct S
        {
            byte* _pointer;
            public override int GetHashCode() => (int)_pointer ^ (int)((ulong)_pointer >> 32);
        }
        """);

    [Fact]
    public Task The_distance_between_two_pointers_is_a_count() => InMethod("""
        int a = (int)(pointer - (byte*)native);
        int b = (int)((ulong)pointer - (ulong)function);
        """);

    [Fact]
    public Task An_integer_that_was_only_kept_in_a_pointer_is_quiet() => InMethod("""
        void* tag = (void*)5;
        int a = (int)tag;
        uint small = 7;
        uint b = (uint)(void*)small;
        """);

    [Fact]
    public Task A_method_that_narrows_with_a_check_is_quiet() => Verify("""
        using Kernel.Contracts;

        unsafe class C
        {
            [CheckedNarrowing]
            static uint ToUInt32(void* pointer)
            {
                uint narrow = (uint)pointer;
                if (narrow != (ulong)pointer) throw new System.Exception();
                return narrow;
            }
        }
        """);

    [Fact]
    public Task Integers_that_never_were_pointers_are_quiet() => InMethod("""
        ulong big = 1UL << 40;
        uint a = (uint)big;
        byte b = (byte)a;
        """);

    [Fact]
    public Task A_check_that_the_value_passes_by_is_no_exit() => InMethod("""
        if (native > uint.MaxValue)
        {
            System.Console.WriteLine();
        }

        uint a = [|(uint)native|];
        """);

    [Fact]
    public Task A_check_of_the_wrong_bound_is_no_exit() => InMethod("""
        if (native > 0x1_0000_0000)
        {
            return;
        }

        uint a = [|(uint)native|];
        """);

    [Fact]
    public Task A_write_after_the_check_voids_it() => InMethod("""
        if (native > uint.MaxValue)
        {
            return;
        }

        native += 4096;
        uint a = [|(uint)native|];
        """);

    [Fact]
    public Task A_write_later_in_the_loop_voids_a_check_before_it() => InMethod("""
        if (native > uint.MaxValue)
        {
            return;
        }

        while (condition)
        {
            uint a = [|(uint)native|];
            native += 4096;
        }
        """);

    [Fact]
    public Task A_write_before_a_jump_back_voids_a_check() => InMethod("""
        if (native > uint.MaxValue)
        {
            return;
        }

        {
        again:
            uint a = [|(uint)native|];
            native += 4096;
            goto again;
        }
        """);

    [Fact]
    public Task A_check_of_a_reference_that_others_may_write_is_no_exit() => Verify("""
        class C
        {
            uint M(ref nuint value)
            {
                if (value > uint.MaxValue) return 0;
                System.Console.WriteLine();
                return [|(uint)value|];
            }
        }
        """);

    [Fact]
    public Task A_signed_check_without_a_lower_bound_is_no_exit() => InMethod("""
        if (signed < 100)
        {
            int a = [|(int)signed|];
        }
        """);

    [Fact]
    public Task The_low_half_alone_is_reported() => InMethod("uint low = [|(uint)(ulong)pointer|]; uint other = (uint)((ulong)signed >> 32);");

    [Fact]
    public Task All_pieces_stored_side_by_side_are_quiet() => InMethod("""
        ushort low = (ushort)native;
        ushort middle = (ushort)(native >> 16);
        uint high = (uint)(native >> 32);
        """);

    [Fact]
    public Task A_piece_that_is_missing_is_reported() => InMethod("""
        ushort low = [|(ushort)native|];
        uint high = (uint)(native >> 32);
        """);

    [Fact]
    public Task Low_bits_taken_from_the_narrow_value_are_quiet() => InMethod("""
        bool aligned = ((uint)(nuint)pointer & 0xFFF) == 0;
        int offset = (int)signed & 0xFFF;
        int level = 2;
        int index = (int)(native >> (12 + (9 * level))) & 511;
        """);

    [Fact]
    public Task A_mask_that_keeps_the_topmost_bit_is_reported() => InMethod("""
        uint page = [|(uint)native|] & 0xFFFF_F000;
        int other = [|(int)signed|] & ~0xFFF;
        """);

    [Fact]
    public Task A_fold_of_both_halves_is_quiet() => InMethod("""
        uint hash = (uint)(native ^ (native >> 32));
        uint wrong = [|(uint)(native ^ ((nuint)signed >> 32))|];
        """);

    [Fact]
    public Task The_arm_of_a_switch_expression_that_bounds_the_value_is_quiet() => InMethod("""
        uint a = native switch { <= uint.MaxValue => (uint)native, _ => 0 };
        uint b = native switch { > uint.MaxValue => 0, _ => (uint)native };
        uint c = native switch { > uint.MaxValue => [|(uint)native|], _ => 0 };
        uint d = native switch { > uint.MaxValue when condition => 0, _ => [|(uint)native|] };
        """);

    [Fact]
    public Task A_stored_value_that_is_compared_with_its_origin_is_quiet() => InMethod("""
        uint low = (uint)native;
        if (low != native)
        {
            return;
        }

        uint other = [|(uint)(nuint)signed|];
        bool equal = other == native;
        """);

    [Fact]
    public Task Sizes_and_lengths_fit() => InMethod("""
        int size = (int)(nuint)sizeof(System.Guid);
        System.Span<byte> span = default;
        if ((nuint)signed >= (nuint)span.Length)
        {
            return;
        }

        int index = (int)signed;
        """);

    [Fact]
    public Task A_guard_of_the_framework_bounds_what_comes_after_it() => InMethod("""
        System.ArgumentOutOfRangeException.ThrowIfGreaterThan(native, uint.MaxValue);
        uint a = (uint)native;
        System.ArgumentOutOfRangeException.ThrowIfNegative(signed);
        System.ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(other: 4096, value: signed);
        int b = (int)signed;
        """);

    [Fact]
    public Task A_guard_of_the_other_side_or_another_value_is_no_exit() => InMethod("""
        System.ArgumentOutOfRangeException.ThrowIfLessThan(native, uint.MaxValue);
        System.ArgumentOutOfRangeException.ThrowIfZero(native);
        System.ArgumentOutOfRangeException.ThrowIfGreaterThan(signed, 4096);
        uint a = [|(uint)native|];
        int b = [|(int)signed|];
        """);

    [Fact]
    public Task A_guard_that_the_value_passed_before_it_was_written_is_no_exit() => InMethod("""
        System.ArgumentOutOfRangeException.ThrowIfGreaterThan(native, uint.MaxValue);
        native += 4096;
        uint a = [|(uint)native|];
        """);

    [Fact]
    public Task A_guard_that_is_not_always_passed_is_no_exit() => InMethod("""
        if (condition)
        {
            System.ArgumentOutOfRangeException.ThrowIfGreaterThan(native, uint.MaxValue);
        }

        uint a = [|(uint)native|];
        """);

    [Fact]
    public Task Equality_and_the_lower_guards_bound_too() => InMethod("""
        System.ArgumentOutOfRangeException.ThrowIfNotEqual(native, (nuint)4096);
        uint a = (uint)native;
        System.ArgumentOutOfRangeException.ThrowIfLessThan(signed, -1);
        System.ArgumentOutOfRangeException.ThrowIfGreaterThan(signed, 1);
        int b = (int)signed;
        """);

    [Fact]
    public Task The_width_of_a_native_integer_is_a_constant_of_the_target() => InMethod("""
        int a = (int)(nuint)nuint.Size;
        uint b = [|(uint)nuint.MaxValue|];
        uint c = nuint.Size == 4 ? (uint)native : 0;
        if (sizeof(void*) != 4)
        {
            return;
        }

        uint d = (uint)native;
        """);

    private static Task InMethod(string body) => Verify($$"""
        unsafe class C
        {
            void M(byte* pointer, delegate*<void> function, nint signed, nuint native, bool condition)
            {
                {{body}}
            }
        }
        """);

    private static Task Verify(string source) => VerifyCS.VerifyAnalyzerAsync(source);
}
