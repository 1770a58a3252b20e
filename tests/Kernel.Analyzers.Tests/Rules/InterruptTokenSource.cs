namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The source that the tests of interrupt tokens share.</summary>
internal static class InterruptTokenSource
{
    /// <summary>Tokens, their scope, a processor, and a type with <paramref name="members"/> that uses them.</summary>
    public static string With(string members) => $$"""
        using System;
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        [InterruptToken]
        public readonly ref struct Token
        {
            private readonly ref readonly bool _scope;
            internal Token(ref readonly bool scope) => _scope = ref scope;
            public bool IsOuter => _scope;
        }

        [InterruptToken]
        public readonly ref struct EmptyToken
        {
            public void Check() { }
            [EnablesInterrupts] public void Dispose() { }
        }

        public ref struct Scope
        {
            private bool _before;
            public static Scope Enter() => new Scope { _before = true };
            [UnscopedRef] public Token Token => Trusted.Within(in _before);
            [EnablesInterrupts] public void Dispose() { }
        }

        public static class Trusted
        {
            [TrustedContext("interrupts were disabled just before")]
            public static Token Within(ref readonly bool scope) => new Token(in scope);

            [TrustedContext("the entry stub disables interrupts")]
            public static Token AtEntry() => default;

            [TrustedContext("disables interrupts")]
            public static extern EmptyToken Disable();
            public static extern ulong Save();
            [EnablesInterrupts] public static extern void Restore(ulong flags);
        }

        public interface IProcessor
        {
            [EnablesInterrupts] static abstract void EnableInterrupts();
            static abstract void DisableInterrupts();
        }

        public static class Work
        {
            public static void Do(Token token) { }
            public static void Do(EmptyToken token) { }
        }

        public unsafe class Subject<TProcessor> where TProcessor : struct, IProcessor
        {
        {{members}}
        }
        """;
}
