using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Locks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM304: locks that are taken while they are held, here or by what is called.</summary>
public class KMEM304LockTakenTwiceTests
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
    public Task The_owner_of_a_ticket_lock_is_a_number() => VerifyCS.VerifyAnalyzerAsync("""
        struct TicketSpinlock { int _owner, _head; public void Acquire() { } public void Release() => _owner++; }
        struct QueueLock { int _next, _owner; public void Lock() { } public void Unlock() => _owner = _next; }
        struct RecursiveLock { int _owner, _word; public void Acquire() { } public void Release() => _owner++; }
        class Log
        {
            TicketSpinlock _ticket;
            RecursiveLock _recursive;
            QueueLock _queue;
            void Queued() { _queue.Lock(); {|KMEM304:_queue.Lock()|}; _queue.Unlock(); }
            void First() { _ticket.Acquire(); {|KMEM304:_ticket.Acquire()|}; _ticket.Release(); }
            void Second() { _ticket.Acquire(); {|KMEM304:Write|}(); _ticket.Release(); }
            void Write() { _ticket.Acquire(); _ticket.Release(); }
            void Again() { _recursive.Acquire(); _recursive.Acquire(); _recursive.Release(); _recursive.Release(); }
        }
        """);

    [Fact]
    public Task A_guard_taken_twice_is_reported() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        using Guard again = {|KMEM304:_lock.Acquire()|};
        """);

    [Fact]
    public Task A_lock_entered_twice_is_reported() => VerifyBody("""
        _gate.Enter();
        {|KMEM304:_gate.Enter()|};
        _gate.Exit();
        """);

    [Fact]
    public Task A_lock_entered_again_on_one_path_is_reported() => VerifyBody("""
        if (flag) _gate.Enter();
        {|KMEM304:_gate.Enter()|};
        _gate.Exit();
        """);

    [Fact]
    public Task A_continue_that_keeps_the_lock_is_one_mistake() => VerifyBody("""
        for (int index = 0; index < count; index++)
        {
            {|KMEM303:_gate.Enter()|};
            if (index == 3) continue;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task A_continue_in_an_endless_loop_is_reported_where_the_lock_is_taken_again() => VerifyBody("""
        while (true)
        {
            {|KMEM304:_gate.Enter()|};
            if (count++ == 3) continue;
            _gate.Exit();
        }
        """);

    [Fact]
    public Task An_alias_of_a_held_lock_is_reported() => VerifyBody("""
        ref SpinLock same = ref _lock;
        using Guard guard = _lock.Acquire();
        using Guard again = {|KMEM304:same.Acquire()|};
        """);

    [Fact]
    public Task A_getter_of_a_held_lock_is_reported() => VerifyBody("""
        using Guard guard = tables._lock.Acquire();
        using Guard again = {|KMEM304:tables.Lock.Acquire()|};
        """);

    [Fact]
    public Task A_local_that_names_the_same_object_is_reported() => VerifyBody("""
        Tables self = tables;
        using Guard guard = self._lock.Acquire();
        using Guard again = {|KMEM304:tables._lock.Acquire()|};
        """);

    [Fact]
    public Task A_static_lock_taken_twice_is_reported() => Verify("""
            private static Gate s_gate;
            public static void M()
            {
                s_gate.Enter();
                {|KMEM304:s_gate.Enter()|};
                s_gate.Exit();
            }
        """);

    [Fact]
    public Task A_call_that_takes_the_held_lock_is_reported() => Verify("""
            private void Grown() { using Guard guard = _lock.Acquire(); _root++; }
            public void M(Tables tables)
            {
                using Guard guard = _lock.Acquire();
                {|KMEM304:Grown|}();
                tables.Grown();
            }
        """);

    [Fact]
    public Task A_call_that_takes_the_held_lock_further_down_is_reported() => Verify("""
            private void First() => Second();
            private void Second() { _gate.Enter(); _gate.Exit(); }
            public void M()
            {
                _gate.Enter();
                {|KMEM304:First|}();
                _gate.Exit();
            }
        """);

    [Fact]
    public Task A_call_on_another_object_that_is_held_is_reported() => Verify("""
            public void Count2() { _gate.Enter(); _gate.Exit(); }
            public void M(Tables tables)
            {
                tables._gate.Enter();
                tables.{|KMEM304:Count2|}();
                tables._gate.Exit();
            }
        """);

    [Fact]
    public Task A_helper_that_takes_the_held_lock_is_reported() => Verify("""
            private void Begin() => _gate.Enter();
            private void End() => _gate.Exit();
            public void M()
            {
                Begin();
                {|KMEM304:Begin()|};
                End();
            }
        """);

    [Fact]
    public Task A_lock_handed_over_by_reference_is_reported() => Verify("""
            private static void Touch(ref Gate gate) { gate.Enter(); gate.Exit(); }
            public void M()
            {
                _gate.Enter();
                {|KMEM304:Touch|}(ref _gate);
                Touch(ref _inner);
                _gate.Exit();
            }
        """);

    [Fact]
    public Task A_method_that_requires_the_lock_and_takes_it_is_reported() => Verify("""
            [RequiresLock(nameof(_gate))] private void Work()
            {
                {|KMEM304:_gate.Enter()|};
            }
        """);

    [Fact]
    public Task The_systems_spin_lock_taken_twice_is_reported() => Verify("""
            private System.Threading.SpinLock _spin;
            public void M()
            {
                bool one = false, two = false;
                _spin.Enter(ref one);
                {|KMEM304:_spin.Enter(ref two)|};
                _spin.Exit();
            }
        """);

    [Fact]
    public Task A_call_with_a_contract_is_left_to_the_contract() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        {|KMEM302:Refresh|}();
        """);

    [Fact]
    public Task Different_locks_are_quiet() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        using Guard second = _other.Acquire();
        using Guard third = tables._lock.Acquire();
        using Guard fourth = _next._lock.Acquire();
        """);

    [Fact]
    public Task A_lock_taken_again_after_its_release_is_quiet() => VerifyBody("""
        for (;;)
        {
            using (Guard guard = _lock.Acquire()) { if (flag) continue; if (other) break; }
            using Guard again = _lock.Acquire();
            if (count > 3) return 1;
        }

        _gate.Enter();
        _gate.Exit();
        _gate.Enter();
        _gate.Exit();
        """);

    [Fact]
    public Task A_lock_in_one_arm_each_is_quiet() => VerifyBody("""
        if (flag) _gate.Enter();
        if (!flag) _gate.Enter();
        _gate.Exit();
        switch (count)
        {
            case 1: _gate.Enter(); break;
            default: _gate.Enter(); break;
        }

        _gate.Exit();
        """);

    [Fact]
    public Task An_attempt_on_a_held_lock_is_quiet() => VerifyBody("""
        _gate.Enter();
        if (_gate.TryEnter()) count++;
        _gate.Exit();
        """);

    [Fact]
    public Task A_path_that_may_change_is_quiet() => VerifyBody("""
        using Guard guard = _changing._lock.Acquire();
        using Guard again = _changing._lock.Acquire();
        using Guard first = all[0]._lock.Acquire();
        using Guard second = all[count]._lock.Acquire();
        """);

    [Fact]
    public Task A_lock_that_its_holder_may_take_again_is_quiet() => Verify(
        """
            private Recursive _recursive;
            private readonly object _monitor = new();
            private void Inner() { _recursive.Enter(); _recursive.Exit(); lock (_monitor) { } }
            public void M()
            {
                _recursive.Enter();
                _recursive.Enter();
                Inner();
                _recursive.Exit();
                _recursive.Exit();
                lock (_monitor) { lock (_monitor) { Inner(); } }
            }
        """,
        """
        [Lock(Reentrant = true)]
        public struct Recursive
        {
            [Acquires] public void Enter() { }
            [Releases] public void Exit() { }
        }
        """);

    [Fact]
    public Task A_callee_that_takes_the_lock_only_if_told_is_quiet() => Verify("""
            private void Work(bool isLocked)
            {
                if (!isLocked) _gate.Enter();
                Console.WriteLine();
                if (!isLocked) _gate.Exit();
            }

            public void M()
            {
                _gate.Enter();
                Work(isLocked: true);
                _gate.Exit();
                Work(isLocked: false);
            }
        """);

    [Fact]
    public Task A_callee_that_releases_for_a_while_is_quiet() => Verify("""
            [RequiresLock(nameof(_gate))] private void Pause() { _gate.Exit(); Console.WriteLine(); _gate.Enter(); }
            private void Rest() { _gate.Exit(); Console.WriteLine(); _gate.Enter(); }
            public void M()
            {
                _gate.Enter();
                Pause();
                Rest();
                _gate.Exit();
            }
        """);

    [Fact]
    public Task Methods_that_call_each_other_are_quiet() => Verify("""
            private void Ping(int depth) { if (depth > 0) Pong(depth - 1); }
            private void Pong(int depth) { if (depth > 0) Ping(depth - 1); _inner.Enter(); _inner.Exit(); }
            public void M()
            {
                _gate.Enter();
                Ping(3);
                _gate.Exit();
            }
        """);

    [Fact]
    public Task The_elements_of_a_collection_are_different_locks() => VerifyBody("""
        foreach (Tables each in all) { each._gate.Enter(); }
        foreach (Tables each in all) { each._gate.Exit(); }
        """);

    [Fact]
    public Task A_lambda_runs_later() => VerifyBody("""
        _gate.Enter();
        Action later = () => { _gate.Enter(); _gate.Exit(); };
        _gate.Exit();
        later();
        """);

    [Fact]
    public Task The_report_leads_to_where_the_lock_was_taken() => VerifyCS.VerifyAnalyzerAsync(
        LockSource.With("""
            public void M()
            {
                {|#1:_gate.Enter()|};
                {|#0:_gate.Enter()|};
                _gate.Exit();
            }
        """),
        VerifyCS.Diagnostic(LockRules.TakenTwice).WithLocation(0).WithLocation(1).WithArguments("_gate", "_gate", "is"));
}
