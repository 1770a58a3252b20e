using System;
using Kernel.PhysicalMemory;
using Xunit;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>Random use of the frame allocator beside a set of free frames that knows the border between the zones and nothing else.</summary>
public sealed class FrameZoneModelTests
{
    [Theory]
    [InlineData(1, 4 << 20, 4)]
    [InlineData(2, 4 << 20, 10)]
    [InlineData(3, 4 << 20, 7)]
    [InlineData(4, 6 << 20, 4)]
    [InlineData(5, 8 << 20, 6)]
    [InlineData(6, 1L << 52, 4)]
    public void Every_answer_agrees_with_the_set_of_free_frames(int seed, long reachEnd, int largestOrder)
    {
        Random random = new(seed);
        using FrameMachine machine = FrameMachine.Reaching(
            (ulong)reachEnd,
            new(FrameMachine.MemoryBytes, 0x1_F000, MemoryRegionKind.Usable),
            new(FrameMachine.MemoryBytes + 0x2_2000, 0x53_3000, MemoryRegionKind.Usable),
            new(0x9_F000, 0x6_1000, MemoryRegionKind.Reserved));
        FrameZoneModel model = new(machine, (ulong)reachEnd);
        uint[] before = machine.FreeBlocks;
        for (int step = 0; step < 4_000; step++)
        {
            // The share of frees swings, so that memory fills up and empties again.
            bool freeing = model.HoldsAny && random.Next(100) < (step / 400 % 2 == 0 ? 30 : 65);
            if (freeing)
            {
                model.FreeAny(random);
            }
            else if (random.Next(2) == 0)
            {
                model.AllocateBlock(random.Next(largestOrder + 1), APurpose(random));
            }
            else
            {
                model.AllocateRun(random.Next(1, 1 << largestOrder), 1 << random.Next(5), ABound(random), APurpose(random));
            }

            model.ExpectSameStatistics();
        }

        Assert.True(model.SawEveryAnswer(hasDistantMemory: reachEnd < 9 << 20));
        while (model.HoldsAny)
        {
            model.FreeAny(random);
        }

        Assert.Equal(before, machine.FreeBlocks);
    }

    private static FramePurpose APurpose(Random random) => (FramePurpose)random.Next((int)FramePurpose.DeviceBuffer + 1);

    private static ulong ABound(Random random) => random.Next(2) == 0 ? 1UL << 52 : (ulong)random.Next(0, 2_500) << 12;
}
