using System.Threading.Tasks;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.Rules.Interrupts;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Interrupts.InterruptTokenAnalyzer, Kernel.Analyzers.CodeFixes.RefStructFix>;

namespace Kernel.Analyzers.Tests.Rules;

public class RefStructFixTests
{
    [Fact]
    public Task Every_token_becomes_a_ref_struct() => new KernelCodeFixTest<InterruptTokenAnalyzer, RefStructFix>
    {
        TestState =
        {
            Sources =
            {
                """
                using Kernel.Contracts;

                /// <summary>Interrupts are off.</summary>
                [InterruptToken]
                public readonly struct {|KMEM401:First|} { }

                [InterruptToken] struct {|KMEM401:Second|};

                class Around
                {
                    [InterruptToken] /* part */ internal partial struct {|KMEM401:Third|} { } // one part

                    // Bare.
                    [InterruptToken]
                    partial struct {|KMEM401:Fourth|} { }

                    void Work(First first, in Second second) { First copy = first; }
                }
                """,
                "[Kernel.Contracts.InterruptToken] public struct {|KMEM401:Other|} { }",
            },
        },
        FixedState =
        {
            Sources =
            {
                """
                using Kernel.Contracts;

                /// <summary>Interrupts are off.</summary>
                [InterruptToken]
                public readonly ref struct First { }

                [InterruptToken] ref struct Second;

                class Around
                {
                    [InterruptToken] /* part */ internal ref partial struct Third { } // one part

                    // Bare.
                    [InterruptToken]
                    ref partial struct Fourth { }

                    void Work(First first, in Second second) { First copy = first; }
                }
                """,
                "[Kernel.Contracts.InterruptToken] public ref struct Other { }",
            },
        },
    }.RunAsync();

    [Theory]
    [InlineData("public struct {|KMEM401:Token|} { } class Keeper { private Token _token; }")]
    [InlineData("public struct {|KMEM401:Token|} { } class Keeper { static Token[] All() => null; }")]
    [InlineData("public struct {|KMEM401:Token|} { } class Keeper { void Run(System.Action<Token> action) { } }")]
    [InlineData("public struct {|KMEM401:Token|} : System.IDisposable { public void Dispose() { } }")]
    [InlineData("public record struct {|KMEM401:Token|};")]
    public Task A_token_that_is_kept_somewhere_is_left_to_the_author(string members)
    {
        string source = $"[Kernel.Contracts.InterruptToken] {members}";
        return VerifyCS.VerifyNoFixAsync(source);
    }

    [Fact]
    public Task A_token_that_is_made_has_no_fix()
    {
        const string source = """
            [Kernel.Contracts.InterruptToken] public ref struct Token { }
            class C { void Use(Token token) { } void M() => Use({|KMEM401:default|}); }
            """;
        return VerifyCS.VerifyNoFixAsync(source);
    }
}
