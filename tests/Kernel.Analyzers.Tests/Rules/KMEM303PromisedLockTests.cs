using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>A contract about a lock is held against the body that it stands on.</summary>
public class KMEM303PromisedLockTests
{
    private const string Before = """
        using System;
        using System.Threading;
        using Kernel.Contracts;
        [Lock] public class Gate
        {
            [Acquires] public extern void Enter();
            [Releases] public extern void Exit();
            [Acquires] public extern bool TryEnter();
            [Acquires] public extern Held Hold();
        }
        [LockGuard] public ref struct Held { public extern void Dispose(); }
        public static class Native { public static extern void Take(object lockOrOwner); }
        public interface IBegin { [Acquires("_gate")] void Begin(); }
        public abstract unsafe class C : Base
        {
            private readonly Gate _gate = new();
            private Gate _other = new();
            private bool _mine;
            private int _word;
            private Action _hook;
            private delegate*<Gate, void> _take;
            private static Gate s_gate = new();
            private Gate Key => _gate;
            private void Nothing() { }

        """;

    private const string After = """

        }
        public abstract class Base { [Acquires("gate")] public abstract void Begin(Gate gate); public virtual void Prepare() { } }
        """;

    [Theory]
    [InlineData("[Acquires(nameof(_gate))] public void {|KMEM303:Start|}() { }")]
    [InlineData("[Acquires(nameof(_gate))] public void {|KMEM303:Start|}() => Nothing();")]
    [InlineData("[Acquires(nameof(_gate))] public void {|KMEM303:Start|}() { _gate.Enter(); _gate.Exit(); }")]
    [InlineData("[Acquires(nameof(_gate))] public void {|KMEM303:Start|}() { _gate.Enter(); try { Nothing(); } finally { _gate.Exit(); } }")]
    [InlineData("[Acquires(nameof(_gate))] public int {|KMEM303:Start|}() { using Held held = _gate.Hold(); return 1; }")]
    [InlineData("[Acquires(nameof(_gate))] public bool {|KMEM303:TryStart|}() => true;")]
    [InlineData("[Acquires(nameof(_gate))] public void {|KMEM303:Start|}(int count) { if (count == 0) return; _gate.Enter(); }")]
    [InlineData("[Acquires(nameof(_gate))] public void {|KMEM303:Start|}(int count) { if (count > 3 || count < 0) _gate.Enter(); }")]
    [InlineData("[Acquires(nameof(s_gate))] public static void {|KMEM303:Start|}(bool really) { if (!really) return; s_gate.Enter(); }")]
    [InlineData("[Acquires(\"gate\")] public static void {|KMEM303:Start|}(Gate gate) { }")]
    [InlineData("[Releases(nameof(_gate))] public void {|KMEM303:End|}() { }")]
    [InlineData("[Releases(nameof(_gate))] public void {|KMEM303:End|}() => Nothing();")]
    [InlineData("[Releases(\"gate\")] public static void {|KMEM303:End|}(Gate gate) { }")]
    [InlineData("[Releases(nameof(_gate))] public bool {|KMEM303:TryEnd|}(int count) => count == 0;")]
    public Task A_promise_that_the_body_does_not_keep_is_reported(string members) => VerifyCS.VerifyAnalyzerAsync(Before + members + After);

    [Theory]
    [InlineData("[Acquires(nameof(_gate))] public void Start() => _gate.Enter();")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() => Take(); private void Take() => _gate.Enter();")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() { Nothing(); _gate.Enter(); Nothing(); }")]
    [InlineData("[Acquires(nameof(_gate))] public Held Start() => _gate.Hold();")]
    [InlineData("[Acquires(nameof(_gate))] public Held Start() { Held held = _gate.Hold(); _mine = true; return held; }")]
    [InlineData("[Acquires(nameof(_gate))] public bool TryStart() => _gate.TryEnter();")]
    [InlineData("[Acquires(nameof(_gate))] public bool TryStart() { if (!_gate.TryEnter()) return false; _mine = true; return true; }")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() { while (!_gate.TryEnter()) { } }")]
    [InlineData("[Acquires(nameof(_gate))] public void Start(bool quick) { if (quick) { _gate.Enter(); return; } Nothing(); _gate.Enter(); }")]
    [InlineData("[Acquires(nameof(_gate))] public void Start(int count) { if (count < 0) throw new ArgumentException(); _gate.Enter(); }")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() => throw new NotSupportedException();")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() { if (_mine) return; _gate.Enter(); _mine = true; }")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() { if (Environment.ProcessorCount > 1) _gate.Enter(); }")]
    [InlineData("[Acquires(nameof(_other))] public void Start() { _other?.Enter(); }")]
    [InlineData("[Acquires(nameof(_other))] public void Start() { if (_other is not null) _other.Enter(); }")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() => Native.Take(_gate);")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() => Native.Take(this);")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() => _take(_gate);")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() => _hook();")]
    [InlineData("[Acquires(nameof(_gate))] public void Start() => Prepare();")]
    [InlineData("[Acquires(nameof(_gate))] public extern void Start();")]
    [InlineData("[Acquires(nameof(_word))] public void Start() { while (Interlocked.Exchange(ref _word, 1) != 0) { } }")]
    [InlineData("[Acquires(\"gate\")] public static void Start(Gate gate) => gate.Enter();")]
    [InlineData("[Releases(nameof(_gate))] public void End() => _gate.Exit();")]
    [InlineData("[Releases(nameof(_gate))] public void End() { if (_mine) { _mine = false; _gate.Exit(); } }")]
    [InlineData("[Releases(nameof(_gate))] public void End() => Native.Take(_gate);")]
    [InlineData("[Releases(\"gate\")] public static void End(Gate gate) { try { } finally { gate.Exit(); } }")]
    [InlineData("[Acquires] public void Start() { }")]
    [InlineData("[Releases] public void End() { }")]
    public Task A_promise_that_is_kept_or_cannot_be_seen_to_be_broken_is_quiet(string members) => VerifyCS.VerifyAnalyzerAsync(Before + members + After);

    [Theory]
    [InlineData("[Acquires(\"_gat\")] public extern void {|KMEM303:Start|}();")]
    [InlineData("[Releases(\"gat\")] public static extern void {|KMEM303:End|}(Gate gate);")]
    [InlineData("[RequiresLock(\"_gat\")] public extern void {|KMEM302:Grow|}();")]
    [InlineData("[ExcludesLock(\"_gat\")] public extern void {|KMEM302:Trim|}();")]
    [InlineData("[RequiresLock(\"_gat\")] public int {|KMEM302:Size|} { get; set; }")]
    [InlineData("[RequiresLock(\"gate\")] public extern void {|KMEM302:Grow|}(Gate gate);")]
    public Task A_contract_that_names_no_lock_is_reported(string members) => VerifyCS.VerifyAnalyzerAsync(Before + members + After);

    [Theory]
    [InlineData("[Acquires(nameof(Key))] public extern void Start();")]
    [InlineData("[RequiresLock(nameof(_gate))] public extern void Grow();")]
    [InlineData("[ExcludesLock(nameof(s_gate))] public int Size { get; set; }")]
    [InlineData("public override void Begin(Gate gate) => gate.Enter();")]
    public Task A_contract_that_names_one_is_quiet(string members) => VerifyCS.VerifyAnalyzerAsync(Before + members + After);
}
