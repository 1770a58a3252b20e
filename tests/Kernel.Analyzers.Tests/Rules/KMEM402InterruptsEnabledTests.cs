using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Interrupts;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Interrupts.InterruptsEnabledAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM402: what may not happen while a token is held, and which saved flags may be put back.</summary>
public class KMEM402InterruptsEnabledTests
{
    private static string With(string members) => $$"""
        using System;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        [InterruptToken] public readonly ref struct Token { }

        public ref struct Scope
        {
            public static Scope Enter() => new Scope();
            public Token Token => default;
            [EnablesInterrupts] public void Dispose() { }
        }

        public ref struct MadeScope
        {
            public MadeScope() { }
            public Token Token => default;
            [EnablesInterrupts] public void Dispose() { }
        }

        [LockGuard]
        public ref struct Guard
        {
            public Guard(Token token) => Token = token;
            public Token Token { get; }
            public void Dispose() { }
        }

        [LockGuard] public ref struct PlainGuard { public void Dispose() { } }

        public struct Flags { [EnablesInterrupts] public void Restore() { } }

        public interface IProcessor
        {
            static abstract bool InterruptsEnabled { get; }
            static abstract void DisableInterrupts();
            static abstract ulong SaveAndDisable();
            [EnablesInterrupts] static abstract void EnableInterrupts();
            [EnablesInterrupts] static abstract void Restore(ulong flags);
            [EnablesInterrupts] static abstract void SetInterrupts(bool enabled);
        }

        public static class Instructions
        {
            public static extern void Sti();
            public static extern void __sti();
            public static extern void Halt();
            public static Flags Save() => default;
        }

        public static class Helper<P> where P : struct, IProcessor
        {
            public static void Idle() { P.EnableInterrupts(); Instructions.Halt(); P.DisableInterrupts(); }
            public static void Deep(int depth) { if (depth > 0) Deep(depth - 1); else Deeper(); }
            private static void Deeper() => Idle();
            public static int Left { get { Idle(); return 1; } set => Idle(); }
            public static int Right { get { P.DisableInterrupts(); return 1; } }
            [EnablesInterrupts] public static void Wait(Token token) => P.EnableInterrupts();
            public static void Balanced() { bool was = P.InterruptsEnabled; P.DisableInterrupts(); if (was) P.EnableInterrupts(); }
            public static void Nested() { using Scope scope = Scope.Enter(); Work.Do(scope.Token); }
            public static void Flagged() { ulong flags = P.SaveAndDisable(); P.Restore(flags); }
            public static void Harmless(int turns) { if (turns > 0) Harmless(turns - 1); }
        }

        public static class Work
        {
            public static void Do(Token token) { }
            public static Guard Lock(Token token) => new Guard(token);
            public static PlainGuard Take(Token token) => default;
            public static PlainGuard TakeAtAnyTime() => default;
        }

        public class Subject<P> where P : struct, IProcessor
        {
        {{members}}
        }
        """;

    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(With(members));

    private static Task VerifyGiven(string body) => Verify($$"""
            private static ulong s_flags;
            public void M(Token given, bool flag, int count, bool wasEnabled, ulong savedFlags)
            {
        {{body}}
            }
        """);

    private static Task VerifyFree(string body) => Verify($$"""
            public void M(bool flag)
            {
        {{body}}
            }
        """);

    [Theory]
    [InlineData("{|KMEM402:P.EnableInterrupts()|};")]
    [InlineData("if (flag) {|KMEM402:P.EnableInterrupts()|};")]
    [InlineData("while (flag) { {|KMEM402:P.EnableInterrupts()|}; P.DisableInterrupts(); }")]
    [InlineData("{|KMEM402:Instructions.Sti()|};")]
    [InlineData("{|KMEM402:Instructions.__sti()|};")]
    [InlineData("{|KMEM402:P.SetInterrupts(true)|};")]
    [InlineData("int turns = count; if (turns > 3) {|KMEM402:P.EnableInterrupts()|};")]
    [InlineData("{|KMEM402:Helper<P>.Idle()|};")]
    [InlineData("{|KMEM402:Helper<P>.Deep(3)|};")]
    [InlineData("{|KMEM402:Helper<P>.Wait(given)|};")]
    [InlineData("int left = {|KMEM402:Helper<P>.Left|};")]
    [InlineData("{|KMEM402:Helper<P>.Left|} = 3;")]
    [InlineData("{|KMEM402:Inner()|}; void Inner() => P.EnableInterrupts();")]
    [InlineData("{|KMEM402:Outer()|}; void Outer() { Inner(); } void Inner() { if (flag) Instructions.Sti(); }")]
    [InlineData("try { Work.Do(given); } finally { {|KMEM402:P.EnableInterrupts()|}; }")]
    [InlineData("ulong flags = P.SaveAndDisable(); P.Restore(flags); {|KMEM402:P.EnableInterrupts()|};")]
    [InlineData("using Guard guard = Work.Lock(given); {|KMEM402:P.EnableInterrupts()|};")]
    public Task Interrupts_enabled_under_the_callers_token_are_reported(string body) => VerifyGiven(body);

