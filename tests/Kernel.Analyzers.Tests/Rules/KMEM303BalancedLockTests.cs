using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM303: locks that are released once on every path, however the paths go.</summary>
public class KMEM303BalancedLockTests
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
    public Task A_release_in_several_arms_is_quiet() => VerifyBody("""
        _gate.Enter();
        if (flag)
        {
            _gate.Exit();
            return 1;
        }

        switch (count)
        {
            case 1: _gate.Exit(); return 2;
            case 2: _gate.Exit(); break;
            default: _gate.Exit(); break;
        }
        """);

    [Fact]
    public Task A_release_and_acquisition_inside_a_loop_is_quiet() => VerifyBody("""
        _gate.Enter();
        for (int index = 0; index < count; index++)
        {
            if (index % 16 == 0)
            {
                _gate.Exit();
                Console.WriteLine(index);
                _gate.Enter();
            }
        }

        _gate.Exit();
        """);

    [Fact]
    public Task A_finally_that_releases_is_quiet() => VerifyBody("""
        _gate.Enter();
        try
        {
            if (flag) return 1;
            for (;;) { if (other) break; if (count++ > 3) return 2; }
            if (count == 5) throw new InvalidOperationException();
        }
        finally
        {
            _gate.Exit();
        }
        """);

    [Fact]
    public Task An_acquisition_inside_the_try_is_quiet() => VerifyBody("""
        bool taken = false;
        try
        {
            _gate.Enter(ref taken);
            count++;
        }
        finally
        {
            if (taken) _gate.Exit();
        }

        try { _inner.Enter(); count++; }
        finally { _inner.Exit(); }
        """);

    [Fact]
    public Task An_alias_is_the_same_lock() => VerifyBody("""
        ref Gate same = ref _gate;
        same.Enter();
        _gate.Exit();
        _gate.Enter();
        same.Exit();
        Tables self = this;
        self._gate.Enter();
        _gate.Exit();
        ref Gate element = ref all[count]._gate;
        element.Enter();
        element.Exit();
        all[count]._gate.Enter();
        all[count]._gate.Exit();
        """);

    [Fact]
    public Task A_getter_names_the_same_lock() => Verify("""
            private ref Gate Main => ref _gate;
            public void M() { Main.Enter(); _gate.Exit(); _gate.Enter(); Main.Exit(); }
        """);

    [Fact]
    public Task The_same_condition_twice_is_quiet() => VerifyBody("""
        if (flag) _gate.Enter();
        count++;
        if (flag) _gate.Exit();
        if (flag && other) _gate.Enter();
        if (flag && other) _gate.Exit();
        if (count > 3) _gate.Enter();
        if (!(count <= 3)) _gate.Exit();
        bool needed = all.Length > 1;
        if (needed) _gate.Enter();
        try { Console.WriteLine(count); }
        finally { if (needed) _gate.Exit(); }
        """);

    [Fact]
    public Task A_lock_that_may_be_absent_is_quiet() => Verify(
        """
            public void M(Latch latch, Latch other)
            {
                if (latch != null) latch.Enter();
                if (latch is not null) latch.Exit();
                other?.Enter();
                other?.Exit();
            }
        """,
        """
        [Lock]
        public class Latch
        {
            [Acquires] public void Enter() { }
            [Releases] public void Exit() { }
        }
        """);

    [Fact]
    public Task A_variable_that_says_whether_the_lock_is_held_is_quiet() => VerifyBody("""
        bool held = false;
        if (count > 3)
        {
            _gate.Enter();
            held = true;
        }

        if (held) _gate.Exit();
        bool taken = flag && _gate.TryEnter();
        if (taken) _gate.Exit();
        bool second = _gate.TryEnter();
        Console.WriteLine(count);
        if (!second) return 1;
        _gate.Exit();
        """);

    [Fact]
    public Task An_attempt_that_is_repeated_is_quiet() => VerifyBody("""
        while (!_gate.TryEnter()) { count++; }
        _gate.Exit();
        bool taken;
        do { taken = _gate.TryEnter(); } while (!taken);
        _gate.Exit();
        if (count > 3 && _gate.TryEnter()) { _gate.Exit(); return 1; }
        """);

    [Fact]
    public Task Nested_locks_in_any_order_of_release_are_quiet() => VerifyBody("""
        _gate.Enter();
        _inner.Enter();
        tables._gate.Enter();
        _gate.Exit();
        tables._gate.Exit();
        _inner.Exit();
        using Guard guard = _lock.Acquire();
        using (Guard second = _other.Acquire()) { count++; }
        """);

    [Fact]
    public Task Hand_over_hand_is_quiet() => VerifyBody("""
        Tables at = this;
        at._gate.Enter();
        while (at._changing is { } next)
        {
            next._gate.Enter();
            at._gate.Exit();
            at = next;
        }

        at._gate.Exit();
        """);

    [Fact]
    public Task Locks_of_all_elements_are_quiet() => VerifyBody("""
        for (int index = 0; index < all.Length; index++) all[index]._gate.Enter();
        for (int index = all.Length - 1; index >= 0; index--) all[index]._gate.Exit();
        foreach (Tables each in all) { each._gate.Enter(); if (flag) { each._gate.Exit(); continue; } each._gate.Exit(); }
        """);

    [Fact]
    public Task A_guard_that_is_handed_on_is_quiet() => Verify(
        """
            private bool _kept;
            public Guard Take() => _lock.Acquire();
            public Guard TakeLater(bool flag) { Guard guard = _lock.Acquire(); if (flag) { guard.Dispose(); return default; } return guard; }
            public void Take(out Guard guard) => guard = _lock.Acquire();
            public Holder Hold() { Guard guard = _lock.Acquire(); return new Holder(guard); }
            public void Held() { using Holder holder = new Holder(_lock.Acquire()); using Guard taken = _next.Take(); }
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
    public Task A_conditional_guard_is_quiet() => VerifyBody("""
        Guard guard = default;
        if (flag) guard = _lock.Acquire();
        Console.WriteLine(count);
        if (flag) guard.Dispose();
        if (_lock.TryAcquire(out Guard second)) { second.Dispose(); }
        if (!_lock.TryAcquire(out Guard third)) return 1;
        third.Dispose();
        """);

    [Fact]
    public Task A_pair_of_wrappers_is_quiet() => Verify("""
            public void Lock2() { _gate.Enter(); _inner.Enter(); }
            public void Unlock2() { _inner.Exit(); _gate.Exit(); }
            public bool TryLock2() { if (!_gate.TryEnter()) return false; if (_inner.TryEnter()) return true; _gate.Exit(); return false; }
            public void M(Tables tables)
            {
                Lock2();
                Unlock2();
                tables.Lock2();
                tables.Unlock2();
                if (TryLock2()) Unlock2();
            }
        """);

    [Fact]
    public Task Contracts_say_who_releases() => Verify("""
            [Acquires(nameof(_gate))] public void Begin() => _gate.Enter();
            [Releases(nameof(_gate))] public void End() => _gate.Exit();
            [RequiresLock(nameof(_gate))] private void Wait() { _gate.Exit(); Console.WriteLine(); _gate.Enter(); }
            [Acquires("gate")] private static void Enter(ref Gate gate) => gate.Enter();
            [Releases("gate")] private static void Exit(ref Gate gate) => gate.Exit();
            private static void Both(ref Gate gate) { gate.Enter(); gate.Exit(); }
            public void M(Tables tables)
            {
                Begin();
                Wait();
                End();
                tables.Begin();
                tables._gate.Exit();
                Enter(ref _inner);
                Exit(ref _inner);
                Both(ref _inner);
            }
        """);

    [Fact]
    public Task Helpers_are_understood_without_contracts() => Verify("""
            private void Begin(ref Gate gate) => gate.Enter();
            private void End() { if (_root2 > 3) { _gate.Exit(); return; } _gate.Exit(); }
            private int _root2;
            private bool TryBegin() => _gate.TryEnter();
            public void M(bool flag)
            {
                Begin(ref _gate);
                End();
                if (!TryBegin()) return;
                End();
                void Leave() => _gate.Exit();
                _gate.Enter();
                Leave();
            }
        """);

    [Fact]
    public Task What_does_not_return_holds_nothing_for_long() => Verify("""
            [System.Diagnostics.CodeAnalysis.DoesNotReturn] private static void Panic() { while (true) { } }
            private static void Halt() { for (;;) { } }
            private static void Check([System.Diagnostics.CodeAnalysis.DoesNotReturnIf(false)] bool good) { }
            public int M(bool flag, int count)
            {
                _gate.Enter();
                if (flag) { Panic(); return 1; }
                if (count > 3) { Halt(); return 2; }
                if (count > 2) { Check(false); return 3; }
                _gate.Exit();
                return 0;
            }
        """);

    [Fact]
    public Task The_systems_locks_are_quiet_when_they_are_used_right() => Verify("""
            private readonly object _monitor = new();
            private System.Threading.SpinLock _spin;
            public void M(bool flag)
            {
                lock (_monitor) { if (flag) return; lock (_monitor) { flag = true; } }
                System.Threading.Monitor.Enter(_monitor);
                try { System.Threading.Monitor.Enter(_monitor); System.Threading.Monitor.Exit(_monitor); }
                finally { System.Threading.Monitor.Exit(_monitor); }
                bool taken = false;
                try { _spin.TryEnter(ref taken); if (flag) return; }
                finally { if (taken) _spin.Exit(); }
                if (System.Threading.Monitor.TryEnter(_monitor, 5)) System.Threading.Monitor.Exit(_monitor);
            }
        """);

    [Fact]
    public Task A_path_that_may_change_is_quiet() => VerifyBody("""
        _changing._gate.Exit();
        Find()._gate.Exit();
        Tables Find() => tables;
        """);

    [Fact]
    public Task A_type_that_holds_a_lock_while_it_lives_is_quiet() => Verify(
        "",
        """
        public ref struct Section
        {
            private readonly ref Gate _gate;
            public Section(ref Gate gate) { _gate = ref gate; gate.Enter(); }
            public void Dispose() => _gate.Exit();
        }
        """);
}
