using System.Linq;
using System.Threading;
using Kernel.Synchronization;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using SpinLock = Kernel.Synchronization.SpinLock;

namespace Kernel.Tests.Synchronization;

public class SpinLockTests
{
    private SpinLock _lock;
    private int _inside;
    private long _counter;

    [Fact]
    public void A_lock_is_held_exactly_as_long_as_its_guard()
    {
        using TestMachine machine = new();
        Assert.False(_lock.IsHeld);
        using (_lock.Acquire<SimulatedProcessor>(machine.Token))
        {
            Assert.True(_lock.IsHeld);
        }

        Assert.False(_lock.IsHeld);
    }

    [Fact]
    public void A_lock_can_be_taken_again_after_it_was_released()
    {
        using TestMachine machine = new();
        for (int round = 0; round < 3; round++)
        {
            using SpinLockGuard guard = _lock.Acquire<SimulatedProcessor>(machine.Token);
            Assert.True(_lock.IsHeld);
        }

        Assert.Equal(0, machine.Processor.Pauses);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Taking_a_lock_twice_on_one_processor_panics_instead_of_waiting_for_ever(int processor)
    {
        using TestMachine machine = new(processors: 4);
        machine.Enter(processor);
        using SpinLockGuard guard = _lock.Acquire<SimulatedProcessor>(machine.Token);
        Assert.Equal((ulong)processor, Panics.In("SpinLock.Acquire", () => Hold(machine)).Value);
    }

    [Fact]
    public void Releasing_a_lock_twice_panics()
    {
        using TestMachine machine = new();
        Panics.In("SpinLockGuard.Dispose", () =>
        {
            SpinLockGuard guard = _lock.Acquire<SimulatedProcessor>(machine.Token);
            guard.Dispose();
            guard.Dispose();
        });
    }

    [Fact]
    public void A_guard_proves_that_interrupts_are_disabled()
    {
        using TestMachine machine = new();
        SpinLock other = default;
        using SpinLockGuard guard = _lock.Acquire<SimulatedProcessor>(machine.Token);
        using SpinLockGuard nested = other.Acquire<SimulatedProcessor>(guard.Token);
        Assert.True(other.IsHeld);
    }

    [Fact]
    public void Another_processor_waits_until_the_lock_is_free()
    {
        using TestMachine machine = new(processors: 2);
        using ManualResetEventSlim acquired = new();
        Thread waiter = new(() =>
        {
            machine.Enter(1);
            using SpinLockGuard guard = _lock.Acquire<SimulatedProcessor>(machine.Token);
            acquired.Set();
        });
        using (_lock.Acquire<SimulatedProcessor>(machine.Token))
        {
            waiter.Start();
            SpinWait.SpinUntil(() => machine.Processors[1].Pauses > 0);
            Assert.False(acquired.IsSet);
        }

        waiter.Join();
        Assert.True(acquired.IsSet);
    }

    [Fact]
    public void Of_four_processors_one_at_a_time_holds_the_lock()
    {
        const int Rounds = 5_000;
        using TestMachine machine = new(processors: 4);
        bool alwaysAlone = true;
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(number => new Thread(() =>
        {
            machine.Enter(number);
            for (int round = 0; round < Rounds; round++)
            {
                using SpinLockGuard guard = _lock.Acquire<SimulatedProcessor>(machine.Token);
                alwaysAlone &= Interlocked.Increment(ref _inside) == 1;
                _counter++;
                Interlocked.Decrement(ref _inside);
            }
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.True(alwaysAlone);
        Assert.Equal(4 * Rounds, _counter);
    }

    private void Hold(TestMachine machine)
    {
        using SpinLockGuard guard = _lock.Acquire<SimulatedProcessor>(machine.Token);
    }
}
