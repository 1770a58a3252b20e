using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Width.WidthMismatchAnalyzer, Kernel.Analyzers.CodeFixes.WidenShiftFix>;

namespace Kernel.Analyzers.Tests.Rules;

public class WidenShiftFixTests
{
    [Fact]
    public Task Every_shift_of_a_document_is_done_in_64_bits() => VerifyCS.VerifyCodeFixAsync(
        """
        class C
        {
            ulong One() => [|1 << 40|]; // kept
            long Signed(int value) => [|value << 32|];
            ulong Cast(uint value) => (ulong)([|value << 32|]) | 1;
            ulong FromSigned(int value) => (ulong)([|value << 32|]);
            ulong Mask(ulong value) => value & [|1u << 63|];
            uint High(ulong value) => [|(uint)value >> 32|];
            int Field(ulong value) => [|(int)(value + 1) >> 52|] & 0xFF;
            ulong Both(uint low, ulong high) => ([|low << 32|]) | high + ([|(uint)high >> 40|]);
        }
        """,
        """
        class C
        {
            ulong One() => 1UL << 40; // kept
            long Signed(int value) => (long)value << 32;
            ulong Cast(uint value) => (ulong)value << 32 | 1;
            ulong FromSigned(int value) => (ulong)(uint)value << 32;
            ulong Mask(ulong value) => value & 1UL << 63;
            uint High(ulong value) => (uint)(value >> 32);
            int Field(ulong value) => (int)((value + 1) >> 52) & 0xFF;
            ulong Both(uint low, ulong high) => ((ulong)low << 32) | high + ((uint)(high >> 40));
        }
        """);

    [Theory]
    [InlineData("uint M(uint value) => [|value >> 32|];")]
    [InlineData("uint M(uint value) => [|value << 32|];")]
    [InlineData("void M(ref uint value) { [|value <<= 32|]; }")]
    [InlineData("ulong M(ulong value) => [|value << 64|];")]
    [InlineData("ulong M(uint value) => [|value >> 32|];")]
    [InlineData("ulong M(uint value) => ([|value << 32|]) + value;")]
    [InlineData("ulong M(ulong value) => [|(uint)value >> 64|];")]
    public Task Where_no_wider_value_is_in_the_text_nothing_is_offered(string member) =>
        VerifyCS.VerifyNoFixAsync($"class C {{ {member} }}");
}
