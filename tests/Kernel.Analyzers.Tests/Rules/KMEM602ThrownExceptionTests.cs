using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Freestanding;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.FreestandingVerifier<Kernel.Analyzers.Rules.Freestanding.ThrownExceptionAnalyzer>;
using VerifyHosted = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Freestanding.ThrownExceptionAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM602ThrownExceptionTests
{
    [Fact]
    public Task A_throw_statement_is_reported() => InMethod("[|throw new System.Exception();|]");

    [Fact]
    public Task A_throw_expression_is_reported() => InMethod("""
        string a = text ?? [|throw new System.Exception()|];
        int b = number > 0 ? number : [|throw new System.Exception()|];
        """);

    [Fact]
    public Task A_catch_is_reported_at_its_keyword() => InMethod("""
        try
        {
            M(number, text);
        }
        [|catch|] (System.Exception)
        {
        }
        """);

    [Fact]
    public Task Every_catch_and_the_rethrow_are_reported() => InMethod("""
        try
        {
            M(number, text);
        }
        [|catch|] (System.ArgumentException)
        {
        }
        [|catch|]
        {
            [|throw;|]
        }
        """);

    [Fact]
    public Task A_guard_that_throws_by_contract_is_reported() => InMethod("""
        [|System.ArgumentNullException.ThrowIfNull(text)|];
        [|System.ArgumentOutOfRangeException.ThrowIfNegative(number)|];
        """);

    [Fact]
    public Task A_throw_in_a_lambda_or_a_local_function_is_reported() => InMethod("""
        System.Action a = () => [|throw new System.Exception()|];
        void Local() => [|throw new System.Exception()|];
        """);

    [Fact]
    public Task A_throw_in_an_accessor_is_reported() => VerifyCS.VerifyAnalyzerAsync("""
        class C
        {
            int P => [|throw null|];
        }
        """);

    [Fact]
    public Task The_message_says_what_to_do_instead() => new FreestandingAnalyzerTest<ThrownExceptionAnalyzer>
    {
        TestCode = "class C { void M() { {|#0:throw null;|} } }",
        ExpectedDiagnostics = { new DiagnosticResult(ThrownExceptionAnalyzer.Rule).WithLocation(0).WithArguments("'throw'") },
    }.RunAsync();

    [Fact]
    public Task Try_finally_is_quiet() => InMethod("""
        try
        {
            M(number, text);
        }
        finally
        {
            number = 0;
        }
        """);

    [Fact]
    public Task Using_and_lock_are_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        ref struct Guard
        {
            public void Dispose() { }
        }

        class C
        {
            void M()
            {
                using var guard = new Guard();
                using (new Guard()) { }
                lock (this) { }
            }
        }
        """);

    [Fact]
    public Task An_exception_type_as_such_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        class PanicException : System.Exception
        {
            public PanicException(string text) : base(text) { }
        }
        """);

    [Fact]
    public Task A_panic_that_does_not_return_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        using System.Diagnostics.CodeAnalysis;

        class C
        {
            [DoesNotReturn]
            static void Panic()
            {
                while (true)
                {
                }
            }

            int M(int number)
            {
                if (number > 5) Panic();
                return number;
            }
        }
        """);

    [Fact]
    public Task A_source_method_that_is_only_named_so_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        static class ThrowHelper
        {
            public static void ThrowOverflow() { }
        }

        class C
        {
            void M() => ThrowHelper.ThrowOverflow();
        }
        """);

    [Fact]
    public Task A_hosted_method_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        class C
        {
            [Kernel.Contracts.Hosted("the tests install it")]
            void M() => throw new System.Exception();
        }
        """);

    [Fact]
    public Task Code_that_is_not_freestanding_is_quiet() => VerifyHosted.VerifyAnalyzerAsync("""
        class C
        {
            void M() { try { throw null; } catch { } }
        }
        """);

    private static Task InMethod(string body) => VerifyCS.VerifyAnalyzerAsync($$"""
        class C
        {
            void M(int number, string text)
            {
                {{body}}
            }
        }
        """);
}
