using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Interrupts;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Interrupts.InterruptTokenAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM401: what a token is, who may make one, and until when it proves anything.</summary>
public class KMEM401InterruptTokenTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(InterruptTokenSource.With(members));

    private static Task VerifyBody(string body) => Verify($$"""
            public void M(bool flag, Token given)
            {
        {{body}}
            }
        """);

    [Fact]
    public Task A_token_type_that_is_no_ref_struct_is_reported() => Verify("""
            [InterruptToken] public readonly struct {|KMEM401:Loose|} { }
        """);

    [Theory]
    [InlineData("{|KMEM401:default|}")]
    [InlineData("{|KMEM401:default(Token)|}")]
    [InlineData("{|KMEM401:new Token()|}")]
    [InlineData("flag ? given : {|KMEM401:default|}")]
    public Task A_token_that_is_made_out_of_nothing_is_reported(string making) => VerifyBody($$"""
        Token token = {{making}};
        Work.Do(token);
        """);

    [Fact]
    public Task A_token_made_as_an_argument_is_reported() => VerifyBody("""
        Work.Do({|KMEM401:default(Token)|});
        """);

    [Fact]
    public Task A_token_made_with_a_constructor_is_reported() => Verify("""
            private static readonly bool s_nothing;
            public void M() => Work.Do({|KMEM401:new Token(in s_nothing)|});
        """);

    [Fact]
    public Task A_token_as_a_default_argument_is_reported_where_it_is_declared() => Verify("""
            public void Helper(Token token = {|KMEM401:default|}) => Work.Do(token);
            public void M() => Helper();
        """);

    [Fact]
    public Task A_token_that_is_read_from_other_memory_is_reported() => VerifyBody("Work.Do(*{|KMEM401:(EmptyToken*)&flag|});");

    [Theory, Trait("Language", "13")]
    [InlineData("Work.Do({|KMEM401:Unsafe.As<bool, EmptyToken>(ref flag)|});")]
    [InlineData("Work.Do({|KMEM401:Unsafe.AsRef<EmptyToken>(&flag)|});")]
    [InlineData("Work.Do({|KMEM401:Unsafe.NullRef<EmptyToken>()|});")]
    [InlineData("{|KMEM401:Unsafe.SkipInit(out EmptyToken token)|}; Work.Do(token);")]
    public Task A_token_that_is_conjured_is_reported(string body) => VerifyBody(body);

    [Fact, Trait("Language", "13")]
    public Task A_token_that_a_generic_method_makes_is_reported() => Verify("""
            private static T Make<T>() where T : struct, allows ref struct => default;
            public void M() => Work.Do({|KMEM401:Make<Token>()|});
        """);

    [Fact]
    public Task A_token_without_a_value_is_reported() => VerifyBody("""
        EmptyToken token;
        Work.Do({|KMEM401:token|});
        """);

    [Fact]
    public Task A_token_with_a_value_on_one_path_only_is_reported() => VerifyBody("""
        EmptyToken token;
        if (flag)
        {
            token = Trusted.Disable();
        }

        Work.Do({|KMEM401:token|});
        """);

    [Fact]
    public Task A_token_that_is_handed_out_without_a_value_is_reported() => Verify("""
            public void M(out EmptyToken {|KMEM401:token|}) { }
        """);

    [Fact]
    public Task A_token_used_after_its_scope_is_reported() => VerifyBody("""
        Scope scope = Scope.Enter();
        Token token = scope.Token;
        Work.Do(token);
        scope.Dispose();
        Work.Do({|KMEM401:token|});
        """);

    [Fact]
    public Task A_token_read_from_a_scope_that_has_ended_is_reported() => VerifyBody("""
        Scope scope = Scope.Enter();
        scope.Dispose();
        Work.Do({|KMEM401:scope.Token|});
        """);

    [Fact]
    public Task A_token_used_after_its_scope_ended_on_one_path_is_reported() => VerifyBody("""
        Scope scope = Scope.Enter();
        if (flag)
        {
            scope.Dispose();
        }

        Work.Do({|KMEM401:scope.Token|});
        """);

    [Fact]
    public Task A_token_used_after_interrupts_were_enabled_is_reported() => VerifyBody("""
        Token entered = Trusted.AtEntry();
        Work.Do(entered);
        TProcessor.EnableInterrupts();
        Work.Do({|KMEM401:entered|});
        """);

    [Fact]
    public Task A_token_used_in_the_next_turn_after_interrupts_were_enabled_is_reported() => VerifyBody("""
        Token entered = Trusted.AtEntry();
        while (flag)
        {
            Work.Do({|KMEM401:entered|});
            TProcessor.EnableInterrupts();
        }
        """);

    [Fact]
    public Task A_token_that_was_disposed_itself_is_reported() => VerifyBody("""
        EmptyToken token = Trusted.Disable();
        token.Dispose();
        {|KMEM401:token|}.Check();
        """);

    [Fact]
    public Task The_report_leads_to_where_interrupts_were_enabled() => VerifyCS.VerifyAnalyzerAsync(
        InterruptTokenSource.With("""
            public void M()
            {
                Token entered = Trusted.AtEntry();
                {|#1:TProcessor.EnableInterrupts()|};
                Work.Do({|#0:entered|});
            }
        """),
        VerifyCS.Diagnostic(InterruptTokenAnalyzer.Ended).WithLocation(0).WithLocation(1).WithArguments("entered", "TProcessor.EnableInterrupts()"));

    [Fact]
    public Task A_token_made_in_a_trusted_context_is_quiet() => Verify("""
            [TrustedContext("the gate disables interrupts")]
            public void Entry() => Work.Do(default(Token));

            [TrustedContext("only the boot path")]
            public static class Boot { public static Token Take() => default; }
        """);

    [Fact]
    public Task A_token_from_its_scope_is_quiet() => VerifyBody("""
        using Scope scope = Scope.Enter();
        Token token = scope.Token;
        Work.Do(token);
        if (flag)
        {
            return;
        }

        Work.Do(scope.Token);
        """);

    [Fact]
    public Task A_token_that_is_passed_on_is_quiet() => Verify("""
            public void M(Token token) { Again(token); Token same = token; Work.Do(same); }
            private Token Again(Token token) => token;
            private static void Hand(in Token token) => Work.Do(token);
        """);

    [Fact]
    public Task An_inner_scope_does_not_end_the_outer_token() => VerifyBody("""
        using Scope outer = Scope.Enter();
        Token token = outer.Token;
        using (Scope inner = Scope.Enter())
        {
            Work.Do(inner.Token);
        }

        Work.Do(token);
        Work.Do(given);
        """);

    [Fact]
    public Task A_token_that_is_taken_again_is_quiet() => VerifyBody("""
        EmptyToken token = Trusted.Disable();
        Work.Do(token);
        TProcessor.EnableInterrupts();
        token = Trusted.Disable();
        Work.Do(token);
        """);

    [Fact]
    public Task A_token_that_ends_after_its_last_use_is_quiet() => VerifyBody("""
        Work.Do(given);
        TProcessor.EnableInterrupts();
        TProcessor.DisableInterrupts();
        """);

    [Fact]
    public Task A_token_that_every_path_gives_a_value_is_quiet() => VerifyBody("""
        EmptyToken token;
        if (flag)
        {
            token = Trusted.Disable();
        }
        else
        {
            Take(out token);
        }

        Work.Do(token);
        static void Take(out EmptyToken token) => token = Trusted.Disable();
        """);

    [Fact]
    public Task A_default_of_another_type_is_quiet() => VerifyBody("""
        Scope scope = default;
        Span<byte> bytes = default;
        int number = default;
        """);

    [Fact, Trait("Language", "13")]
    public Task A_generic_method_that_was_given_a_token_is_quiet() => Verify("""
            private static T Same<T>(T value) where T : allows ref struct => value;
            public void M(Token token) => Work.Do(Same(token));
        """);

    [Fact]
    public Task A_pointer_to_a_token_that_is_there_is_quiet() => VerifyBody("""
        EmptyToken token = Trusted.Disable();
        EmptyToken* pointer = &token;
        Work.Do(*pointer);
        """);

    [Fact]
    public Task A_guard_that_carries_a_token_is_quiet_when_it_is_disposed() => Verify("""
            public readonly ref struct Guard(Token token)
            {
                public Token Token { get; } = token;
                public void Dispose() { }
            }

            public void M(Token token)
            {
                Guard guard = new Guard(token);
                Work.Do(guard.Token);
                guard.Dispose();
                Work.Do(token);
            }
        """);

    [Fact]
    public Task A_token_carried_by_a_guard_ends_with_its_scope() => Verify("""
            public readonly ref struct Guard(Token token)
            {
                public Token Token { get; } = token;
            }

            public void M(bool flag)
            {
                Scope scope = Scope.Enter();
                Guard guard = new Guard(scope.Token);
                scope.Dispose();
                Work.Do({|KMEM401:guard.Token|});
            }
        """);

    [Fact]
    public Task Incomplete_code_does_not_disturb() => new KernelAnalyzerTest<InterruptTokenAnalyzer>
    {
        TestCode = InterruptTokenSource.With("""
            public void M(Token given, Token)
            {
                Token token = default(;
                Work.Do(new Token(
                scope.Token.;
                using Scope = 
        """),
        CompilerDiagnostics = CompilerDiagnostics.None,
        DisabledDiagnostics = { "KMEM401" },
    }.RunAsync();

    [Fact]
    public void The_rule_runs_concurrently_and_reads_generated_code()
    {
        AnalyzerConfiguration configuration = AnalyzerConfiguration.Of(new InterruptTokenAnalyzer());

        Assert.True(configuration.RunsConcurrently);
        Assert.NotNull(configuration.GeneratedCode);
    }
}
