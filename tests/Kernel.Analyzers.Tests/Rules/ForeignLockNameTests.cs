using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Locks without contracts, known by the names of their type and methods, and types that only sound like locks.</summary>
public class ForeignLockNameTests
{
    private static Task Verify(string source) => VerifyCS.VerifyAnalyzerAsync($$"""
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        {{source}}
        """);

    [Fact]
    public Task A_ticket_lock_is_a_lock() => Verify("""
        struct TicketLock
        {
            int _next, _serving;
            public void Lock() { int mine = Interlocked.Increment(ref _next) - 1; while (Volatile.Read(ref _serving) != mine) { } }
            public void Unlock() => Volatile.Write(ref _serving, _serving + 1);
            public bool TryLock() { int now = _serving; return Interlocked.CompareExchange(ref _next, now + 1, now) == now; }
        }
        class Heap
        {
            TicketLock _lock;
            readonly TicketLock {|KMEM305:_fixed|};
            int _free;
            int Take() { {|KMEM303:_lock.Lock()|}; if (_free == 0) return -1; _lock.Unlock(); return 0; }
            void Twice() { _lock.Lock(); {|KMEM304:_lock.Lock()|}; _lock.Unlock(); _lock.Unlock(); }
            void Copy() { TicketLock mine = {|KMEM305:_lock|}; mine.Lock(); mine.Unlock(); }
            bool Try() { if (!_lock.TryLock()) return false; _free++; _lock.Unlock(); return true; }
            void Spin() { while (!_lock.TryLock()) { } _free++; _lock.Unlock(); }
        }
        """);

    [Fact]
    public Task A_critical_section_that_is_entered_and_left_is_a_lock() => Verify("""
        class KCriticalSection
        {
            readonly object _monitor = new();
            int _recursionCount;
            public void Enter() { Monitor.Enter(_monitor); _recursionCount++; }
            public void Leave() { _recursionCount--; Monitor.Exit(_monitor); }
        }
        class Thread2
        {
            readonly KCriticalSection _section = new();
            int _state;
            int Suspend(bool now) { {|KMEM303:_section.Enter()|}; if (now) return 1; _section.Leave(); return 0; }
            void Nested() { _section.Enter(); Inner(); _section.Leave(); }
            void Inner() { _section.Enter(); _state++; _section.Leave(); }
            int Both(bool now) { _section.Enter(); if (now) { _section.Leave(); return 1; } _section.Leave(); return 0; }
        }
        """);

    [Fact]
    public Task A_lock_that_is_given_by_reference_is_a_lock() => Verify("""
        static class SpinLock
        {
            public static void Acquire(ref int word) { while (Interlocked.Exchange(ref word, 1) != 0) { } }
            public static void Release(ref int word) => Volatile.Write(ref word, 0);
        }
        class Queue
        {
            int _lock, _other, _length;
            int Pop() { {|KMEM303:SpinLock.Acquire(ref _lock)|}; if (_length == 0) return -1; SpinLock.Release(ref _lock); return 0; }
            void Twice() { SpinLock.Acquire(ref _lock); {|KMEM304:Push|}(); SpinLock.Release(ref _lock); }
            void Push() { SpinLock.Acquire(ref _lock); _length++; SpinLock.Release(ref _lock); }
            void Both() { SpinLock.Acquire(ref _lock); SpinLock.Acquire(ref _other); SpinLock.Release(ref _other); SpinLock.Release(ref _lock); }
        }
        """);

    [Fact]
    public Task A_lock_that_saves_the_interrupt_flag_is_no_attempt() => Verify("""
        class SpinLock
        {
            int _word;
            public bool Acquire() { while (Interlocked.Exchange(ref _word, 1) != 0) { } return true; }
            public void Release(bool interrupts) => Volatile.Write(ref _word, 0);
        }
        class IrqLock
        {
            int _word;
            public ulong LockIrqSave() { while (Interlocked.Exchange(ref _word, 1) != 0) { } return 2; }
            public void UnlockIrqRestore(ulong flags) => Volatile.Write(ref _word, 0);
        }
        class Timer2
        {
            readonly SpinLock _lock = new();
            readonly IrqLock _irq = new();
            int _ticks;
            int Ticks() { bool interrupts = _lock.Acquire(); int ticks = _ticks; _lock.Release(interrupts); return ticks; }
            int More() { ulong flags = _irq.LockIrqSave(); int ticks = _ticks; _irq.UnlockIrqRestore(flags); return ticks; }
            int Bad() { bool interrupts = {|KMEM303:_lock.Acquire()|}; if (_ticks < 0) return 0; _lock.Release(interrupts); return 1; }
            int Worse() { ulong flags = {|KMEM303:_irq.LockIrqSave()|}; if (_ticks < 0) return 0; _irq.UnlockIrqRestore(flags); return 1; }
        }
        """);

