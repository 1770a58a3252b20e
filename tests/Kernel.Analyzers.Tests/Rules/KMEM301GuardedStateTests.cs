using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Locks;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM301: guarded state and the paths on which its lock is held.</summary>
public class KMEM301GuardedStateTests
{
    private static Task Verify(string members, string others = "") => VerifyCS.VerifyAnalyzerAsync(LockSource.With(members, others));

    private static Task VerifyBody(string body) => Verify($$"""
            public void M(Tables tables, bool flag)
            {
        {{body}}
            }
        """);

    [Fact]
    public Task A_field_touched_without_its_lock_is_reported() => VerifyBody("""
        {|KMEM301:_root|} = 1;
        Console.WriteLine({|KMEM301:_root|});
        """);

    [Fact]
    public Task A_property_touched_without_its_lock_is_reported() => VerifyBody("""
        {|KMEM301:Count|}++;
        """);

    [Fact]
    public Task A_field_touched_after_the_release_is_reported() => VerifyBody("""
        using (Guard guard = _lock.Acquire())
        {
            _root = 1;
        }

        {|KMEM301:_root|} = 2;
        """);

    [Fact]
    public Task A_field_touched_after_the_guard_is_disposed_by_hand_is_reported() => VerifyBody("""
        Guard guard = _lock.Acquire();
        _root = 1;
        guard.Dispose();
        {|KMEM301:_root|} = 2;
        """);

    [Fact]
    public Task A_lock_taken_on_one_path_only_is_not_enough() => VerifyBody("""
        Guard guard = default;
        if (flag)
        {
            guard = _lock.Acquire();
        }

        {|KMEM301:_root|} = 1;
        guard.Dispose();
        """);

    [Fact]
    public Task Another_lock_of_the_same_object_is_not_enough() => VerifyBody("""
        using Guard guard = _other.Acquire();
        {|KMEM301:_root|} = 1;
        """);

    [Fact]
    public Task The_same_lock_of_another_object_is_not_enough() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        tables.{|KMEM301:_root|} = 1;
        """);

    [Fact]
    public Task A_parameter_that_is_reassigned_is_another_object() => VerifyBody("""
        using Guard guard = tables._lock.Acquire();
        tables._root = 1;
        tables = this;
        tables.{|KMEM301:_root|} = 1;
        """);

    [Fact]
    public Task An_attempt_that_failed_holds_nothing() => VerifyBody("""
        if (!_lock.TryAcquire(out Guard guard))
        {
            {|KMEM301:_root|} = 1;
            return;
        }

