using System.Threading.Tasks;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.Rules.Locks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The fixes of KMEM303 and KMEM305.</summary>
public class ReleaseLockFixTests
{
    private static Task VerifyAsync(string before, string after) => new KernelCodeFixTest<LockAnalyzer, ReleaseLockFix>
    {
        TestCode = LockSource.With(before),
        FixedCode = LockSource.With(after),
    }.RunAsync();

    [Fact]
    public Task A_guard_that_is_never_disposed_gets_a_using() => VerifyAsync(
        """
            public void M(Tables tables)
            {
                // The root is about to change.
                Guard guard = {|KMEM303:_lock.Acquire()|};
                _root = 1;
                Guard second = {|KMEM303:tables._lock.Acquire()|};
            }
        """,
        """
            public void M(Tables tables)
            {
                // The root is about to change.
                using Guard guard = _lock.Acquire();
                _root = 1;
                using Guard second = tables._lock.Acquire();
            }
        """);

    [Fact]
    public Task A_guard_that_is_dropped_gets_a_name() => VerifyAsync(
        """
            public void M(Tables tables)
            {
                {|KMEM305:_lock.Acquire()|}; // for the root
                {|KMEM305:_ = tables._lock.Acquire()|};
                _root = 1;
            }
        """,
        """
            public void M(Tables tables)
            {
                using Guard guard = _lock.Acquire(); // for the root
                using Guard guard2 = tables._lock.Acquire();
                _root = 1;
            }
        """);

    [Fact]
    public Task A_lock_that_is_entered_is_left_at_the_end_of_the_block() => VerifyAsync(
        """
            public void M(bool flag)
            {
                if (flag)
                {
                    {|KMEM303:_gate.Enter()|};
                    Console.WriteLine();
                }

                {|KMEM303:_inner.Enter()|};
                Console.WriteLine();
            }
        """,
        """
            public void M(bool flag)
            {
                if (flag)
                {
                    _gate.Enter();
                    Console.WriteLine();
                    _gate.Exit();
                }

                _inner.Enter();
                Console.WriteLine();
                _inner.Exit();
            }
        """);

    [Fact]
    public Task A_lock_in_a_readonly_field_may_change_afterwards() => VerifyAsync(
        """
            /// <summary>Fixed.</summary>
            private readonly SpinLock {|KMEM305:_fixed|};
            readonly Gate {|KMEM305:_second|};
        """,
        """
            /// <summary>Fixed.</summary>
            private SpinLock _fixed;
            Gate _second;
        """);

    [Fact]
    public Task A_lock_without_contracts_is_left_by_its_counterpart() => VerifyAsync(
        """
            struct TicketLock { public void Acquire() { } public void Release() { } }
            private TicketLock _plain;
            public void M() { {|KMEM303:_plain.Acquire()|}; Console.WriteLine(); }
        """,
        """
            struct TicketLock { public void Acquire() { } public void Release() { } }
            private TicketLock _plain;
            public void M() { _plain.Acquire(); Console.WriteLine(); _plain.Release(); }
        """);

    [Fact]
    public Task A_guard_that_is_made_and_dropped_gets_a_name_too() => VerifyAsync(
        "    public void M() { {|KMEM305:new Guard()|}; Console.WriteLine(); }",
        "    public void M() { using Guard guard = new Guard(); Console.WriteLine(); }");

    [Fact]
    public Task In_a_type_that_is_readonly_a_field_stays_so() => VerifyAsync(
        "    readonly struct Inner { private readonly SpinLock {|KMEM305:_fixed|}; }",
        "    readonly struct Inner { private readonly SpinLock {|KMEM305:_fixed|}; }");

    [Theory]
    [InlineData("public void M(bool flag) { {|KMEM303:_gate.Enter()|}; if (flag) return; _gate.Exit(); }")]
    [InlineData("public int M() { {|KMEM303:_gate.Enter()|}; return 1; }")]
    [InlineData("public void M(bool flag) { Guard guard = {|KMEM303:_lock.Acquire()|}; if (flag) guard.Dispose(); }")]
    [InlineData("public void M() { {|KMEM303:_gate.Exit()|}; }")]
    [InlineData("public void M() { using Guard guard = _lock.Acquire(); {|KMEM305:guard.Dispose()|}; }")]
    [InlineData("public void M() => {|KMEM305:_lock.Acquire()|};")]
    [InlineData("public void M() { using Guard guard = _lock.Acquire(); Guard copy = {|KMEM305:guard|}; }")]
    public Task Where_more_than_one_place_could_be_wrong_there_is_no_fix(string member) => VerifyAsync($"    {member}", $"    {member}");
}