    [Fact]
    public Task An_interface_of_a_lock_is_enough() => Verify("""
        interface IMutex { void Lock(); void Unlock(); }
        class Disk
        {
            readonly IMutex _mutex;
            Disk(IMutex mutex) => _mutex = mutex;
            int Read(int block) { {|KMEM303:_mutex.Lock()|}; if (block < 0) return -1; _mutex.Unlock(); return 0; }
            int Write(int block) { _mutex.Lock(); try { return block < 0 ? -1 : 0; } finally { _mutex.Unlock(); } }
        }
        """);

    [Fact]
    public Task A_lock_that_a_pair_of_methods_keeps_is_quiet() => Verify("""
        class Mutex { int _w; public void Lock() { while (Interlocked.Exchange(ref _w, 1) != 0) { } } public void Unlock() => _w = 0; }
        class Terminal
        {
            readonly Mutex _mutex = new();
            int _column;
            public void Begin() { _mutex.Lock(); _column = 0; }
            public void End() { _column = 0; _mutex.Unlock(); }
            public void Write(string text) { Begin(); foreach (char c in text) _column++; End(); }
        }
        """);

    [Fact]
    public Task A_pair_of_helpers_that_do_nothing_before_there_is_a_lock_is_quiet() => Verify("""
        class SpinLock { int _w; public void Enter() { while (Interlocked.Exchange(ref _w, 1) != 0) { } } public void Exit() => _w = 0; }
        static class Collector
        {
            class Parts { public SpinLock Lock = new(); }
            static Parts s_first = new(), s_second = new();
            static bool s_ready, s_useSecond;
            static int s_objects;
            static SpinLock Access { get { if (s_useSecond) { return s_second.Lock; } return s_first.Lock; } }
            static void Enter() { if (s_ready) { if (Access == null) { s_objects = 0; } else { Access.Enter(); } } }
            static void Exit() { if (s_ready) { if (Access == null) { s_objects = 0; } else { Access.Exit(); } } }
            public static int New()
            {
                Enter();
                try { if (s_objects == 0) return 1; s_objects++; return 2; }
                finally { Exit(); }
            }
        }
        class Console2
        {
            readonly SpinLock _lock = new();
            bool _parallel;
            int _column;
            public void Begin() { if (_parallel) _lock.Enter(); }
            public void End() { if (_parallel) _lock.Exit(); }
            public void Write() { Begin(); _column++; End(); }
            public void Bad(bool early) { {|KMEM303:_lock.Enter()|}; if (early) return; _lock.Exit(); }
        }
        """);

    [Fact]
    public Task A_scheduler_that_switches_under_its_lock_is_quiet() => Verify("""
        class SpinLock { int _w; public void Acquire() { while (Interlocked.Exchange(ref _w, 1) != 0) { } } public void Release() => _w = 0; public bool TryAcquire() => true; }
        static class Scheduler
        {
            static readonly SpinLock s_lock = new();
            static int s_current;
            public static void ThreadEntry() { s_lock.Release(); s_current = 1; }
            public static void Yield() { s_lock.Acquire(); s_current++; s_lock.Release(); }
            public static void Wrong(SpinLock other) { s_lock.Acquire(); s_current++; s_lock.Release(); {|KMEM303:other.Release()|}; }
            public static bool Wait()
            {
                bool isTaken;
                for (int turn = 0; !(isTaken = s_lock.TryAcquire()); turn++) { if (turn > 9) return false; }
                s_current++;
                s_lock.Release();
                return true;
            }
            public static void WaitBad()
            {
                bool isTaken;
                for (int turn = 0; !(isTaken = s_lock.TryAcquire()); turn++) { if (turn > 9) break; }
                s_current++;
                {|KMEM303:s_lock.Release()|};
            }
        }
        """);