        _root = 2;
        guard.Dispose();
        """);

    [Fact]
    public Task A_reference_to_guarded_state_is_reported_where_it_is_used() => VerifyBody("""
        Guard guard = _lock.Acquire();
        ref int root = ref _root;
        guard.Dispose();
        {|KMEM301:root|} = 1;
        """);

    [Fact]
    public Task A_lambda_runs_when_nothing_is_held() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        Action later = () => {|KMEM301:_root|} = 1;
        """);

    [Fact]
    public Task A_local_function_called_once_without_the_lock_is_reported() => VerifyBody("""
        void Touch() => {|KMEM301:_root|} = 1;
        Touch();
        using Guard guard = _lock.Acquire();
        Touch();
        """);

    [Fact]
    public Task Static_state_without_its_lock_is_reported() => Verify("""
            private static SpinLock s_lock;
            [GuardedBy(nameof(s_lock))] private static int s_root;
            public void M()
            {
                {|KMEM301:s_root|} = 1;
                using Guard guard = s_lock.Acquire();
                s_root = 2;
            }
        """);

    [Fact]
    public Task State_reached_through_a_disposed_guard_is_reported() => Verify(
        "",
        """
        [LockGuard]
        public ref struct Session
        {
            private readonly Tables _tables;
            public Session(Tables tables) => _tables = tables;
            public Tables Tables => _tables;
            public void Set(int value) => _tables._root = value;
            public void Dispose() { }
        }

        public static class User
        {
            public static void M(Tables tables)
            {
                Session session = new Session(tables);
                session.Tables._root = 1;
                session.Dispose();
                session.Tables.{|KMEM301:_root|} = 1;
            }
        }
        """);

    [Fact]
    public Task A_guard_that_names_no_lock_is_reported() => Verify("""
            [GuardedBy("_lokc")] private int {|KMEM301:_broken|};
        """);

    [Fact]
    public Task A_loop_that_releases_at_its_end_is_reported_at_its_start() => VerifyBody("""
        Guard guard = {|KMEM303:_lock.Acquire()|};
        while (flag)
        {
            {|KMEM301:_root|}++;
            {|KMEM303:guard.Dispose()|};
        }
        """);

    [Fact]
    public Task A_using_declaration_holds_to_the_end_of_its_block() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        _root = 1;
        if (flag)
        {
            Count = _root;
            return;
        }

        Count++;
        """);

    [Fact]
    public Task A_using_statement_holds_inside() => VerifyBody("""
        using (_lock.Acquire())
        {
            _root = 1;
        }

        using (Guard guard = tables._lock.Acquire())
        {
            tables._root = 1;
        }
        """);

    [Fact]
    public Task A_guard_disposed_in_a_finally_holds_until_then() => VerifyBody("""
        Guard guard = _lock.Acquire();
        try
        {
            _root = 1;
        }
        finally
        {
            _root = 2;
            guard.Dispose();
        }
        """);

    [Fact]
    public Task An_attempt_that_succeeded_holds() => VerifyBody("""
        if (_lock.TryAcquire(out Guard guard))
        {
            _root = 1;
            guard.Dispose();
        }

        bool taken = _lock.TryAcquire(out Guard second);
        if (!taken)
        {
            return;
        }

        _root = 2;
        second.Dispose();
        """);

    [Fact]
    public Task A_lock_taken_on_every_path_holds() => VerifyBody("""
        using Guard guard = flag ? _lock.Acquire() : _lock.Acquire();
        _root = 1;
        """);

    [Fact]
    public Task A_lock_under_another_name_is_the_same_lock() => VerifyBody("""
        ref SpinLock same = ref _lock;
        using Guard guard = same.Acquire();
        _root = 1;
        using Guard next = _next.Lock.Acquire();
        _next._root = 1;
        """);

    [Fact]
    public Task A_path_that_may_change_neither_satisfies_nor_accuses() => VerifyBody("""
        _changing._root = 1;
        Find()._root = 2;
        Tables Find() => tables;
        """);

    [Fact]
    public Task A_constructor_needs_no_lock_for_its_own_object() => Verify("""
            public Tables() => _root = 1;
            public Tables(Tables other) => other.{|KMEM301:_root|} = 1;
            [ExclusiveAccess("nothing runs yet")] public void Initialize() => _root = 1;
        """);

    [Fact]
    public Task An_object_that_was_just_made_needs_no_lock() => VerifyBody("""
        Tables made = new Tables { _root = 1 };
        made._root = 2;
        Console.WriteLine(made);
        made.{|KMEM301:_root|} = 3;
        """);

    [Fact]
    public Task A_method_that_is_given_the_guard_may_touch_the_state() => Verify("""
            private void Locked(in Guard guard) => _root = 1;
            public void M()
            {
                using Guard guard = _lock.Acquire();
                Locked(in guard);
                _root = 2;
            }
        """);

    [Fact]
    public Task A_guard_type_reaches_the_state_through_its_own_field() => Verify(
        """
            [Acquires(nameof(_lock))] public Session Open() { Guard guard = _lock.Acquire(); _root++; return new Session(guard, this); }
            public void M()
            {
                using Session session = Open();
                _root = 1;
                session.Tables._root = 2;
            }
        """,
        """
        [LockGuard]
        public ref struct Session
        {
            private Guard _guard;
            private readonly Tables _tables;
            public Session(Guard guard, Tables tables) { _guard = guard; _tables = tables; }
            public Tables Tables => _tables;
            public void Set(int value) { _tables._root = value; _tables.Grow(); }
            public void Dispose() => _guard.Dispose();
        }
        """);

    [Fact]
    public Task A_local_function_that_is_called_with_the_lock_is_quiet() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        Touch();
        void Touch() { _root = 1; Again(); }
        void Again() => _root = 2;
        """);

    [Fact]
    public Task A_guard_whose_constructor_takes_the_lock_holds_it() => Verify(
        """
            public void M(Tables tables)
            {
                using (Section section = new Section(ref _gate)) { _guarded = 1; }
                using Section other = new(ref tables._gate);
                tables._guarded = 1;
                using Session session = new(ref _lock);
                _root = 1;
                {|KMEM301:_guarded|} = 2;
            }

            [GuardedBy(nameof(_gate))] internal int _guarded;
        """,
        """
        [LockGuard]
        public ref struct Section
        {
            private readonly ref Gate _held;
            public Section(ref Gate gate) { _held = ref gate; gate.Enter(); }
            public void Dispose() => _held.Exit();
        }

        [LockGuard]
        public ref struct Session
        {
            private Guard _guard;
            public Session(ref SpinLock spin) => _guard = spin.Acquire();
            public void Dispose() => _guard.Dispose();
        }
        """);

    [Fact]
    public Task The_lock_statement_counts() => Verify("""
            private readonly object _sync = new();
            [GuardedBy(nameof(_sync))] private int _value;
            public void M()
            {
                lock (_sync)
                {
                    _value = 1;
                }

                {|KMEM301:_value|} = 2;
            }
        """);

    [Fact]
    public Task A_name_is_not_a_use() => VerifyBody("""
        Console.WriteLine(nameof(_root));
        """);

    [Fact]
    public Task The_report_leads_to_the_release() => VerifyCS.VerifyAnalyzerAsync(
        LockSource.With("""
            public void M()
            {
                Guard guard = _lock.Acquire();
                {|#1:guard.Dispose()|};
                {|#0:_root|} = 1;
            }
        """),
        VerifyCS.Diagnostic(LockRules.Unguarded).WithLocation(0).WithLocation(1).WithArguments("_root", "_lock", " any more"));

    [Fact]
    public Task Incomplete_code_does_not_disturb() => new KernelAnalyzerTest<LockAnalyzer>
    {
        TestCode = LockSource.With("""
            [GuardedBy(nameof(] int x;
            [RequiresLock(] void M()
            {
                using Guard g = _lock.Acquire(;
                _root = ; this.
                lock ( { _root }
        """),
        CompilerDiagnostics = CompilerDiagnostics.None,
    }.RunAsync();

    [Fact]
    public void The_rule_runs_concurrently_and_reads_generated_code()
    {
        AnalyzerConfiguration configuration = AnalyzerConfiguration.Of(new LockAnalyzer());

        Assert.True(configuration.RunsConcurrently);
        Assert.NotNull(configuration.GeneratedCode);
    }
}
