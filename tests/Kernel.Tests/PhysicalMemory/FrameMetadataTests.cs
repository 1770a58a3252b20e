using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using Kernel.PhysicalMemory;
using Xunit;

namespace Kernel.Tests.PhysicalMemory;

public sealed class FrameMetadataTests
{
    private const int Threads = 4;

    [Fact]
    public void A_slot_takes_16_bytes() => Assert.Equal(FrameMetadata.Bytes, Unsafe.SizeOf<FrameMetadata>());

    [Fact]
    public void A_slot_begins_unused_whatever_the_memory_held()
    {
        FrameMetadata[] slots = new FrameMetadata[1];
        MemoryMarshal.AsBytes(slots.AsSpan()).Fill(0xA7);
        slots[0].Initialise();
        Assert.Equal((0u, FrameState.Unmanaged), (slots[0].References, slots[0].State));
    }

    [Fact]
    public void A_claim_makes_one_holder_with_a_purpose_and_an_owner()
    {
        FrameMetadata slot = Unused();
        Assert.True(slot.TryClaim(FramePurpose.UserData, FrameOwner.Process(7)));
        Assert.Equal((1u, FramePurpose.UserData, FrameOwner.Process(7)), (slot.References, slot.Purpose, slot.Owner));
    }

    [Fact]
    public void A_claimed_frame_cannot_be_claimed_and_keeps_its_owner()
    {
        FrameMetadata slot = Unused();
        Assert.True(slot.TryClaim(FramePurpose.UserData, FrameOwner.Process(7)));
        Assert.False(slot.TryClaim(FramePurpose.PageTable, FrameOwner.Kernel));
        Assert.Equal((1u, FramePurpose.UserData, FrameOwner.Process(7)), (slot.References, slot.Purpose, slot.Owner));
    }

    [Fact]
    public void A_released_frame_can_be_claimed_again()
    {
        FrameMetadata slot = Unused();
        Assert.True(slot.TryClaim(FramePurpose.UserData, FrameOwner.Kernel));
        Assert.True(slot.TryRelease());
        Assert.Equal(0u, slot.References);
        Assert.True(slot.TryClaim(FramePurpose.PageTable, FrameOwner.Kernel));
    }

    [Fact]
    public void A_frame_that_nobody_holds_cannot_be_released() => Assert.False(Unused().TryRelease());

    [Fact]
    public void A_shared_frame_is_released_only_by_its_last_holder()
    {
        FrameMetadata slot = Unused();
        Assert.True(slot.TryClaim(FramePurpose.UserData, FrameOwner.Kernel));
        slot.Share();
        Assert.Equal(2u, slot.References);
        Assert.False(slot.TryRelease());
        Assert.True(slot.TryUnshare());
        Assert.False(slot.TryUnshare());
        Assert.Equal(1u, slot.References);
        Assert.True(slot.TryRelease());
    }

    [Fact]
    public void Sharing_a_frame_that_nobody_holds_panics()
    {
        FrameMetadata[] slots = [Unused()];
        Panics.In("FrameMetadata.Share", () => slots[0].Share());
    }

    [Fact]
    public void Unsharing_a_frame_that_nobody_holds_panics()
    {
        FrameMetadata[] slots = [Unused()];
        Panics.In("FrameMetadata.TryUnshare", () => slots[0].TryUnshare());
    }

    [Fact]
    public void Sharing_a_frame_more_often_than_can_be_counted_panics()
    {
        FrameMetadata[] slots = [Unused()];
        Unsafe.As<FrameMetadata, int>(ref slots[0]) = int.MaxValue - 1;
        slots[0].Share();
        Assert.Equal((ulong)int.MaxValue, Panics.In("FrameMetadata.Share", () => slots[0].Share()).Value);
        Assert.Equal((uint)int.MaxValue, slots[0].References);
    }

    [Fact]
    public void Of_two_claimants_one_wins_each_frame_and_its_owner_is_seen()
    {
        FrameMetadata[] slots = new FrameMetadata[20_000];
        for (int slot = 0; slot < slots.Length; slot++)
        {
            slots[slot].Initialise();
        }

        // Both arrive at a slot before either claims it, so that they really meet.
        int arrived = 0;
        int[] wins = new int[3];
        RunOnThreads(2, number =>
        {
            for (int slot = 0; slot < slots.Length; slot++)
            {
                Interlocked.Increment(ref arrived);
                SpinWait wait = default;
                while (Volatile.Read(ref arrived) < 2 * (slot + 1))
                {
                    wait.SpinOnce(sleep1Threshold: -1);
                }

                if (slots[slot].TryClaim((FramePurpose)number, FrameOwner.Process((uint)number)))
                {
                    wins[number]++;
                }
            }
        });
        Assert.Equal(slots.Length, wins.Sum());
        Assert.Equal(wins, Enumerable.Range(0, 3).Select(number => slots.Count(slot => slot.Owner.Number == number)));
        Assert.All(slots, slot => Assert.Equal(slot.Owner.Number, (uint)slot.Purpose));
    }

    [Fact]
    public void Of_many_holders_exactly_one_is_the_last()
    {
        for (int round = 0; round < 2_000; round++)
        {
            FrameMetadata[] slots = [Unused()];
            Assert.True(slots[0].TryClaim(FramePurpose.UserData, FrameOwner.Kernel));
            slots[0].Share();
            int last = 0;
            RunOnThreads(2, _ =>
            {
                if (!slots[0].TryUnshare())
                {
                    Interlocked.Increment(ref last);
                    Assert.True(slots[0].TryRelease());
                }
            });
            Assert.Equal((1, 0u), (last, slots[0].References));
        }
    }

    [Fact]
    public void Shares_and_unshares_from_many_processors_are_all_counted()
    {
        FrameMetadata[] slots = [Unused()];
        Assert.True(slots[0].TryClaim(FramePurpose.UserData, FrameOwner.Kernel));
        RunOnThreads(_ =>
        {
            for (int round = 0; round < 20_000; round++)
            {
                slots[0].Share();
                Assert.True(slots[0].TryUnshare());
            }

            slots[0].Share();
        });
        Assert.Equal(Threads + 1u, slots[0].References);
    }

    private static FrameMetadata Unused()
    {
        FrameMetadata slot = default;
        slot.Initialise();
        return slot;
    }

    private static void RunOnThreads(Action<int> work) => RunOnThreads(Threads, work);

    private static void RunOnThreads(int count, Action<int> work)
    {
        Exception? failure = null;
        using Barrier together = new(count);
        Thread[] threads = [.. Enumerable.Range(1, count).Select(number => new Thread(() =>
        {
            together.SignalAndWait();
            try
            {
                work(number);
            }
            catch (Exception exception)
            {
                failure = exception;
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

        Assert.Null(failure);
    }
}
