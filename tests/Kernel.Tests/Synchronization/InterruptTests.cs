using Kernel.Synchronization;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Synchronization;

public class InterruptTests
{
    [Fact]
    public void Interrupts_are_disabled_inside_a_scope_and_enabled_again_after_it()
    {
        using TestMachine machine = new();
        machine.Processor.InterruptsEnabled = true;
        using (InterruptScope<SimulatedProcessor>.Enter())
        {
            Assert.False(machine.Processor.InterruptsEnabled);
        }

        Assert.True(machine.Processor.InterruptsEnabled);
    }

    [Fact]
    public void A_scope_inside_a_scope_does_not_enable_interrupts()
    {
        using TestMachine machine = new();
        machine.Processor.InterruptsEnabled = true;
        using (InterruptScope<SimulatedProcessor>.Enter())
        {
            using (InterruptScope<SimulatedProcessor>.Enter())
            {
            }

            Assert.False(machine.Processor.InterruptsEnabled);
        }

        Assert.True(machine.Processor.InterruptsEnabled);
    }

    [Fact]
    public void Interrupts_that_were_disabled_before_a_scope_stay_disabled_after_it()
    {
        using TestMachine machine = new();
        machine.Processor.InterruptsEnabled = false;
        using (InterruptScope<SimulatedProcessor>.Enter())
        {
        }

        Assert.False(machine.Processor.InterruptsEnabled);
    }

    [Fact]
    public void A_trusted_token_is_refused_while_interrupts_are_enabled()
    {
        using TestMachine machine = new(processors: 2);
        machine.Enter(1).InterruptsEnabled = true;
        Assert.Equal(1UL, Panics.In("InterruptsDisabled.InTrustedContext", () => InterruptsDisabled.InTrustedContext<SimulatedProcessor>()).Value);
    }

    [Fact]
    public void A_trusted_token_is_given_while_interrupts_are_disabled()
    {
        using TestMachine machine = new();
        machine.Processor.InterruptsEnabled = false;
        InterruptsDisabled token = InterruptsDisabled.InTrustedContext<SimulatedProcessor>();
        SpinLock spinLock = default;
        using SpinLockGuard guard = spinLock.Acquire<SimulatedProcessor>(token);
        Assert.True(spinLock.IsHeld);
    }

    [Fact]
    public void The_flag_is_each_processors_own()
    {
        using TestMachine machine = new(processors: 2);
        machine.Processors[0].InterruptsEnabled = true;
        machine.Enter(1).InterruptsEnabled = true;
        using (InterruptScope<SimulatedProcessor>.Enter())
        {
            Assert.True(machine.Processors[0].InterruptsEnabled);
            Assert.False(machine.Processors[1].InterruptsEnabled);
        }
    }
}
