using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The lock rules on the ways in which other kernels hold a lock: lambdas, accessors, assertions, guards of their own making.</summary>
public class ForeignGuardStyleTests
{
    private static Task Verify(string members, string others = "") => VerifyCS.VerifyAnalyzerAsync(LockSource.With(members, others));

    [Fact]
    public Task A_lambda_that_is_run_under_the_lock_holds_it() => Verify("""
            void WithLock(Action body) { using Guard guard = _lock.Acquire(); body(); }
            T WithLock<T>(Func<T> body) { Guard guard = _lock.Acquire(); try { return body(); } finally { guard.Dispose(); } }
            public void Add() => WithLock(() => { _root++; });
            public int Read() => WithLock(() => _root);
        """);

    [Fact]
    public Task A_lambda_that_is_run_under_the_lock_must_not_take_it() => Verify("""
            void WithLock(Action body) { _gate.Enter(); try { body(); } finally { _gate.Exit(); } }
            public void M() => WithLock(() => { {|KMEM304:_gate.Enter()|}; _gate.Exit(); });
        """);

    [Fact]
    public Task A_lambda_that_is_kept_for_later_holds_nothing() => Verify("""
            Action _later;
            void Keep(Action body) { using Guard guard = _lock.Acquire(); _later = body; }
            public void M() => Keep(() => { {|KMEM301:_root|}++; });
            public void N(List<Action> all) { using Guard guard = _lock.Acquire(); all.Add(() => { {|KMEM301:_root|}++; }); }
        """);

    [Fact]
    public Task A_lambda_that_a_list_runs_holds_what_is_held_around() => Verify("""
            public void M(List<int> all) { using Guard guard = _lock.Acquire(); all.ForEach(one => _root += one); }
            public void N(List<int> all) => all.ForEach(one => {|KMEM301:_root|} += one);
        """);

    [Fact]
    public Task A_lambda_that_releases_the_lock_has_been_handed_it() => Verify("""
            public void M() { _gate.Enter(); System.Threading.ThreadPool.QueueUserWorkItem(_ => { Console.WriteLine(); _gate.Exit(); }); }
        """);

    [Fact]
    public Task Accessors_and_operators_that_take_the_held_lock_are_reported() => Verify("""
            public int Total { get { using Guard guard = _lock.Acquire(); return _root; } set { using Guard guard = _lock.Acquire(); _root = value; } }
            public int this[int index] { get { using Guard guard = _lock.Acquire(); return _root; } }
            public static Tables operator +(Tables tables, int count) { using Guard guard = tables._lock.Acquire(); return tables; }
            public static implicit operator int(Tables tables) { using Guard guard = tables._lock.Acquire(); return tables._root; }
            public void Get() { using Guard guard = _lock.Acquire(); int total = {|KMEM304:Total|}; }
            public void Set() { using Guard guard = _lock.Acquire(); {|KMEM304:Total|} = 3; }
            public void Change() { using Guard guard = _lock.Acquire(); {|KMEM304:Total|} += 3; }
            public void Index() { using Guard guard = _lock.Acquire(); int first = {|KMEM304:this[0]|}; }
            public static void Add(Tables tables) { using Guard guard = tables._lock.Acquire(); Tables sum = {|KMEM304:tables + 1|}; }
            public static void Convert(Tables tables) { using Guard guard = tables._lock.Acquire(); int root = {|KMEM304:tables|}; }
        """);

    [Fact]
    public Task Accessors_of_another_object_or_after_the_release_are_quiet() => Verify("""
            public int Total { get { using Guard guard = _lock.Acquire(); return _root; } }
            public int Plain => 3;
            public int Other(Tables other) { using Guard guard = _lock.Acquire(); return other.Total + Plain; }
            public int After() { using (_lock.Acquire()) { _root++; } return Total; }
        """);

    [Fact]
    public Task A_callee_that_may_return_early_takes_the_lock() => Verify("""
            void Trim(int count) { if (count == 0) return; Console.WriteLine(); _gate.Enter(); _gate.Exit(); }
            void Flush(bool isLocked) { if (isLocked) return; _gate.Enter(); _gate.Exit(); }
            bool _gateHeld;
            void Sync() { if (_gateHeld) return; _gate.Enter(); _gate.Exit(); }
            public void Bad() { _gate.Enter(); {|KMEM304:Trim|}(3); _gate.Exit(); }
            public void Told() { _gate.Enter(); Flush(true); Sync(); _gate.Exit(); }
        """);

