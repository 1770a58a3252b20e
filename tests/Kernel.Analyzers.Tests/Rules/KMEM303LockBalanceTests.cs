using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Locks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM303: locks that are not released, or released without being held.</summary>
public class KMEM303LockBalanceTests
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
    public Task A_lock_that_is_never_released_is_reported() => VerifyBody("""
        {|KMEM303:_gate.Enter()|};
        count++;
        """);

    [Fact]
    public Task A_lock_that_an_early_return_leaves_held_is_reported() => VerifyBody("""
        {|KMEM303:_gate.Enter()|};
        if (count > 3)
        {
            return 1;
        }

        _gate.Exit();
        """);

    [Fact]
    public Task A_guard_that_is_never_disposed_is_reported() => VerifyBody("""
        Guard guard = {|KMEM303:_lock.Acquire()|};
        _root = 1;
        """);

    [Fact]
    public Task A_guard_that_an_early_return_forgets_is_reported() => VerifyBody("""
        Guard guard = {|KMEM303:_lock.Acquire()|};
        if (_root > 3) return 1;
        guard.Dispose();
        """);

    [Fact]
    public Task A_guard_of_an_unknown_lock_that_is_never_disposed_is_reported() => VerifyBody("""
        Guard guard = {|KMEM303:all[count]._lock.Acquire()|};
        """);

    [Fact]
    public Task A_lock_that_one_arm_releases_is_reported() => VerifyBody("""
        {|KMEM303:_gate.Enter()|};
        switch (count)
        {
            case 1: _gate.Exit(); break;
            case 2: break;
            default: _gate.Exit(); break;
        }
        """);

    [Fact]
    public Task A_lock_that_break_leaves_held_is_reported() => VerifyBody("""
        while (flag)
        {
            {|KMEM303:_gate.Enter()|};
            if (count++ > 3) break;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task A_release_without_the_lock_is_reported() => VerifyBody("""
        {|KMEM303:_gate.Exit()|};
        """);

    [Fact]
    public Task A_second_release_is_reported() => VerifyBody("""
        _gate.Enter();
        if (flag) _gate.Exit();
        {|KMEM303:_gate.Exit()|};
        """);

    [Fact]
    public Task A_release_in_a_loop_after_one_acquisition_is_reported() => VerifyBody("""
        _gate.Enter();
        do
        {
            {|KMEM303:_gate.Exit()|};
        }
        while (count-- > 0);
        """);

    [Fact]
    public Task A_release_of_a_lock_that_one_path_took_is_reported() => VerifyBody("""
        if (flag) _gate.Enter();
        {|KMEM303:_gate.Exit()|};
        """);

    [Fact]
    public Task A_guard_disposed_twice_by_hand_is_reported() => VerifyBody("""
        Guard guard = _lock.Acquire();
        guard.Dispose();
        {|KMEM303:guard.Dispose()|};
        """);

    [Fact]
    public Task An_attempt_that_succeeded_and_is_not_released_is_reported() => VerifyBody("""
        if ({|KMEM303:_gate.TryEnter()|})
        {
            count++;
        }
        """);

    [Fact]
    public Task An_attempt_that_failed_and_is_released_is_reported() => VerifyBody("""
        if (!_gate.TryEnter())
        {
            count++;
        }

        {|KMEM303:_gate.Exit()|};
        """);

    [Fact]
    public Task A_monitor_that_is_never_released_is_reported() => Verify("""
            private readonly object _monitor = new();
            public void M()
            {
                {|KMEM303:System.Threading.Monitor.Enter(_monitor)|};
            }
        """);

    [Fact]
    public Task The_systems_spin_lock_that_a_path_does_not_release_is_reported() => Verify("""
            private System.Threading.SpinLock _spin;
            public void M(bool flag)
            {
                bool taken = false;
                {|KMEM303:_spin.Enter(ref taken)|};
                if (flag) return;
                _spin.Exit();
            }
        """);

    [Fact]
    public Task A_method_that_gives_away_what_its_caller_holds_is_reported() => Verify("""
            [RequiresLock(nameof(_gate))] private void Work(bool flag)
            {
                if (flag)
                {
                    {|KMEM303:_gate.Exit()|};
                }
            }
        """);

    [Fact]
    public Task A_lock_that_a_helper_takes_and_nobody_releases_is_reported() => Verify("""
            private void Begin() => _gate.Enter();
            public void M() => {|KMEM303:Begin()|};
        """);

    [Fact]
    public Task A_lock_that_a_helper_releases_twice_is_reported() => Verify("""
            private void End() => _gate.Exit();
            public void M()
            {
                _gate.Enter();
                End();
                {|KMEM303:End()|};
            }
        """);

    [Fact]
    public Task A_lock_that_a_throw_leaves_held_is_reported() => VerifyBody("""
        {|KMEM303:_gate.Enter()|};
        if (flag) throw new InvalidOperationException();
        _gate.Exit();
        """);

    [Fact]
    public Task A_lock_that_a_catch_leaves_held_is_reported() => VerifyBody("""
        {|KMEM303:_gate.Enter()|};
        try { Console.WriteLine(count); }
        catch (InvalidOperationException) { return 1; }
        _gate.Exit();
        """);

    [Fact]
    public Task A_method_that_forgets_its_lock_is_reported_and_not_its_callers() => Verify("""
            public void Work() => {|KMEM303:_gate.Enter()|};
            public void M() => Work();
            public void Again() { _gate.Enter(); {|KMEM304:Work|}(); _gate.Exit(); }
            public void End() { {|KMEM303:_inner.Exit()|}; }
            public void Last() => End();
        """);

    [Fact]
    public Task A_guard_that_a_helper_returns_and_nobody_disposes_is_reported() => Verify("""
            public Guard Take() => _lock.Acquire();
            public void M(Tables tables)
            {
                Guard guard = {|KMEM303:Take()|};
                using Guard second = tables.Take();
            }
        """);

    [Fact]
    public Task An_alias_of_a_lock_that_is_not_released_is_reported() => VerifyBody("""
        ref Gate same = ref _gate;
        {|KMEM303:same.Enter()|};
        if (flag) return 1;
        _gate.Exit();
        """);

    [Fact]
    public Task The_report_leads_to_the_releases_of_other_paths() => VerifyCS.VerifyAnalyzerAsync(
        LockSource.With("""
            public void M(bool flag)
            {
                {|#0:_gate.Enter()|};
                if (flag) return;
                {|#1:_gate.Exit()|};
            }
        """),
        VerifyCS.Diagnostic(LockRules.StillHeld).WithLocation(0).WithLocation(1).WithArguments("_gate", "_gate", " on some path"));
}
