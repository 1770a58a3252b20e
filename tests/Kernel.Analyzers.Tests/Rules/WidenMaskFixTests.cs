using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Width.WidthMismatchAnalyzer, Kernel.Analyzers.CodeFixes.WidenMaskFix>;

namespace Kernel.Analyzers.Tests.Rules;

public class WidenMaskFixTests
{
    [Fact]
    public Task Every_complement_of_a_document_is_taken_in_the_width_of_its_value() => VerifyCS.VerifyCodeFixAsync(
        """
        class C
        {
            ulong Literal(ulong value) => value & [|~0xFFFu|]; // kept
            ulong Computed(ulong value, uint size) => value & [|~(size - 1)|];
            nuint Native(nuint value, uint size) => [|~size|] & value;
            long Cast(long value, uint size) => value & (long)[|~size|];
            long Literal(long value) => value & (long)[|~0xFFFU|];
            void Assigned(ref ulong value, uint size) => value &= [|~size|];
        }
        """,
        """
        class C
        {
            ulong Literal(ulong value) => value & ~0xFFFUL; // kept
            ulong Computed(ulong value, uint size) => value & ~(ulong)(size - 1);
            nuint Native(nuint value, uint size) => ~(nuint)size & value;
            long Cast(long value, uint size) => value & ~(long)size;
            long Literal(long value) => value & ~0xFFFL;
            void Assigned(ref ulong value, uint size) => value &= ~(ulong)size;
        }
        """);

    [Theory]
    [InlineData("ulong M(ulong value, uint size) { uint mask = ~size; return value & [|mask|]; }")]
    [InlineData("uint M(uint value) => [|value >> 32|];")]
    [InlineData("unsafe void* M(int address) => [|(void*)address|];")]
    [InlineData("unsafe ulong M(void* value) => (ulong)value & [|0xFFFFF000|];")]
    public Task Where_the_text_does_not_say_what_was_meant_nothing_is_offered(string member) =>
        VerifyCS.VerifyNoFixAsync($"class C {{ {member} }}");
}
