using System.Threading.Tasks;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.Rules.Width;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Width.WidthMismatchAnalyzer, Kernel.Analyzers.CodeFixes.ZeroExtendFix>;

namespace Kernel.Analyzers.Tests.Rules;

public class ZeroExtendFixTests
{
    private const string Types = """
        using Kernel.Contracts;

        [AddressValue]
        struct Address
        {
            public Address([AddressValue] ulong value) { }
            public static Address FromNumber([AddressValue] long value) => default;
        }

        """;

    [Fact]
    public Task Every_number_of_a_document_is_widened_with_zeros() => VerifyCS.VerifyCodeFixAsync(
        Types + """
        unsafe class C
        {
            void* Pointer(int address) => [|(void*)address|]; // kept
            Address Made(int low) => new Address([|(ulong)low|] << 12);
            Address Sum(short low, int more) => new Address([|(ulong)(low ^ more)|]);
            Address Small(short low) => new Address([|(ulong)low|]);
            Address Implicit(int low) => Address.FromNumber([|low|]);
            Address Recast(uint low) => new Address([|(ulong)(int)low|]);
        }
        """,
        Types + """
        unsafe class C
        {
            void* Pointer(int address) => (void*)(uint)address; // kept
            Address Made(int low) => new Address((ulong)(uint)low << 12);
            Address Sum(short low, int more) => new Address((ulong)(uint)(low ^ more));
            Address Small(short low) => new Address((ulong)(ushort)low);
            Address Implicit(int low) => Address.FromNumber((uint)low);
            Address Recast(uint low) => new Address((ulong)(uint)low);
        }
        """);

    [Fact]
    public Task A_pointer_of_a_narrower_target_becomes_a_number_without_a_sign()
    {
        var test = new KernelCodeFixTest<WidthMismatchAnalyzer, ZeroExtendFix>
        {
            TestCode = Types + "unsafe class C { Address M(void* pointer) => new Address([|(ulong)(nint)pointer|]); }",
            FixedCode = Types + "unsafe class C { Address M(void* pointer) => new Address((ulong)(nuint)pointer); }",
        };
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = 32, 64"));
        return test.RunAsync();
    }

    [Theory]
    [InlineData("ulong M(ulong value) => value & [|~0xFFFu|];")]
    [InlineData("uint M(uint value) => [|value >> 32|];")]
    [InlineData("long M(long value, int size) => value & [|(uint)~size|];")]
    [InlineData("unsafe ulong M(void* value) => (ulong)value & [|0xFFFFF000|];")]
    public Task A_mask_and_a_shift_have_other_fixes(string member) =>
        VerifyCS.VerifyNoFixAsync($"class C {{ {member} }}");
}
