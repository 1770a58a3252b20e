using System;
using Kernel.Addresses;

namespace Kernel.Benchmarks.Frames;

/// <summary>Allocates blocks of all orders into random slots; a block that was in the slot is freed first.</summary>
internal sealed class MixedOrders() : FrameWorkload("frames-mixed")
{
    private const int Slots = 256;
    private const int Seed = 20252;

    // Small blocks are the more frequent ones: each order is half as likely as the one below.
    private readonly Choice[] _choices = Choose();
    private readonly Held[] _held = new Held[Slots];
    private ulong _framesTaken;

    public override void Prepare()
    {
        base.Prepare();
        Array.Clear(_held);
        _framesTaken = 0;
    }

    public override void Run()
    {
        FramePool pool = Pool;
        foreach (Choice choice in _choices)
        {
            ref Held held = ref _held[choice.Slot];
            if (held.IsHeld)
            {
                Require(pool.TryReturn(held.First, held.Order));
            }

            Require(pool.TryTake(choice.Order, out held.First));
            held.Order = choice.Order;
            held.IsHeld = true;
            _framesTaken += 1UL << choice.Order;
        }
    }

    public override void Verify()
    {
        ulong expected = 0;
        foreach (Choice choice in _choices)
        {
            expected += 1UL << choice.Order;
        }

        Require(_framesTaken == expected);
        foreach (ref Held held in _held.AsSpan())
        {
            Require(!held.IsHeld || Pool.TryReturn(held.First, held.Order));
        }

        base.Verify();
    }

    private static Choice[] Choose()
    {
        Random random = new(Seed);
        Choice[] choices = new Choice[Blocks];
        for (int index = 0; index < choices.Length; index++)
        {
            int order = 0;
            while (order < PhysicalMemory.BuddyAllocator.MaximumOrder && random.Next(2) == 0)
            {
                order++;
            }

            choices[index] = new Choice(random.Next(Slots), order);
        }

        return choices;
    }

    private readonly record struct Choice(int Slot, int Order);

    private struct Held
    {
        public Frame<Size4KiB> First;
        public int Order;
        public bool IsHeld;
    }
}
