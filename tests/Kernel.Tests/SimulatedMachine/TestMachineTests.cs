using System;
using System.Threading;
using Kernel.Addresses;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.SimulatedMachine;

public sealed class TestMachineTests
{
    [Fact]
    public void Memory_is_dirty_from_the_first_byte_to_the_last()
    {
        using TestMachine machine = new(0x3000);
        Assert.True(machine.Memory.Bytes(machine.Memory.Range).IndexOfAnyExcept(MemoryArray.DirtyByte) < 0);
        Assert.Equal(1, MemoryArray.DirtyByte & 1);
    }

    [Theory]
    [InlineData(0x10_0000)]
    [InlineData(0x10_3000)]
    [InlineData(0)]
    [InlineData(1UL << 52)]
    public unsafe void Touching_anything_outside_of_memory_panics(ulong address)
    {
        using TestMachine machine = new(0x2000, memoryStart: 0x10_1000);
        Assert.Equal(address, Panics.In("MemoryArray.PointerTo", () => SimulatedMemory.PointerTo(Physical(address))).Value);
    }

    [Fact]
    public unsafe void Memory_is_aligned_to_frames()
    {
        using TestMachine machine = new(0x2000, memoryStart: 0x10_1000);
        Assert.Equal(0UL, (ulong)SimulatedMemory.PointerTo(Physical(0x10_1000)) & 0xFFF);
    }

    [Fact]
    public void A_machine_belongs_to_the_thread_that_made_it()
    {
        using TestMachine machine = new(processors: 2);
        Exception? elsewhere = null;
        uint number = 0;
        Thread thread = new(() =>
        {
            elsewhere = Record.Exception(() => SimulatedProcessor.Current);
            machine.Enter(1);
            number = SimulatedProcessor.Current;
        });
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(elsewhere);
        Assert.Equal((1u, 0u), (number, SimulatedProcessor.Current));
    }

    [Fact]
    public void After_a_machine_the_thread_has_the_one_before()
    {
        using TestMachine outer = new(processors: 2);
        outer.Enter(1);
        using (TestMachine inner = new())
        {
            Assert.Same(inner, TestMachine.Current);
            Assert.Equal(0u, SimulatedProcessor.Current);
        }

        Assert.Same(outer, TestMachine.Current);
        Assert.Equal(1u, SimulatedProcessor.Current);
    }

    [Fact]
    public void A_root_inside_of_a_frame_panics()
    {
        using TestMachine machine = new();
        Panics.In("ProcessorCore.LoadTableRoot", () => SimulatedProcessor.LoadTableRoot(Physical(0x1008)));
    }
}
