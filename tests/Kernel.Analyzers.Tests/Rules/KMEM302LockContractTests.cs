using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Locks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM302: calls of methods that require or exclude a lock, and declarations that demand more than their base.</summary>
public class KMEM302LockContractTests
{
    private static Task Verify(string members, string others = "") => VerifyCS.VerifyAnalyzerAsync(LockSource.With(members, others));

    private static Task VerifyBody(string body) => Verify($$"""
            public void M(Tables tables, bool flag)
            {
        {{body}}
            }
        """);

    [Fact]
    public Task A_call_without_the_required_lock_is_reported() => VerifyBody("""
        {|KMEM302:Grow|}();
        tables.{|KMEM302:Grow|}();
        """);

    [Fact]
    public Task A_property_without_the_required_lock_is_reported() => VerifyBody("""
        Console.WriteLine(tables.{|KMEM302:Size|});
        """);

    [Fact]
    public Task A_call_after_the_release_is_reported() => VerifyBody("""
        using (_lock.Acquire())
        {
            Grow();
        }

        {|KMEM302:Grow|}();
        """);

    [Fact]
    public Task A_call_with_the_lock_on_one_path_only_is_reported() => VerifyBody("""
        Guard guard = default;
        if (flag)
        {
            guard = _lock.Acquire();
        }

        {|KMEM302:Grow|}();
        guard.Dispose();
        """);

    [Fact]
    public Task A_call_with_the_lock_of_another_object_is_reported() => VerifyBody("""
        using Guard guard = tables._lock.Acquire();
        {|KMEM302:Grow|}();
        """);

    [Fact]
    public Task A_call_that_takes_a_held_lock_is_reported() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        {|KMEM302:Refresh|}();
        """);

    [Fact]
    public Task A_call_that_takes_a_lock_that_may_be_held_is_reported() => VerifyBody("""
        Guard guard = default;
        if (flag)
        {
            guard = _lock.Acquire();
        }

        {|KMEM302:Refresh|}();
        guard.Dispose();
        """);

    [Fact]
    public Task A_method_that_requires_the_lock_may_not_take_it() => Verify("""
            [RequiresLock(nameof(_lock))] public void M() => {|KMEM302:Refresh|}();
        """);

    [Fact]
    public Task An_override_that_requires_more_than_its_base_is_reported() => Verify(
        "",
        """
        public class Base
        {
            protected SpinLock _lock;
            public virtual void Work() { }
            public virtual void Wait() { }
        }

        public class Derived : Base
        {
            [RequiresLock(nameof(_lock))] public override void {|KMEM302:Work|}() { }
            [ExcludesLock(nameof(_lock))] public override void {|KMEM302:Wait|}() { }
        }
        """);

    [Fact]
    public Task An_implementation_that_requires_more_than_its_interface_is_reported() => Verify(
        "",
        """
        public interface IWork { void Work(); int Size { get; } }
        public class Worker : IWork
        {
            private SpinLock _lock;
            [RequiresLock(nameof(_lock))] public void {|KMEM302:Work|}() { }
            [RequiresLock(nameof(_lock))] public int {|KMEM302:Size|} => 0;
        }
        """);

    [Fact]
    public Task The_guard_of_another_lock_is_reported() => Verify("""
            private void Locked(in Guard guard) => _root = 1;
            public void M(Tables tables)
            {
                using Guard guard = tables._lock.Acquire();
                Locked(in {|KMEM302:guard|});
            }
        """);

    [Fact]
    public Task A_call_through_the_base_inherits_its_contract() => Verify(
        "",
        """
        public class Base
        {
            internal SpinLock _lock;
            [RequiresLock(nameof(_lock))] public virtual void Work() { }
        }

        public class Derived : Base
        {
            public override void Work() { }
            public void M()
            {
                {|KMEM302:Work|}();
                using Guard guard = _lock.Acquire();
                Work();
            }
        }
        """);

    [Fact]
    public Task A_call_with_the_required_lock_is_quiet() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        Grow();
        Console.WriteLine(Size);
        using Guard second = tables._lock.Acquire();
        tables.Grow();
        """);

    [Fact]
    public Task A_method_that_requires_the_lock_hands_it_on() => Verify("""
            [RequiresLock(nameof(_lock))] private void Outer() { Grow(); _root = Size; }
            [GuardedBy(nameof(_lock))] private int Computed => Size + _root;
        """);

    [Fact]
    public Task A_call_that_takes_the_lock_after_the_release_is_quiet() => VerifyBody("""
        using (_lock.Acquire())
        {
            Grow();
        }

        Refresh();
        """);

    [Fact]
    public Task A_call_that_takes_the_lock_of_another_object_is_quiet() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        tables.Refresh();
        """);

    [Fact]
    public Task A_call_on_an_unknown_object_is_quiet() => VerifyBody("""
        using Guard guard = _lock.Acquire();
        _changing.Grow();
        _changing.Refresh();
        Array.Find(new Tables[1], one => true).Grow();
        """);

    [Fact]
    public Task A_call_after_a_failed_attempt_is_quiet() => VerifyBody("""
        if (!_lock.TryAcquire(out Guard guard))
        {
            Refresh();
            return;
        }

        Grow();
        guard.Dispose();
        """);

    [Fact]
    public Task An_override_that_demands_the_same_is_quiet() => Verify(
        "",
        """
        public interface IWork { [RequiresLock("_lock")] void Work(); }
        public class Base : IWork
        {
            internal SpinLock _lock;
            [RequiresLock(nameof(_lock))] public virtual void Work() { }
        }

        public class Derived : Base
        {
            [RequiresLock(nameof(_lock))] public override void Work() { }
        }
        """);

    [Fact]
    public Task An_override_that_demands_less_is_quiet() => Verify(
        "",
        """
        public class Base
        {
            internal SpinLock _lock;
            [RequiresLock(nameof(_lock))] public virtual void Work() { }
        }

        public class Derived : Base
        {
            public override void Work() { }
        }
        """);

    [Fact]
    public Task Construction_needs_no_lock() => Verify("""
            public Tables() => Grow();
            [ExclusiveAccess("the last user is gone")] public void Clear(Tables tables) { Grow(); tables.Grow(); }
        """);

    [Fact]
    public Task The_guard_of_the_right_lock_is_quiet() => Verify("""
            private void Locked(in Guard guard) => Grow();
            public void M(Tables tables)
            {
                using Guard guard = tables._lock.Acquire();
                tables.Locked(in guard);
            }
        """);

    [Fact]
    public Task The_message_says_that_the_lock_is_only_sometimes_held() => VerifyCS.VerifyAnalyzerAsync(
        LockSource.With("""
            public void M(bool flag)
            {
                Guard guard = default;
                if (flag)
                {
                    guard = _lock.Acquire();
                }

                {|#0:Grow|}();
                {|#1:Refresh|}();
                guard.Dispose();
            }
        """),
        VerifyCS.Diagnostic(LockRules.Missing).WithLocation(0).WithArguments("Grow", "_lock", " on every path"),
        VerifyCS.Diagnostic(LockRules.Held).WithLocation(1).WithArguments("Refresh", "_lock", "may be"));
}