    [Fact]
    public Task A_lock_that_is_said_to_be_held_is_held() => Verify("""
            readonly Mutex _mutex = new();
            [GuardedBy(nameof(_mutex))] int _state;
            void Asserted() { _mutex.AssertHeld(); _state++; }
            void Checked() { System.Diagnostics.Debug.Assert(_mutex.IsHeld); _state++; }
            void Tested() { if (!_mutex.IsHeld) throw new InvalidOperationException(); _state++; }
            void Free() { if (_mutex.IsHeld) return; {|KMEM301:_state|}++; }
            void NotAsserted() { _mutex.AssertNotHeld(); {|KMEM301:_state|}++; }
        """, """
        [Lock]
        class Mutex
        {
            [Acquires] public void Enter() { }
            [Releases] public void Exit() { }
            public bool IsHeld => true;
            public void AssertHeld() { }
            public void AssertNotHeld() { }
        }
        """);

    [Fact]
    public Task A_guard_that_is_a_class_or_keeps_two_others_is_quiet() => Verify("""
            public int Class() { using ClassGuard guard = new(_mutex); return _mutex.GetHashCode(); }
            public int Hand() { ClassGuard guard = new(_mutex); try { return 3; } finally { guard.Dispose(); } }
            public int Both() { using TwoGuards guard = new(ref _lock, ref _other); return _root; }
            readonly Mutex _mutex = new();
        """, """
        [Lock] class Mutex { [Acquires] public void Enter() { } [Releases] public void Exit() { } }
        sealed class ClassGuard : IDisposable
        {
            readonly Mutex _mutex;
            public ClassGuard(Mutex mutex) { _mutex = mutex; mutex.Enter(); }
            public void Dispose() => _mutex.Exit();
        }
        ref struct TwoGuards
        {
            Guard _one, _other;
            public TwoGuards(ref SpinLock one, ref SpinLock other) { _one = one.Acquire(); _other = other.Acquire(); }
            public void Dispose() { _other.Dispose(); _one.Dispose(); }
        }
        """);

    [Fact]
    public Task A_guard_that_is_given_away_is_released_by_its_taker() => Verify("""
            static void Finish(Guard guard) { Console.WriteLine(); guard.Dispose(); }
            static void Look(Guard guard) { Console.WriteLine(); }
            public int Good() { Guard guard = _lock.Acquire(); int root = _root; Finish(guard); return root; }
            public int After() { Guard guard = _lock.Acquire(); Finish(guard); return {|KMEM301:_root|}; }
            public int Kept() { Guard guard = {|KMEM303:_lock.Acquire()|}; Look(guard); return _root; }
        """);

    [Fact]
    public Task The_lock_of_the_base_stands_behind_a_guard_parameter() => Verify("", """
        class Device { protected SpinLock _state; [GuardedBy(nameof(_state))] protected int _open; }
        class Disk : Device
        {
            void Close(Guard guard) => _open--;
            void Open() => {|KMEM301:_open|}++;
        }
        """);

    [Fact]
    public Task A_lock_that_drops_its_own_guard_is_quiet() => Verify("", """
        [Lock]
        class Mutex
        {
            [Acquires] public Guard Acquire() => default;
            [Acquires] public void Enter() { Acquire(); }
            [Releases] public void Exit() { }
            public void Wrong() { {|KMEM305:Acquire()|}; }
        }
        """);

    [Fact]
    public Task The_end_of_an_object_needs_no_lock() => Verify("""
            public void Dispose() { _root = 0; Dispose(true); }
            protected virtual void Dispose(bool disposing) { _root = 1; }
            public void Dispose(Tables other) { other.{|KMEM301:_root|} = 0; }
            ~Tables() { _root = 0; }
        """);

    [Fact]
    public Task A_handler_that_swallows_the_exception_keeps_the_lock() => Verify("""
            public void Swallowed() { {|KMEM303:_gate.Enter()|}; try { Console.WriteLine(); _gate.Exit(); } catch (Exception) { } }
            public void Released() { _gate.Enter(); try { Console.WriteLine(); _gate.Exit(); } catch (Exception) { _gate.Exit(); throw; } }
            public void Finally() { _gate.Enter(); try { Console.WriteLine(); } catch (Exception) { } finally { _gate.Exit(); } }
        """);

    [Fact]
    public Task A_lock_taken_twice_is_one_mistake() => Verify("""
            public void M() { _gate.Enter(); {|KMEM304:_gate.Enter()|}; _gate.Exit(); _gate.Exit(); }
            public void N() { _gate.Enter(); {|KMEM304:_gate.Enter()|}; _gate.Exit(); }
        """);
}
