using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Locks.LockAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The lock rules on a process table in the style of small teaching kernels: a class lock, taken and released by hand, without contracts.</summary>
public class ForeignProcessTableTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync($$"""
        using System;
        using System.Threading;
        using System.Diagnostics.CodeAnalysis;

        public sealed class Spinlock
        {
            private int _word;
            public void Acquire() { while (Interlocked.Exchange(ref _word, 1) != 0) { } }
            public void Release() => Volatile.Write(ref _word, 0);
            public bool Holding => _word != 0;
        }
        public sealed class Process
        {
            public readonly Spinlock Lock = new();
            public int State, Pid;
            public object Channel;
            public Process Parent;
        }
        public static class Machine
        {
            [DoesNotReturn] public static void Panic(string why) { for (;;) { } }
            public static void Switch(Process from) { }
        }
        public static class Table
        {
            static readonly Process[] s_processes = new Process[64];
            static readonly Spinlock s_waitLock = new();
            static int s_next;

            static Process Find(int state)
            {
                foreach (Process process in s_processes)
                {
                    process.Lock.Acquire();
                    if (process.State == state) return process;
                    process.Lock.Release();
                }
                return null;
            }
            static void Sleep(Process process, Spinlock condition)
            {
                process.Lock.Acquire();
                condition.Release();
                process.State = 2;
                Machine.Switch(process);
                process.Lock.Release();
                condition.Acquire();
            }
            public static void LockBoth(Process one, Process other)
            {
                if (one.Pid < other.Pid) { one.Lock.Acquire(); other.Lock.Acquire(); }
                else { other.Lock.Acquire(); one.Lock.Acquire(); }
            }
            public static void UnlockBoth(Process one, Process other) { one.Lock.Release(); other.Lock.Release(); }
            static bool IsKilled(Process process) { process.Lock.Acquire(); bool killed = process.State == 9; process.Lock.Release(); return killed; }
        {{members}}
        }
        """);

    [Fact]
    public Task A_lock_that_an_early_return_forgets_is_reported() => Verify("""
        static int Next()
        {
            {|KMEM303:s_waitLock.Acquire()|};
            if (s_next == int.MaxValue) return -1;
            int next = s_next++;
            s_waitLock.Release();
            return next;
        }
        """);

    [Fact]
    public Task A_lock_that_continue_forgets_is_reported() => Verify("""
        static void Wake(object channel)
        {
            for (int index = 0; index < s_processes.Length; index++)
            {
                Process process = s_processes[index];
                {|KMEM303:process.Lock.Acquire()|};
                if (process.State != 2) continue;
                process.Lock.Release();
            }
        }
        """);

    [Fact]
    public Task A_lock_that_only_the_inner_return_forgets_is_reported() => Verify("""
        static int Wait(Process parent)
        {
            {|KMEM303:s_waitLock.Acquire()|};
            for (;;)
            {
                foreach (Process child in s_processes)
                {
                    if (child.Parent != parent) continue;
                    child.Lock.Acquire();
                    bool ended = child.State == 5;
                    child.Lock.Release();
                    if (ended) return child.Pid;
                }
                if (IsKilled(parent)) { s_waitLock.Release(); return -1; }
                Sleep(parent, s_waitLock);
            }
        }
        """);

    [Fact]
    public Task The_lock_of_another_process_does_not_do() => Verify("""
        public static void Adopt(Process one, Process other)
        {
            {|KMEM303:one.Lock.Acquire()|};
            one.Parent = other;
            {|KMEM303:other.Lock.Release()|};
        }
        """);

    [Fact]
    public Task A_lock_that_one_arm_has_released_already_is_reported() => Verify("""
        static void Kill(Process process)
        {
            process.Lock.Acquire();
            if (process.State == 2) process.Lock.Release();
            {|KMEM303:process.Lock.Release()|};
        }
        """);

    [Fact]
    public Task A_callee_that_takes_the_held_lock_is_reported() => Verify("""
        static void Yield(Process process) { process.Lock.Acquire(); Machine.Switch(process); process.Lock.Release(); }
        static void Maybe(Process process) { if (process.Pid == 0) return; Yield(process); }
        static void Direct(Process process)
        {
            process.Lock.Acquire();
            if ({|KMEM304:IsKilled|}(process)) process.State = 5;
            process.Lock.Release();
        }
        static void Deep(Process process)
        {
            process.Lock.Acquire();
            {|KMEM304:Maybe|}(process);
            process.Lock.Release();
        }
        """);

    [Fact]
    public Task What_a_pair_of_helpers_takes_must_be_released_on_every_path() => Verify("""
        static void Move(Process one, Process other)
        {
            {|KMEM303:LockBoth(one, other)|};
            if (one.State == 5) return;
            UnlockBoth(one, other);
        }
        """);

    [Fact]
    public Task A_process_that_comes_locked_and_is_forgotten_is_reported() => Verify("""
        static int Fork()
        {
            Process process = {|KMEM303:Find(0)|};
            if (process == null) return -1;
            process.State = 1;
            if (s_next < 0) return -2;
            process.Lock.Release();
            return process.Pid;
        }
        """);

    [Fact]
    public Task A_process_that_comes_locked_is_released_by_its_receiver() => Verify("""
        static int Fork()
        {
            Process process = Find(0);
            if (process == null) return -1;
            process.State = 1;
            process.Lock.Release();
            return process.Pid;
        }
        static int Reap()
        {
            if (Find(5) is not { } ended) return 0;
            ended.State = 0;
            ended.Lock.Release();
            return ended.Pid;
        }
        static Process Take()
        {
            Process found = Find(3);
            if (found is null) return null;
            found.State = 4;
            return found;
        }
        """);

    [Fact]
    public Task Release_in_every_arm_is_quiet() => Verify("""
        static int Kill(int pid)
        {
            foreach (Process process in s_processes)
            {
                process.Lock.Acquire();
                if (process.Pid == pid)
                {
                    process.State = 9;
                    process.Lock.Release();
                    return 0;
                }
                process.Lock.Release();
            }
            return -1;
        }
        """);

    [Fact]
    public Task A_lock_that_is_given_up_while_sleeping_is_quiet() => Verify("""
        static int Wait(Process parent)
        {
            s_waitLock.Acquire();
            for (;;)
            {
                foreach (Process child in s_processes)
                {
                    if (child.Parent == parent)
                    {
                        child.Lock.Acquire();
                        if (child.State == 5)
                        {
                            child.Lock.Release();
                            s_waitLock.Release();
                            return child.Pid;
                        }
                        child.Lock.Release();
                    }
                }
                if (IsKilled(parent)) { s_waitLock.Release(); return -1; }
                Sleep(parent, s_waitLock);
            }
        }
        """);

    [Fact]
    public Task Pairs_of_helpers_are_quiet() => Verify("""
        static void Move(Process one, Process other)
        {
            LockBoth(one, other);
            one.Channel = other.Channel;
            UnlockBoth(one, other);
        }
        """);

    [Fact]
    public Task A_path_into_panic_is_quiet() => Verify("""
        static void Schedule(Process process)
        {
            if (!process.Lock.Holding) Machine.Panic("schedule");
            Machine.Switch(process);
        }
        static void Exit(Process process)
        {
            s_waitLock.Acquire();
            process.Lock.Acquire();
            process.State = 5;
            s_waitLock.Release();
            Schedule(process);
            Machine.Panic("a dead process runs");
        }
        """);
}
