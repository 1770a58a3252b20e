using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Interrupts.InterruptTokenAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM401: tokens that outlive what they prove, and tokens that only seem to.</summary>
public class KMEM401TokenEndTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(InterruptTokenSource.With(members));

    private static Task VerifyBody(string body) => Verify($$"""
            public void M(bool flag, Token given)
            {
        {{body}}
            }
        """);

    [Fact]
    public Task The_token_of_a_method_that_says_that_it_enables_interrupts_is_reported() => Verify("""
            [EnablesInterrupts]
            public void Wait(Token given) { TProcessor.EnableInterrupts(); Work.Do({|KMEM401:given|}); }
        """);

    [Fact]
    public Task A_token_that_outlives_the_using_of_its_scope_is_reported() => Verify("""
            public ref struct Section
            {
                public static Section Begin() => new Section();
                public EmptyToken Token => Trusted.Disable();
                [EnablesInterrupts] public void Dispose() { }
            }
            public EmptyToken Returned() { using Section section = Section.Begin(); return {|KMEM401:section.Token|}; }
            public EmptyToken Stored() { using (Section section = Section.Begin()) { EmptyToken token = section.Token; return {|KMEM401:token|}; } }
            public void HandedOut(out EmptyToken {|KMEM401:token|}) { using Section section = Section.Begin(); token = section.Token; }
            public EmptyToken PassedThrough(EmptyToken given) { using Section section = Section.Begin(); return given; }
            public EmptyToken Read(Section section) => section.Token;
        """);

    [Fact]
    public Task A_counter_is_no_flag_that_was_saved() => VerifyBody("""
        Token entered = Trusted.AtEntry();
        for (int i = 0; i < 3; i++)
        {
            Work.Do({|KMEM401:entered|});
            TProcessor.EnableInterrupts();
        }
        for (int i = 0; i < 3; i++)
        {
            Token each = Trusted.AtEntry();
            Work.Do(each);
            TProcessor.EnableInterrupts();
        }
        """);

    [Fact]
    public Task Tokens_on_the_stack_are_reported() => VerifyBody("""
        EmptyToken* tokens = {|KMEM401:stackalloc EmptyToken[2]|};
        int* numbers = stackalloc int[2];
        Work.Do(tokens[0]);
        """);

    [Fact]
    public Task A_token_of_the_caller_is_left_to_the_rule_about_the_call() => VerifyBody("""
        using Scope scope = Scope.Enter();
        TProcessor.EnableInterrupts();
        Work.Do(given);
        Work.Do(scope.Token);
        """);

    [Fact]
    public Task A_token_survives_what_puts_back_a_flag_that_was_saved_under_it() => VerifyBody("""
        Token entered = Trusted.AtEntry();
        ulong flags = Trusted.Save();
        Trusted.Restore(flags);
        Work.Do(entered);
        bool was = Trusted.Save() != 0;
        if (was) TProcessor.EnableInterrupts();
        Work.Do(entered);
        """);

    [Fact]
    public Task A_token_does_not_survive_a_flag_that_was_saved_before_it() => VerifyBody("""
        ulong flags = Trusted.Save();
        Token entered = Trusted.AtEntry();
        Trusted.Restore(flags);
        Work.Do({|KMEM401:entered|});
        """);
}