    [Theory]
    [InlineData("using Scope scope = Scope.Enter(); {|KMEM402:P.EnableInterrupts()|};")]
    [InlineData("using (Scope scope = Scope.Enter()) { if (flag) {|KMEM402:Helper<P>.Idle()|}; }")]
    [InlineData("Scope scope = Scope.Enter(); {|KMEM402:P.EnableInterrupts()|}; scope.Dispose();")]
    [InlineData("Scope outer = Scope.Enter(); Scope inner = Scope.Enter(); {|KMEM402:outer.Dispose()|}; inner.Dispose();")]
    [InlineData("Scope scope = Scope.Enter(); Guard guard = Work.Lock(scope.Token); {|KMEM402:scope.Dispose()|}; guard.Dispose();")]
    [InlineData("Scope scope = Scope.Enter(); PlainGuard guard = Work.Take(scope.Token); {|KMEM402:scope.Dispose()|}; guard.Dispose();")]
    [InlineData("Scope scope = Scope.Enter(); using (Work.Take(scope.Token)) { {|KMEM402:scope.Dispose()|}; }")]
    [InlineData("ulong flags = P.SaveAndDisable(); using Scope scope = Scope.Enter(); {|KMEM402:P.Restore(flags)|};")]
    [InlineData("bool was = P.InterruptsEnabled; using Scope scope = Scope.Enter(); if (was) {|KMEM402:P.EnableInterrupts()|};")]
    [InlineData("Flags flags = Instructions.Save(); using Scope scope = Scope.Enter(); {|KMEM402:flags.Restore()|};")]
    [InlineData("Scope scope = Scope.Enter(); {|KMEM402:scope = Scope.Enter()|}; scope.Dispose();")]
    [InlineData("using MadeScope scope = new(); {|KMEM402:P.EnableInterrupts()|};")]
    [InlineData("using (new MadeScope()) { {|KMEM402:Helper<P>.Idle()|}; }")]
    [InlineData("bool was = P.InterruptsEnabled; Scope scope = Scope.Enter(); {|KMEM402:was = P.InterruptsEnabled|}; scope.Dispose(); if (was) P.EnableInterrupts();")]
    [InlineData("ulong flags = P.SaveAndDisable(); using (Scope scope = Scope.Enter()) { {|KMEM402:flags = P.SaveAndDisable()|}; } P.Restore(flags);")]
    public Task Interrupts_enabled_inside_a_scope_are_reported(string body) => VerifyFree(body);

    [Fact]
    public Task A_method_of_what_carries_a_token_holds_it() => Verify("""
            public ref struct Session(Token token)
            {
                public Token Token { get; } = token;
                public void Work() => {|KMEM402:P.EnableInterrupts()|};
                [EnablesInterrupts] public void Dispose() => P.EnableInterrupts();
            }

            public void M(Guard guard) => {|KMEM402:P.EnableInterrupts()|};
        """);

    [Fact]
    public Task The_report_leads_to_the_call_inside() => VerifyCS.VerifyAnalyzerAsync(
        With("""
            private static void Helper() { {|#1:P.EnableInterrupts()|}; }
            public void M(Token given) => {|#0:Helper()|};
        """),
        VerifyCS.Diagnostic(InterruptsEnabledAnalyzer.Enabled).WithLocation(0).WithLocation(1).WithArguments("Helper()", "given"));

