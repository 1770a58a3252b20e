using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Locks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM305: guards that are copied, dropped or disposed twice, and locks that every use copies.</summary>
public class KMEM305GuardMisuseTests
{
    private static Task Verify(string members, string others = "") => VerifyCS.VerifyAnalyzerAsync(LockSource.With(members, others));

    private static Task VerifyBody(string body) => Verify($$"""
            public int M(Tables tables, bool flag, bool other, int count, Tables[] all)
            {
        {{body}}
                return 0;
            }
        """);

    [Fact]
    public Task A_guard_that_nobody_keeps_is_reported() => VerifyBody("""
        {|KMEM305:_lock.Acquire()|};
        """);

    [Fact]
    public Task A_guard_that_is_discarded_is_reported() => VerifyBody("""
        {|KMEM305:_ = _lock.Acquire()|};
        """);

    [Fact]
    public Task A_guard_that_an_attempt_hands_to_nobody_is_reported() => VerifyBody("""
        if (_lock.TryAcquire({|KMEM305:out _|})) count++;
        """);

    [Fact]
    public Task A_guard_that_is_copied_is_reported() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        Guard copy = {|KMEM305:guard|};
        """);

    [Fact]
    public Task A_guard_that_is_copied_into_another_variable_is_reported() => VerifyBody("""
        Guard kept = default;
        using Guard guard = _lock.Acquire();
        kept = {|KMEM305:guard|};
        """);

    [Fact]
    public Task A_guard_that_a_helper_returns_and_nobody_keeps_is_reported() => Verify("""
            public Guard Take() => _lock.Acquire();
            public void M(Tables tables)
            {
                {|KMEM305:Take()|};
                {|KMEM305:tables.Take()|};
            }
        """);

    [Fact]
    public Task A_new_guard_that_nobody_keeps_is_reported() => Verify(
        """
            public void M() { {|KMEM305:new Holder(_lock.Acquire())|}; }
        """,
        """
        [LockGuard]
        public ref struct Holder
        {
            private Guard _guard;
            public Holder(Guard guard) => _guard = guard;
            public void Dispose() => _guard.Dispose();
        }
        """);

    [Fact]
    public Task A_guard_that_is_copied_from_a_reference_is_reported() => Verify("""
            private void Locked(in Guard guard, ref Guard second)
            {
                Guard copy = {|KMEM305:guard|};
                Guard another = {|KMEM305:second|};
            }
        """);

    [Fact]
    public Task A_guard_disposed_by_hand_and_by_using_is_reported() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        _root = 1;
        {|KMEM305:guard.Dispose()|};
        """);

    [Fact]
    public Task A_guard_disposed_by_hand_on_one_path_and_by_using_is_reported() => VerifyBody("""
        using (Guard guard = _lock.Acquire())
        {
            if (_root > 3)
            {
                {|KMEM305:guard.Dispose()|};
                return 1;
            }
        }
        """);

    [Fact]
    public Task A_lock_in_a_readonly_field_is_reported() => Verify("""
            private readonly SpinLock {|KMEM305:_fixed|};
            private static readonly Gate {|KMEM305:s_fixed|};
            private readonly System.Threading.SpinLock {|KMEM305:_spin|};
        """);

    [Fact]
    public Task A_lock_in_a_property_is_reported() => Verify("""
            public SpinLock {|KMEM305:Own|} { get; }
            internal Gate {|KMEM305:Kept|} { get; set; }
        """);

    [Fact]
    public Task A_lock_that_is_copied_is_reported() => Verify("""
            private SpinLock Copy => {|KMEM305:_lock|};
            private static void Use(Gate gate) { }
            public void M(in Gate given)
            {
                Gate copy = {|KMEM305:_gate|};
                Use({|KMEM305:_gate|});
                Use({|KMEM305:given|});
            }
        """);

    [Fact]
    public Task A_guard_that_is_used_is_quiet() => VerifyBody("""
        using (_lock.Acquire()) { }
        using (Guard guard = _other.Acquire()) { }
        using Guard last = tables._lock.Acquire();
        _inner.Enter();
        _inner.Exit();
        _lock.Acquire().Dispose();
        """);

    [Fact]
    public Task A_guard_disposed_by_hand_alone_is_quiet() => VerifyBody("""
        Guard guard = _lock.Acquire();
        try { _root = 1; }
        finally { guard.Dispose(); }
        Guard second = _lock.Acquire();
        if (flag) { second.Dispose(); return 1; }
        second.Dispose();
        """);

    [Fact]
    public Task A_guard_that_holds_again_is_quiet() => VerifyBody("""
        Guard guard = _lock.Acquire();
        guard.Dispose();
        guard = _lock.Acquire();
        guard.Dispose();
        """);

    [Fact]
    public Task A_variable_that_gets_its_guard_later_is_quiet() => VerifyBody("""
        Guard guard = default;
        if (flag) guard = _lock.Acquire();
        count++;
        if (flag) guard.Dispose();
        Guard second = default;
        if (_other.TryAcquire(out second)) second.Dispose();
        """);

    [Fact]
    public Task An_attempt_that_fails_hands_out_an_empty_guard() => Verify("""
            [Acquires(nameof(_lock))] public bool TryOpen(out Guard guard)
            {
                if (_lock.TryAcquire(out guard)) return true;
                guard = default;
                return false;
            }

            private static bool TryNothing(out Guard guard) { guard = default; return false; }
        """);

    [Fact]
    public Task A_guard_that_is_moved_is_quiet() => Verify(
        """
            public Guard Take() { Guard guard = _lock.Acquire(); return guard; }
            public void Take(out Guard guard) { Guard taken = _lock.Acquire(); guard = taken; }
            public void Consume(Guard guard) { using Guard mine = guard; _root = 1; }
            public void M() { using Holder holder = new Holder(_lock.Acquire()); }
        """,
        """
        [LockGuard]
        public ref struct Holder
        {
            private Guard _guard;
            public Holder(Guard guard) => _guard = guard;
            public void Dispose() => _guard.Dispose();
        }
        """);

    [Fact]
    public Task A_reference_to_a_guard_is_quiet() => Verify("""
            private void Locked(in Guard guard) => _root = 1;
            private void Shown(ref Guard guard) => _root = 1;
            public void M()
            {
                Guard guard = _lock.Acquire();
                ref Guard same = ref guard;
                Locked(in same);
                Shown(ref guard);
                guard.Dispose();
            }
        """);

    [Fact]
    public Task A_reference_to_a_lock_is_quiet() => Verify("""
            private ref Gate Own => ref _gate;
            private static void Use(ref Gate gate) { }
            private static void Look(in Gate gate) { }
            public void M()
            {
                ref Gate same = ref _gate;
                Use(ref same);
                Look(in _gate);
                Gate fresh = new Gate();
                Gate other = fresh;
                _inner = other;
            }
        """);

    [Fact]
    public Task A_lock_that_may_change_is_quiet() => Verify("""
            private SpinLock _own;
            private static Gate s_own;
            private readonly Gate[] _each = new Gate[4];
            private readonly object _monitor = new();
        """);

    [Fact]
    public Task A_lock_that_is_a_reference_may_be_readonly() => Verify(
        """
            private readonly Latch _latch = new();
            private readonly Handle _handle;
            private readonly Cell _cell;
            public Latch Own { get; } = new();
            public void M() { Latch same = _latch; Handle copy = _handle; }
        """,
        """
        [Lock] public class Latch { [Acquires] public void Enter() { } }
        [Lock] public readonly struct Handle { [Acquires] public void Enter() { } }
        [Lock] public struct Cell { private int _uses; [Acquires] public readonly void Enter() { } }
        """);

    [Fact]
    public Task An_object_that_is_no_guard_is_quiet() => VerifyBody("""
        new System.IO.MemoryStream();
        System.IO.MemoryStream stream = new();
        using System.IO.MemoryStream copy = stream;
        stream.Dispose();
        (int, int) pair = default;
        """);

    [Fact]
    public Task The_report_names_what_was_dropped() => VerifyCS.VerifyAnalyzerAsync(
        LockSource.With("""
            public void M() { {|#0:_lock.Acquire()|}; }
        """),
        VerifyCS.Diagnostic(LockRules.Discarded).WithLocation(0).WithArguments("Acquire"));
}
