using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.NarrowedPointerAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM201NarrowedPointerTests
{
    [Fact]
    public Task A_pointer_cast_to_uint_is_reported() => InMethod("uint n = [|(uint)pointer|];");

    [Fact]
    public Task A_function_pointer_cast_to_int_is_reported() => InMethod("int n = [|(int)function|];");

    [Fact]
    public Task A_native_integer_cast_to_int_is_reported() => InMethod("int n = [|(int)signed|]; ushort m = [|(ushort)native|];");

    [Fact]
    public Task Unchecked_is_no_exit() => InMethod("""
        uint a = unchecked([|(uint)native|]);
        uint b = unchecked([|(uint)pointer|]);
        uint c = checked((uint)(unchecked([|(uint)native|]) + 1));
        """);

    [Fact]
    public Task A_complement_of_32_bits_is_no_mask() => InMethod("""
        uint a = [|(uint)((ulong)pointer & ~0xFFFu)|];
        uint b = (uint)((ulong)pointer & 0xFFF);
        uint c = (uint)((ulong)pointer & 0xFFFFF000u);
        """);

    [Fact]
    public Task A_number_that_was_kept_in_a_pointer_is_taken_out_whole() => InMethod("""
        int id = condition ? -1 : 5;
        void* cookie = (void*)(nint)id;
        int a = (int)cookie;
        uint b = (uint)(nint)cookie;
        short c = [|(short)cookie|];
        void* other = (void*)(nint)id;
        other = pointer;
        int d = [|(int)other|];
        """);

    [Fact]
    public Task What_was_mixed_before_is_a_hash() => InMethod("""
        nuint hash = (nuint)pointer;
        hash ^= hash >> 33;
        hash *= 31;
        uint a = (uint)hash;
        nuint other = (nuint)pointer;
        other ^= native >> 33;
        uint b = [|(uint)other|];
        nuint late = (nuint)pointer;
        uint c = [|(uint)late|];
        late ^= late >> 33;
        """);

    [Fact]
    public Task A_chain_of_casts_is_reported_once_at_the_outermost_narrow_step() => InMethod("""
        uint a = [|(uint)(ulong)pointer|];
        byte b = [|(byte)(ushort)(uint)(ulong)pointer|];
        ulong c = (ulong)[|(uint)pointer|];
        int d = [|(int)(uint)(byte)(nuint)pointer|];
        """);

    [Fact]
    public Task A_cast_to_an_enum_of_32_bits_is_reported() => InMethod("""
        var a = [|(System.DayOfWeek)(nint)pointer|];
        """);

    [Fact]
    public Task A_nullable_target_is_reported() => InMethod("uint? n = [|(uint?)native|];");

    [Fact]
    public Task A_method_that_narrows_is_no_better_than_a_cast() => InMethod("""
        int a = [|((nint)pointer).ToInt32()|];
        uint b = [|((nuint)pointer).ToUInt32()|];
        uint c = [|System.Convert.ToUInt32((ulong)pointer)|];
        int d = [|System.Convert.ToInt32(((nint)pointer).ToInt64())|];
        uint e = [|uint.CreateTruncating(native)|];
        long f = ((nint)pointer).ToInt64();
        uint g = System.Convert.ToUInt32((ulong)pointer & 0xFFF);
        uint h = uint.CreateTruncating((ulong)pointer >> 32);
        ulong i = ulong.CreateTruncating(native);
        uint j = System.Convert.ToUInt32(5L);
        """);

    [Fact]
    public Task A_float_on_the_way_or_at_the_end_is_reported() => InMethod("""
        float a = [|(float)(nuint)pointer|];
        uint b = [|(uint)(double)native|];
        """);

    [Fact]
    public Task A_pointer_kept_in_a_long_local_is_reported_where_it_is_narrowed() => InMethod("""
        ulong value = (ulong)pointer;
        value += 4096;
        uint n = [|(uint)value|];
        """);

    [Fact]
    public Task Arithmetic_on_a_pointer_is_still_an_address() => InMethod("""
        uint a = [|(uint)((ulong)pointer + 8)|];
        uint b = [|(uint)((ulong)pointer >> 12)|];
        uint c = [|(uint)((ulong)pointer & ~0xFFFUL)|];
        uint d = [|(uint)(condition ? (ulong)pointer : 0)|];
        """);

    [Fact]
    public Task A_foreach_that_narrows_its_elements_is_reported_at_the_type() => InMethod("""
        foreach ([|uint|] n in new nuint[] { 1, 2 })
        {
        }
        """);

    [Fact]
    public Task A_value_read_through_a_pointer_is_reported() => Verify("""
        unsafe struct Node
        {
            public nuint Link;

            uint M(nuint* links, Node* node, void** slots) =>
                [|(uint)*links|] + [|(uint)links[1]|] + [|(uint)node->Link|] + [|(uint)slots[0]|] + [|(uint)(ulong)(*node).Link|];
        }
        """);

    [Fact]
    public Task Elements_of_a_tuple_are_reported() => InMethod("""
        (uint A, int B) a = ([|(uint)native|], 1);
        (uint A, int B) b = ((uint, int))([|native|], 1);
        (nuint A, int B) wide = (native, 1);
        (uint A, int B) c = [|((uint, int))wide|];
        """);

    [Fact]
    public Task A_native_integer_that_may_be_absent_is_reported() => InMethod("""
        nuint? maybe = native;
        uint? a = [|(uint?)maybe|];
        uint b = [|(uint)maybe|];
        uint c = [|(uint)(maybe ?? 0)|];
        """);

    [Fact]
    public Task A_user_defined_conversion_that_takes_fewer_bits_is_reported() => Verify("""
        struct Port
        {
            public static explicit operator Port(uint number) => default;
        }

        class C
        {
            Port M(nuint value) => [|(Port)value|];
        }
        """);

    [Fact]
    public Task A_cast_stored_through_a_pointer_or_used_as_a_stack_size_is_reported() => InMethod("""
        *(uint*)pointer = [|(uint)native|];
        byte* buffer = stackalloc byte[[|(int)(nuint)pointer|]];
        pointer[0] = [|(byte)native|];
        """);

    [Fact]
    public Task The_methods_that_read_a_native_integer_as_64_bits_are_followed() => InMethod("""
        uint a = [|(uint)native.ToUInt64()|];
        int b = [|(int)((nint)pointer).ToInt64()|];
        uint c = [|(uint)ulong.Max((ulong)pointer, 5)|];
        """);

    [Fact]
    public Task The_message_names_both_types_and_the_origin_is_beside() => new KernelAnalyzerTest<NarrowedPointerAnalyzer>
    {
        TestCode = """
            unsafe class C
            {
                uint M(byte* pointer)
                {
                    ulong value = (ulong){|#1:pointer|};
                    return {|#0:(uint)value|};
                }
            }
            """,
        ExpectedDiagnostics =
        {
            new DiagnosticResult(NarrowedPointerAnalyzer.Rule).WithLocation(0).WithLocation(1).WithArguments("byte*", "uint"),
        },
    }.RunAsync();

    [Theory]
    [InlineData("kernel_memory.pointer_bits = 32")]
    [InlineData("kernel_memory.pointer_bits = 32 ")]
    public Task Where_pointers_have_32_bits_only_narrower_targets_are_reported(string option) => new KernelAnalyzerTest<NarrowedPointerAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                """
                unsafe class C
                {
                    uint Whole(byte* pointer) => (uint)pointer;
                    int Native(nint value) => (int)value;
                    ushort Half(byte* pointer) => [|(ushort)pointer|];
                }
                """,
            },
            AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\n" + option) },
        },
    }.RunAsync();

    [Theory]
    [InlineData("kernel_memory.pointer_bits = 32, 64")]
    [InlineData("kernel_memory.pointer_bits = 64, 32")]
    public Task Source_for_both_widths_is_held_to_what_a_64_bit_pointer_loses(string option) => WithOption(option, """
        unsafe class C
        {
            uint Whole(byte* pointer) => [|(uint)pointer|];
            int Native(nint value) => [|(int)value|];
            ushort Half(byte* pointer) => [|(ushort)pointer|];
            int Offset(byte* pointer) => (int)((ulong)pointer & 0xFFF);
            uint Checked(nuint value) => value <= uint.MaxValue ? (uint)value : 0;
            uint On32Bits(nuint value) => nuint.Size == 4 ? (uint)value : 0;
            uint On64Bits(nuint value) => nuint.Size == 4 ? 0 : [|(uint)value|];
            ulong Wide(byte* pointer) => (ulong)pointer;
            nuint SameWidth(byte* pointer) => (nuint)(ulong)pointer;
        }
        """);

    [Fact]
    public Task The_message_for_source_of_both_widths_says_where_bits_are_lost() => new KernelAnalyzerTest<NarrowedPointerAnalyzer>
    {
        TestState =
        {
            Sources = { "unsafe class C { uint M(byte* pointer) => {|#0:(uint){|#1:pointer|}|}; }" },
            AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = 32, 64") },
        },
        ExpectedDiagnostics =
        {
            new DiagnosticResult(NarrowedPointerAnalyzer.SharedRule).WithLocation(0).WithLocation(1).WithMessage(
                "A pointer ('byte*'), which has 64 bits on a 64-bit target, is narrowed to 'uint' and loses its upper bits there; "
                + "keep its width, or narrow it through a method marked [CheckedNarrowing]"),
        },
    }.RunAsync();

    [Fact]
    public Task An_address_that_a_32_bit_pointer_lost_is_the_other_rules() => WithOption("kernel_memory.pointer_bits = 32", """
        unsafe class C
        {
            uint M([Kernel.Contracts.AddressValue] ulong address) => (uint)(nuint)address;
        }
        """);

    [Fact]
    public Task Where_the_platform_is_x86_a_pointer_fits_32_bits() => new KernelAnalyzerTest<NarrowedPointerAnalyzer>
    {
        TestCode = "unsafe class C { uint M(byte* pointer) => (uint)pointer; }",
        SolutionTransforms =
        {
            (solution, project) => solution.WithProjectCompilationOptions(
                project,
                ((Microsoft.CodeAnalysis.CSharp.CSharpCompilationOptions)solution.GetProject(project)!.CompilationOptions!)
                    .WithPlatform(Microsoft.CodeAnalysis.Platform.X86)),
        },
    }.RunAsync();

    private static Task WithOption(string option, string source) => new KernelAnalyzerTest<NarrowedPointerAnalyzer>
    {
        TestState =
        {
            Sources = { source },
            AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\n" + option) },
        },
    }.RunAsync();

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
