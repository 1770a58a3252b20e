using System;
using System.Collections.Generic;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>Random use of the buddy allocator beside a set of free frames that knows nothing about blocks.</summary>
public sealed class BuddyModelTests
{
    private const int Start = 8192 - 300;
    private const int Count = 900;

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(3, 10)]
    [InlineData(4, 10)]
    [InlineData(5, 1)]
    public void Every_answer_agrees_with_the_set_of_free_frames(int seed, int largestOrder)
    {
        Random random = new(seed);
        using BuddyMachine machine = new(Frames(Start, 400), Frames(Start + 403, Count - 403));
        uint[] before = machine.FreeBlocks;
        bool[] free = new bool[Count];
        Array.Fill(free, true);
        free.AsSpan(400, 3).Clear();
        List<(int First, int Frames)> held = [];
        for (int step = 0; step < 3_000; step++)
        {
            // The share of frees swings, so that memory fills up and empties again.
            bool freeing = held.Count > 0 && random.Next(100) < (step / 300 % 2 == 0 ? 30 : 65);
            if (freeing)
            {
                (int first, int frames) = held[random.Next(held.Count)];
                held.Remove((first, frames));
                machine.Free(Frame((ulong)first), (ulong)frames);
                free.AsSpan(first - Start, frames).Fill(true);
            }
            else if (random.Next(2) == 0)
            {
                int order = random.Next(largestOrder + 1);
                AllocationError error = machine.Buddy.Allocate(order, out Frame<Size4KiB> block);
                Record(error, block, 1 << order, 1 << order, Start + Count, free, held);
            }
            else
            {
                int frames = random.Next(1, 1 << largestOrder);
                int step4KiB = 1 << random.Next(5);
                int below = random.Next(2) == 0 ? int.MaxValue : random.Next(Start, Start + Count + 10);
                ulong bound = below == int.MaxValue ? 1UL << 52 : (ulong)below << 12;
                AllocationError error = machine.Buddy.AllocateRun(
                    (ulong)frames, (ulong)step4KiB << 12, Physical(bound), out Frame<Size4KiB> run);
                Record(error, run, frames, step4KiB, Math.Min(below, Start + Count), free, held);
            }

            Assert.Equal((ulong)free.AsSpan().Count(true), machine.Buddy.FreeFrames);
            Assert.Equal(machine.Buddy.FreeFrames, FramesIn(machine.FreeBlocks));
        }

        foreach ((int first, int frames) in held)
        {
            machine.Free(Frame((ulong)first), (ulong)frames);
        }

        Assert.Equal(before, machine.FreeBlocks);
    }

    // An allocation must be free, aligned and below the bound; a refusal must be right: there must be no such place.
    private static void Record(
        AllocationError error, Frame<Size4KiB> first, int frames, int alignment, int below, bool[] free, List<(int First, int Frames)> held)
    {
        if (error != AllocationError.None)
        {
            Assert.Equal(AllocationError.OutOfFrames, error);
            for (int start = (Start + alignment - 1) / alignment * alignment; start + frames <= below; start += alignment)
            {
                Assert.True(free.AsSpan(start - Start, frames).Contains(false), $"{frames} frames at {start} were free.");
            }

            return;
        }

        int number = (int)first.Start.FrameNumber;
        Assert.Equal(0, number % alignment);
        Assert.True(number + frames <= below);
        Assert.False(free.AsSpan(number - Start, frames).Contains(false));
        free.AsSpan(number - Start, frames).Clear();
        held.Add((number, frames));
    }

    private static ulong FramesIn(uint[] blocks)
    {
        ulong frames = 0;
        for (int order = 0; order < blocks.Length; order++)
        {
            frames += (ulong)blocks[order] << order;
        }

        return frames;
    }
}