    [Fact]
    public Task A_lock_behind_a_pointer_is_a_lock() => Verify("""
        struct SpinLock { int _w; public void Acquire() { while (Interlocked.Exchange(ref _w, 1) != 0) { } } public void Release() => _w = 0; }
        unsafe class Pages
        {
            void Good(SpinLock* held, SpinLock* other) { held->Acquire(); other->Acquire(); other->Release(); (*held).Release(); }
            int Bad(SpinLock* held, int count) { {|KMEM303:held->Acquire()|}; if (count == 0) return 1; held->Release(); return 0; }
            void Walk(SpinLock* all, int count) { for (SpinLock* one = all; one < all + count; one++) { one->Acquire(); one->Release(); } }
        }
        """);

    [Fact]
    public Task An_object_that_releases_the_lock_later_is_quiet() => Verify("""
        class Mutex { int _w; public void Lock() { while (Interlocked.Exchange(ref _w, 1) != 0) { } } public void Unlock() => _w = 0; }
        class Files
        {
            readonly Mutex _mutex = new();
            int _open;
            public Releaser Enter() { _mutex.Lock(); return new Releaser(this); }
            public IDisposable Forgets(bool early, IDisposable file)
            {
                {|KMEM303:_mutex.Lock()|};
                if (early) return file;
                _mutex.Unlock();
                return file;
            }
            public IDisposable Later() { Releaser releaser; _mutex.Lock(); releaser = new Releaser(this); return releaser; }
            public void Use() { using (Enter()) { _open++; } using Releaser again = Enter(); _open++; }
            public readonly struct Releaser : IDisposable
            {
                readonly Files _files;
                public Releaser(Files files) => _files = files;
                public void Dispose() => _files._mutex.Unlock();
            }
        }
        """);

    [Fact]
    public Task The_methods_of_the_lock_itself_are_quiet() => Verify("""
        class SpinLock
        {
            int _word;
            public bool TryEnter() => Interlocked.Exchange(ref _word, 1) == 0;
            public void Enter() { while (!TryEnter()) { } }
            public void Exit() => Volatile.Write(ref _word, 0);
            public void Run(Action action) { Enter(); try { action(); } finally { Exit(); } }
        }
        class RawLock
        {
            readonly SpinLock _inner = new();
            public void Lock() => _inner.Enter();
            public void Unlock() => _inner.Exit();
        }
        """);

    [Fact]
    public Task What_only_sounds_like_a_lock_is_quiet() => Verify("""
        class Block { public void Acquire() { } public void Release() { } }
        class Clock { public void Enter() { } public void Exit() { } }
        class FileLock { public void Acquire() { } }
        class Door { public void Lock() { } public void Unlock() { } }
        class AsyncLock { public Task Lock() => Task.CompletedTask; public void Unlock() { } }
        class User
        {
            readonly Block _block = new();
            readonly Clock _clock = new();
            readonly FileLock _file = new();
            readonly Door _door = new();
            readonly AsyncLock _async = new();
            async Task Use(bool early)
            {
                _block.Acquire();
                _clock.Enter();
                _file.Acquire();
                _door.Lock();
                await _async.Lock();
                if (early) return;
                _block.Release();
                _clock.Exit();
                _door.Unlock();
                _async.Unlock();
            }
        }
        """);

    [Fact]
    public Task Contracts_take_precedence_over_names() => Verify("""
        [Kernel.Contracts.Lock]
        class SeqLock
        {
            int _sequence;
            [Kernel.Contracts.Acquires] public void BeginWrite() => _sequence++;
            [Kernel.Contracts.Releases] public void EndWrite() => _sequence++;
            public void Enter() { }
            public void Exit() { }
        }
        class Clock2
        {
            readonly SeqLock _lock = new();
            void Read(bool early) { _lock.Enter(); if (early) return; _lock.Exit(); }
            void Write(bool early) { {|KMEM303:_lock.BeginWrite()|}; if (early) return; _lock.EndWrite(); }
        }
        """);
}
