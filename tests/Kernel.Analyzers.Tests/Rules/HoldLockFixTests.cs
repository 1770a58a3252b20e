using System.Threading.Tasks;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.Rules.Locks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Locks.LockAnalyzer, Kernel.Analyzers.CodeFixes.HoldLockFix>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The fix of KMEM301 and KMEM302: where a guard is put, and where none is offered.</summary>
public class HoldLockFixTests
{
    private static string With(string members) => LockSource.With(members);

    [Fact]
    public Task A_guard_goes_before_the_statement() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public void M()
            {
                {|KMEM301:_root|} = 1;
            }
        """),
        With("""
            public void M()
            {
                using Guard guard = _lock.Acquire();
                _root = 1;
            }
        """));

    [Fact]
    public Task One_guard_serves_the_rest_of_the_block() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public void M(Tables tables, bool flag)
            {
                {|KMEM301:_root|} = 1;
                if (flag)
                {
                    {|KMEM302:Grow|}();
                }

                tables.{|KMEM302:Grow|}();
            }
        """),
        With("""
            public void M(Tables tables, bool flag)
            {
                using Guard guard = _lock.Acquire();
                _root = 1;
                if (flag)
                {
                    Grow();
                }

                using Guard guard2 = tables._lock.Acquire();
                tables.Grow();
            }
        """));

    [Fact]
    public Task A_name_that_is_taken_further_inside_is_left_alone() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public void M(bool flag)
            {
                {|KMEM301:_root|} = 1;
                if (flag)
                {
                    using Guard guard = _other.Acquire();
                }
            }
        """),
        With("""
            public void M(bool flag)
            {
                using Guard guard2 = _lock.Acquire();
                _root = 1;
                if (flag)
                {
                    using Guard guard = _other.Acquire();
                }
            }
        """));

    [Fact]
    public Task A_lock_that_is_taken_further_down_is_held_for_the_statement_only() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public int M(Tables tables)
            {
                // The root first.
                {|KMEM301:_root|} = 1; // now
                tables.{|KMEM301:_root|}++;
                Reset();
                if ({|KMEM301:_root|} == 2)
                {
                    return {|KMEM301:_root|};
                }

                using Guard guard = _lock.Acquire();
                return _root;
            }

            public void Reset()
            {
                using Guard guard = _lock.Acquire();
                _root = 0;
            }
        """),
        With("""
            public int M(Tables tables)
            {
                // The root first.
                using (_lock.Acquire())
                {
                    _root = 1; // now
                }
                using (tables._lock.Acquire())
                {
                    tables._root++;
                }
                Reset();
                using (_lock.Acquire())
                {
                    if (_root == 2)
                    {
                        return _root;
                    }
                }

                using Guard guard = _lock.Acquire();
                return _root;
            }

            public void Reset()
            {
                using Guard guard = _lock.Acquire();
                _root = 0;
            }
        """));

    [Fact]
    public Task A_parameter_of_the_type_that_the_lock_wants_is_handed_over()
    {
        static string Source(string body) => $$"""
            using Kernel.Contracts;

            public readonly ref struct Token { }

            [LockGuard] public ref struct Guard { public void Dispose() { } }

            [Lock] public struct Lock
            {
                [Acquires] public Guard Acquire<TProcessor>(Token token) => default;
            }

            public class Tables<TProcessor>
            {
                private Lock _lock;
                [GuardedBy(nameof(_lock))] private int _root;

                public void M(Token token)
                {
            {{body}}
                }
            }
            """;
        return VerifyCS.VerifyCodeFixAsync(
            Source("""
                    {|KMEM301:_root|} = 1;
            """),
            Source("""
                    using Guard guard = _lock.Acquire<TProcessor>(token);
                    _root = 1;
            """));
    }

    [Theory]
    [InlineData("public int M() => {|KMEM301:_root|};")]
    [InlineData("public void M(bool flag) { Guard guard = default; if (flag) { guard = _lock.Acquire(); } {|KMEM301:_root|} = 1; guard.Dispose(); }")]
    [InlineData("public void M() { int root = {|KMEM301:_root|}; using Guard guard = _lock.Acquire(); _root = root; }")]
    [InlineData("public void M() { if ({|KMEM301:_root|} > 0) { using Guard guard = _lock.Acquire(); _root = 0; } }")]
    [InlineData("public System.Collections.Generic.IEnumerable<int> M() { int root = {|KMEM301:_root|}; yield return root; }")]
    [InlineData("public void M() { using Guard guard = _lock.Acquire(); {|KMEM302:Refresh|}(); }")]
    [InlineData("public void M(bool flag) { if (flag) {|KMEM302:Grow|}(); }")]
    [InlineData("public void M() { while ({|KMEM301:_root|} > 0) { } }")]
    public Task Where_a_guard_would_not_settle_it_there_is_no_fix(string member)
    {
        string source = With($"    {member}");
        return VerifyCS.VerifyNoFixAsync(source);
    }
}
