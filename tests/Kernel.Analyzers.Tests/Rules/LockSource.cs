namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The source that the tests of the lock rules share.</summary>
internal static class LockSource
{
    /// <summary>A lock, its guard, a guarded type with <paramref name="members"/>, and <paramref name="others"/> beside it.</summary>
    public static string With(string members, string others = "") => $$"""
        using System;
        using System.Collections.Generic;
        using Kernel.Contracts;

        [Lock]
        public struct SpinLock
        {
            [Acquires] public Guard Acquire() => default;
            [Acquires] public bool TryAcquire(out Guard guard) { guard = default; return true; }
        }

        [Lock]
        public struct Gate
        {
            [Acquires] public void Enter() { }
            [Acquires] public void Enter(ref bool taken) => taken = true;
            [Acquires] public bool TryEnter() => true;
            [Releases] public void Exit() { }
        }

        [LockGuard]
        public ref struct Guard
        {
            public void Dispose() { }
        }

        public class Tables
        {
            internal SpinLock _lock;
            internal SpinLock _other;
            internal Gate _gate;
            internal Gate _inner;
            internal readonly Tables _next;
            internal Tables _changing;
            [GuardedBy(nameof(_lock))] internal int _root;
            [GuardedBy(nameof(_lock))] internal int Count { get; set; }
            [RequiresLock(nameof(_lock))] internal void Grow() { _root++; }
            [RequiresLock(nameof(_lock))] internal int Size => _root;
            [ExcludesLock(nameof(_lock))] internal void Refresh() { using Guard guard = _lock.Acquire(); _root = 0; }
            internal ref SpinLock Lock => ref _lock;
        {{members}}
        }
        {{others}}
        """;
}
