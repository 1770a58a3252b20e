using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Translation.FlushAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>A method that says it flushes has something in it that could.</summary>
public class KMEM501PromisedFlushTests
{
    private const string Before = """
        using System;
        using System.Diagnostics.CodeAnalysis;
        using System.Threading;
        using Kernel.Contracts;
        public interface IMachine { [Flushes] static abstract void Forget(ulong page); }
        public static class Native { public static extern void Invlpg(ulong page); public static extern void Instruction(); }
        public static class Panic { [DoesNotReturn] public static void Raise(string what) { while (true) { } } }
        public unsafe class C
        {
            private ulong _count;
            private volatile int _request;
            private ulong* _controller;
            private Action _hook;
            private delegate*<ulong, void> _forget;
            private static int s_pending;
            private ulong Last { get; set; }
            private extern ulong Root { get; set; }
            private void Count(ulong page) => _count += page;
            private void Deeper(ulong page) => Count(page);
            private void Tell(ulong page) => Told(page);
            private void Told(ulong page) => Native.Instruction();
            public virtual void Others() { }

        """;

    private const string After = "\n}";

    [Theory]
    [InlineData("[Flushes] public void {|KMEM501:Forget|}(ulong page) { }")]
    [InlineData("[Flushes] public static void {|KMEM501:Forget|}() { }")]
    [InlineData("[Flushes] public void {|KMEM501:Forget|}(ulong page) => _count++;")]
    [InlineData("[Flushes] public void {|KMEM501:Forget|}(ulong page) { if (page == 0) return; Last = page; }")]
    [InlineData("[Flushes] public void {|KMEM501:Forget|}(ulong page) => Count(page);")]
    [InlineData("[Flushes] public void {|KMEM501:Forget|}(ulong page) => Deeper(page);")]
    [InlineData("[Flushes] public ulong {|KMEM501:Forget|}(ulong page) => Math.Max(page, _count);")]
    [InlineData("[Flushes] public void {|KMEM501:Forget|}(ulong page) { Local(); void Local() { _count = page; } }")]
    [InlineData("[Flushes] public void {|KMEM501:Forget|}(ulong[] pages) { foreach (ulong page in pages) { pages[0] = page; } }")]
    [InlineData("[Flushes] public void {|KMEM501:Forget|}(ulong page) { if (page > 0) Forget(page - 1); }")]
    public Task A_body_in_which_nothing_could_is_reported(string members) => VerifyCS.VerifyAnalyzerAsync(Before + members + After);

    [Theory]
    [InlineData("[Flushes] public void Forget(ulong page) => Native.Invlpg(page);")]
    [InlineData("[Flushes] public void Forget(ulong page) => Native.Instruction();")]
    [InlineData("[Flushes] public void Forget(ulong page) => Tell(page);")]
    [InlineData("[Flushes] public void Forget(ulong page) { if (page == 0) return; Native.Invlpg(page); }")]
    [InlineData("[Flushes] public void Forget<T>(ulong page) where T : IMachine => T.Forget(page);")]
    [InlineData("[Flushes] public void Forget(ulong page) => _forget(page);")]
    [InlineData("[Flushes] public void Forget(ulong page) => _hook();")]
    [InlineData("[Flushes] public void Forget(ulong page) => Others();")]
    [InlineData("[Flushes] public void Forget(ulong page) => *_controller = page;")]
    [InlineData("[Flushes] public void Forget(ulong page) => _controller[3] = page;")]
    [InlineData("[Flushes] public void Forget(ulong page) => _request = 1;")]
    [InlineData("[Flushes] public void Forget(ulong page) => Interlocked.Increment(ref s_pending);")]
    [InlineData("[Flushes] public void Forget(ulong page) => Root = Root;")]
    [InlineData("[Flushes] public void Forget(ulong page) => throw new NotSupportedException();")]
    [InlineData("[Flushes] public void Forget(ulong page) => Panic.Raise(\"no such page\");")]
    [InlineData("[Flushes] public extern void Forget(ulong page);")]
    [InlineData("public struct Simulated : IMachine { public static void Forget(ulong page) { } }")]
    [InlineData("public void Forget(ulong page) { }")]
    public Task A_body_that_could_or_that_promises_nothing_is_quiet(string members) => VerifyCS.VerifyAnalyzerAsync(Before + members + After);
}
