using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Locks for readers and writers, the runtime's and those that only their names tell of.</summary>
public class KMEM303SharedLockTests
{
    private static Task Verify(string source) => VerifyCS.VerifyAnalyzerAsync($$"""
        using System;
        using System.Collections.Generic;
        using System.Threading;
        using Kernel.Contracts;
        {{source}}
        """);

    [Fact]
    public Task The_lock_of_the_runtime_guards_for_readers_and_writers() => Verify("""
        class Inode
        {
            readonly ReaderWriterLockSlim _gate = new();
            [GuardedBy(nameof(_gate))] readonly Dictionary<string, Inode> _children = new();
            [GuardedBy(nameof(_gate))] long _length;

            Inode Lookup(string name)
            {
                _gate.EnterReadLock();
                try { return _children.TryGetValue(name, out Inode child) ? child : null; }
                finally { _gate.ExitReadLock(); }
            }

            Inode GetOrAdd(string name)
            {
                _gate.EnterUpgradeableReadLock();
                try
                {
                    if (_children.TryGetValue(name, out Inode child)) return child;
                    _gate.EnterWriteLock();
                    try { return _children[name] = new Inode(); }
                    finally { _gate.ExitWriteLock(); }
                }
                finally { _gate.ExitUpgradeableReadLock(); }
            }

            bool Truncate(long to) { if (!_gate.TryEnterWriteLock(100)) return false; _length = to; _gate.ExitWriteLock(); return true; }
            long Unlocked() => {|KMEM301:_length|};
            void After() { _gate.EnterWriteLock(); _length = 0; _gate.ExitWriteLock(); {|KMEM301:_children|}.Clear(); }
            long Leaks() { {|KMEM303:_gate.EnterReadLock()|}; if (_length < 0) return 0; long length = _length; _gate.ExitReadLock(); return length; }
            void Throws(long to) { {|KMEM303:_gate.EnterWriteLock()|}; if (to < 0) throw new ArgumentException(); _gate.ExitWriteLock(); }
            void Twice() { _gate.EnterReadLock(); _gate.ExitReadLock(); {|KMEM303:_gate.ExitReadLock()|}; }
            void Failed(long to) { if (!_gate.TryEnterReadLock(1)) {|KMEM301:_length|} = to; else _gate.ExitReadLock(); }
        }
        """);

    [Fact]
    public Task Pairs_that_say_for_whom_are_locks() => Verify("""
        struct RwSpin
        {
            public void AcquireShared() { }
            public bool TryAcquireShared() => true;
            public void ReleaseShared() { }
            public void AcquireExclusive() { }
            public void ReleaseExclusive() { }
        }
        class PageTableLock { public void ReadLock() { } public void ReadUnlock() { } public void WriteLock() { } public void WriteUnlock() { } }
        class RWLock { public ulong EnterWriteIrqSave() => 0; public void ExitWriteIrqRestore(ulong flags) { } public void EnterRead() { } public void ExitRead() { } }
        class Mounts
        {
            RwSpin _spin;
            readonly PageTableLock _list = new();
            readonly RWLock _interrupts = new();
            [GuardedBy(nameof(_spin))] int _count;

            int Read() { _spin.AcquireShared(); int count = _count; _spin.ReleaseShared(); return count; }
            void Write() { _spin.AcquireExclusive(); _count++; _spin.ReleaseExclusive(); }
            int Try() { if (!_spin.TryAcquireShared()) return -1; try { return _count; } finally { _spin.ReleaseShared(); } }
            void Again() { _spin.AcquireShared(); bool any = _count > 0; _spin.ReleaseShared(); if (!any) return; _spin.AcquireExclusive(); _count--; _spin.ReleaseExclusive(); }
            void Other() { _list.ReadLock(); _list.ReadUnlock(); _list.WriteLock(); _list.WriteUnlock(); }
            void Saved() { ulong flags = _interrupts.EnterWriteIrqSave(); _interrupts.ExitWriteIrqRestore(flags); }

            int Leaks() { {|KMEM303:_spin.AcquireShared()|}; if (_count == 0) return 0; _spin.ReleaseShared(); return 1; }
            int TryLeaks() { if (!{|KMEM303:_spin.TryAcquireShared()|}) return 0; return _count; }
            void Exclusive(bool now) { {|KMEM303:_list.WriteLock()|}; if (now) return; _list.WriteUnlock(); }
            void Lost(bool now) { ulong flags = {|KMEM303:_interrupts.EnterWriteIrqSave()|}; if (now) return; _interrupts.ExitWriteIrqRestore(flags); }
            int Unlocked() => {|KMEM301:_count|};
        }
        """);

    [Fact]
    public Task What_only_reads_and_writes_is_no_lock() => Verify("""
        class Stream2 { public void BeginRead() { } public void EndRead() { } public void EnterShared() { } public void Read() { } public void ReleaseWriter() { } }
        class FileLock { public void AcquireShared() { } public void Close() { } }
        class User
        {
            readonly Stream2 _stream = new();
            readonly FileLock _file = new();
            void Use(bool now) { _stream.EnterShared(); if (now) return; _stream.ReleaseWriter(); }
            void Keep() => _file.AcquireShared();
        }
        """);

    [Fact]
    public Task A_lock_goes_on_from_hand_to_hand() => Verify("""
        class SpinLock { public void Lock() { } public void Unlock() { } }
        class Node { public readonly SpinLock Lock = new(); public Node Next; [GuardedBy(nameof(Lock))] public int Value; }
        class Chain
        {
            readonly Node _first = new();

            int Find(int wanted)
            {
                Node at = _first;
                at.Lock.Lock();
                while (at.Value != wanted && at.Next != null)
                {
                    Node next = at.Next;
                    next.Lock.Lock();
                    at.Lock.Unlock();
                    at = next;
                }

                int value = at.Value;
                at.Lock.Unlock();
                return value;
            }

            int Forgotten(int wanted)
            {
                Node at = _first;
                at.Lock.Lock();
                Node next = at.Next;
                at.Lock.Unlock();
                at = next;
                return at.{|KMEM301:Value|};
            }
        }
        """);

    [Fact]
    public Task A_helper_that_releases_is_entered_with_the_lock() => Verify("""
        class SpinLock { public void Lock() { } public void Unlock() { } public bool TryLock() => true; }
        class Device
        {
            readonly SpinLock _lock = new();
            [GuardedBy(nameof(_lock))] int _state;

            int Try() => _lock.TryLock() ? Finish() : -1;
            int Begin() { _lock.Lock(); return Finish(); }
            private int Finish() { int state = _state; _lock.Unlock(); return state; }

            int After() { _lock.Lock(); return Late(); }
            private int Late() { _lock.Unlock(); return {|KMEM301:_state|}; }
            private int Never() => {|KMEM301:_state|};
        }
        """);

    [Fact]
    public Task Who_takes_the_lock_at_the_end_of_an_object_knows_of_others() => Verify("""
        class Table : IDisposable
        {
            readonly object _sync = new();
            [GuardedBy(nameof(_sync))] int _count;

            public void Dispose()
            {
                lock (_sync) { _count = 0; }
                {|KMEM301:_count|}--;
            }

            ~Table() { _count = 0; }
        }
        class Quiet : IDisposable
        {
            readonly object _sync = new();
            [GuardedBy(nameof(_sync))] int _count;
            public void Dispose() { _count = 0; lock (_sync) { _count = 1; } }
        }
        """);
}