    [Theory]
    [InlineData("bool was = P.InterruptsEnabled; P.DisableInterrupts(); Work.Do(given); if (was) P.EnableInterrupts();")]
    [InlineData("bool was = P.InterruptsEnabled; P.DisableInterrupts(); if (!was) return; P.EnableInterrupts();")]
    [InlineData("ulong flags = P.SaveAndDisable(); Work.Do(given); P.Restore(flags);")]
    [InlineData("ulong outer = P.SaveAndDisable(); ulong inner = P.SaveAndDisable(); P.Restore(inner); P.Restore(outer);")]
    [InlineData("ulong flags = P.SaveAndDisable(); try { Work.Do(given); } finally { P.Restore(flags); }")]
    [InlineData("ulong flags = P.SaveAndDisable(); if ((flags & 0x200) != 0) P.EnableInterrupts();")]
    [InlineData("Flags flags = Instructions.Save(); flags.Restore();")]
    [InlineData("using Scope scope = Scope.Enter(); Work.Do(scope.Token);")]
    [InlineData("using Scope outer = Scope.Enter(); using (Scope inner = Scope.Enter()) Work.Do(inner.Token);")]
    [InlineData("Scope scope = Scope.Enter(); if (flag) { scope.Dispose(); return; } Work.Do(given); scope.Dispose();")]
    [InlineData("for (int i = 0; i < count; i++) { Scope scope = Scope.Enter(); Work.Do(scope.Token); scope.Dispose(); }")]
    [InlineData("Helper<P>.Balanced(); Helper<P>.Nested(); Helper<P>.Flagged(); Helper<P>.Harmless(3);")]
    [InlineData("if (wasEnabled) P.EnableInterrupts();")]
    [InlineData("P.Restore(savedFlags); P.Restore(s_flags);")]
    [InlineData("P.DisableInterrupts(); Instructions.Halt(); Work.Do(given);")]
    [InlineData("using Guard guard = Work.Lock(given); Work.Do(guard.Token);")]
    [InlineData("int right = Helper<P>.Right; Inner(); void Inner() => P.DisableInterrupts();")]
    [InlineData("Action later = () => P.EnableInterrupts();")]
    public Task What_leaves_interrupts_as_they_were_is_quiet(string body) => VerifyGiven(body);

    [Theory]
    [InlineData("P.EnableInterrupts(); Helper<P>.Idle(); Instructions.Sti();")]
    [InlineData("Scope scope = Scope.Enter(); Work.Do(scope.Token); scope.Dispose(); P.EnableInterrupts();")]
    [InlineData("using (Scope scope = Scope.Enter()) { Work.Do(scope.Token); } Helper<P>.Idle();")]
    [InlineData("P.EnableInterrupts(); using Scope scope = Scope.Enter(); Work.Do(scope.Token);")]
    [InlineData("ulong flags = P.SaveAndDisable(); using (Scope scope = Scope.Enter()) Work.Do(scope.Token); P.Restore(flags);")]
    [InlineData("using Scope scope = Scope.Enter(); ulong flags = P.SaveAndDisable(); P.Restore(flags);")]
    [InlineData("Scope outer = Scope.Enter(); Scope inner = Scope.Enter(); inner.Dispose(); outer.Dispose();")]
    [InlineData("Scope scope = Scope.Enter(); Guard guard = Work.Lock(scope.Token); guard.Dispose(); scope.Dispose();")]
    [InlineData("Scope scope = Scope.Enter(); PlainGuard guard = Work.Take(scope.Token); guard.Dispose(); scope.Dispose();")]
    [InlineData("using Scope scope = Scope.Enter(); using PlainGuard guard = Work.Take(scope.Token);")]
    [InlineData("Scope scope = Scope.Enter(); PlainGuard guard = Work.TakeAtAnyTime(); scope.Dispose(); guard.Dispose();")]
    [InlineData("while (flag) { Scope scope = Scope.Enter(); if (flag) { scope.Dispose(); continue; } scope.Dispose(); P.EnableInterrupts(); }")]
    [InlineData("Scope scope = default; scope = Scope.Enter(); scope.Dispose(); scope = Scope.Enter(); scope.Dispose();")]
    [InlineData("bool was = P.InterruptsEnabled; P.DisableInterrupts(); if (was) P.EnableInterrupts(); was = P.InterruptsEnabled; P.DisableInterrupts(); if (was) P.EnableInterrupts();")]
    public Task What_is_outside_of_every_scope_is_quiet(string body) => VerifyFree(body);

    [Fact]
    public Task A_method_that_says_that_it_enables_interrupts_is_quiet() => Verify("""
            [EnablesInterrupts] public static void Idle(Token token) { P.EnableInterrupts(); Instructions.Halt(); P.DisableInterrupts(); }
            public static void Nothing(out Guard guard) { P.EnableInterrupts(); guard = default; }
        """);

    [Fact]
    public Task A_mistake_in_a_method_that_is_given_a_token_is_reported_there_alone() => Verify("""
            private static void Helper(Token token) => {|KMEM402:P.EnableInterrupts()|};
            public void M(Token given) => Helper(given);
        """);

    [Fact]
    public Task Incomplete_code_does_not_disturb() => new KernelAnalyzerTest<InterruptsEnabledAnalyzer>
    {
        TestCode = With("""
            public void M(Token given, Token)
            {
                using Scope scope = Scope.;
                P.EnableInterrupts(
                if (was
        """),
        CompilerDiagnostics = CompilerDiagnostics.None,
        DisabledDiagnostics = { "KMEM402" },
    }.RunAsync();
}
