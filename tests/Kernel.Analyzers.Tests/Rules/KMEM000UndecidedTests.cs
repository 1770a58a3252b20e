using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Locks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Uses of guarded members about which nobody can say whose lock they need.</summary>
public class KMEM000UndecidedTests
{
    private const string Before = """
        using System;
        using Kernel.Contracts;
        [Lock] class Spin { [Acquires] public extern Held Enter(); }
        [LockGuard] ref struct Held { public void Dispose() { } }
        class Pool
        {
            public readonly Spin Key = new();
            [GuardedBy(nameof(Key))] public int Free;
            [GuardedBy(nameof(Key))] public int Used { get; set; }
            [RequiresLock(nameof(Key))] public extern void Grow();
            public Pool Next;
            public extern Pool Other();
        }
        class C
        {

        """;

    [Theory]
    [InlineData("int M(Func<Pool> choose) => choose().{|KMEM000:Free|};")]
    [InlineData("int M(Pool[] pools, Func<int> choose) { using Held held = pools[choose()].Key.Enter(); return pools[choose()].{|KMEM000:Free|}; }")]
    [InlineData("void M(Pool pool) { using Held held = pool.Other().Key.Enter(); pool.Other().{|KMEM000:Used|} = 1; }")]
    [InlineData("void M(Pool pool) => pool.Other().{|KMEM000:Grow|}();")]
    [InlineData("void M(Pool pool) { pool.Other().{|KMEM000:Free|}++; pool.Other().{|KMEM000:Free|}--; }")]
    [InlineData("Action M(Func<Pool> choose) => () => choose().{|KMEM000:Grow|}();")]
    public Task It_is_said_where_the_lock_is_not_known(string members) => VerifyAsync(members);

    [Theory]
    [InlineData("readonly System.Threading.SemaphoreSlim _few = new(1); [GuardedBy(nameof(_few))] int _free; int M() { _few.Wait(); int free = {|KMEM000:_free|}; _few.Release(); return free; }")]
    [InlineData("struct Gate { public void Down() { } public void Up() { } } Gate _gate; [GuardedBy(nameof(_gate))] int _free; int M() { _gate.Down(); int free = {|KMEM000:_free|}; _gate.Up(); return free; }")]
    public Task It_is_said_where_nobody_knows_how_the_lock_is_taken(string members) => VerifyAsync(members);

    [Theory]
    [InlineData("void {|KMEM000:Take|}(int n) { if (n > 0) { Take(n - 1); return; } _spin.Lock(); } void {|KMEM000:Use|}() { Take(3); _spin.Unlock(); }")]
    [InlineData("void Walk(int n) { _spin.Lock(); _spin.Unlock(); if (n > 0) { Walk(n - 1); } } void Use() => Walk(3);")]
    public Task It_is_said_where_a_recursion_changes_what_is_held(string members) => VerifyAsync($$"""
        class SpinLock { public void Lock() { } public void Unlock() { } }
        class Deep { readonly SpinLock _spin = new(); {{members}} }
        """);

    [Theory]
    [InlineData("int M(Pool pool) { using Held held = pool.Key.Enter(); return pool.Free; }")]
    [InlineData("int M(Pool pool) => pool.{|KMEM301:Free|};")]
    [InlineData("void M(Pool pool) => pool.{|KMEM302:Grow|}();")]
    [InlineData("int M(Func<Pool> choose) { Pool pool = choose(); using Held held = pool.Key.Enter(); return pool.Free; }")]
    [InlineData("[ExclusiveAccess(\"the pools are not in use yet\")] int M(Func<Pool> choose) => choose().Free;")]
    [InlineData("Pool M(Func<Pool> choose) => choose().Next;")]
    public Task Nothing_is_said_where_the_rule_decides(string members) => VerifyAsync(members);

    private static Task VerifyAsync(string members)
    {
        KernelAnalyzerTest<LockAnalyzer> test = new() { TestCode = Before + members + "\n}" };
        test.DisabledDiagnostics.Clear();
        return test.RunAsync();
    }
}
