using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Xunit;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>A frame allocator beside a plain set of free frames, with a border in it.</summary>
public sealed class FrameZoneModel
{
    private const int Count = 2_500;

    private readonly FrameMachine _machine;
    private readonly int _border;
    private readonly bool[] _free = new bool[Count];
    private readonly ulong _managedNear;
    private readonly ulong _managedDistant;
    private readonly ulong[] _used = new ulong[(int)FramePurpose.DeviceBuffer + 1];
    private readonly List<(int First, int Frames, FramePurpose Purpose)> _held = [];
    private readonly HashSet<AllocationError> _answers = [];
    private bool _fellBack;

    /// <summary>A model of an allocator whose memory is all free.</summary>
    public FrameZoneModel(FrameMachine machine, ulong reachEnd)
    {
        _machine = machine;
        _border = (int)Math.Min(reachEnd >> 22 << 10, Count);
        MemoryRegionKind?[] kinds = FrameModel.Of(machine.Early.Map, Count);
        for (int frame = 0; frame < Count; frame++)
        {
            _free[frame] = kinds[frame] == MemoryRegionKind.Usable;
        }

        _managedNear = FreeIn(0, _border);
        _managedDistant = FreeIn(_border, Count);
    }

    /// <summary>Whether anything is allocated.</summary>
    public bool HoldsAny => _held.Count > 0;

    /// <summary>Whether every answer that there can be was given: else the random choices do not reach far enough.</summary>
    public bool SawEveryAnswer(bool hasDistantMemory) =>
        _answers.Contains(AllocationError.None)
        && _answers.Contains(AllocationError.OutOfFrames)
        && _answers.Contains(AllocationError.OutOfReachableFrames) == hasDistantMemory
        && _fellBack == hasDistantMemory;

    /// <summary>Frees something.</summary>
    public void FreeAny(Random random)
    {
        int index = random.Next(_held.Count);
        (int first, int frames, FramePurpose purpose) = _held[index];
        _held.RemoveAt(index);
        Assert.Equal(FreeError.None, _machine.Frames.FreeContiguous(Frame((ulong)first), (ulong)frames, _machine.Token));
        _free.AsSpan(first, frames).Fill(true);
        _used[(int)purpose] -= (ulong)frames;
    }

    /// <summary>Allocates a block if there is one.</summary>
    public void AllocateBlock(int order, FramePurpose purpose)
    {
        AllocationError error = _machine.Frames.Allocate(order, purpose, _machine.Token, out Frame<Size4KiB> first);
        Record(error, first, 1 << order, 1 << order, Count, purpose);
    }

    /// <summary>Allocates a run if there is one.</summary>
    public void AllocateRun(int frames, int alignment, ulong below, FramePurpose purpose)
    {
        AllocationError error = _machine.Frames.AllocateContiguous(
            (ulong)frames, (ulong)alignment << 12, Physical(below), purpose, _machine.Token, out Frame<Size4KiB> first);
        Record(error, first, frames, alignment, (int)Math.Min(below >> 12, Count), purpose);
    }

    /// <summary>Compares what the allocator says about itself with the model.</summary>
    public void ExpectSameStatistics()
    {
        FrameStatistics statistics = _machine.Statistics;
        FrameZoneStatistics near = statistics.Of(FrameZone.WithinReach);
        FrameZoneStatistics distant = statistics.Of(FrameZone.OutOfReach);
        Assert.Equal((_managedNear, FreeIn(0, _border)), (near.ManagedFrames, near.FreeFrames));
        Assert.Equal((_managedDistant, FreeIn(_border, Count)), (distant.ManagedFrames, distant.FreeFrames));
        Assert.Equal(_used, Enumerable.Range(0, _used.Length).Select(purpose => statistics.UsedFor((FramePurpose)purpose)));
    }

    // An allocation must be free, aligned, below the bound and in the right zone; a refusal must be right and for the right reason.
    private void Record(AllocationError error, Frame<Size4KiB> first, int frames, int alignment, int below, FramePurpose purpose)
    {
        _answers.Add(error);
        bool distantPlace = HasPlace(_border, below, frames, alignment);
        if (error != AllocationError.None)
        {
            Assert.False(HasPlace(0, Math.Min(below, _border), frames, alignment), "There was a place within reach.");
            Assert.False(distantPlace && !purpose.NeedsReach(), "There was a place out of reach.");
            bool distantMemory = purpose.NeedsReach() && below > _border && FreeIn(_border, Count) >= (ulong)frames;
            Assert.Equal(distantMemory ? AllocationError.OutOfReachableFrames : AllocationError.OutOfFrames, error);
            return;
        }

        int start = (int)first.Start.FrameNumber;
        Assert.Equal(0, start % alignment);
        Assert.True(start + frames <= below);
        Assert.Equal(start >= _border, start + frames > _border);
        Assert.Equal(distantPlace && !purpose.NeedsReach(), start >= _border);
        Assert.False(_free.AsSpan(start, frames).Contains(false));
        _fellBack |= start < _border && !purpose.NeedsReach() && _managedDistant != 0;
        _free.AsSpan(start, frames).Clear();
        _used[(int)purpose] += (ulong)frames;
        _held.Add((start, frames, purpose));
    }

    private bool HasPlace(int from, int to, int frames, int alignment)
    {
        for (int start = (from + alignment - 1) / alignment * alignment; start + frames <= to; start += alignment)
        {
            if (!_free.AsSpan(start, frames).Contains(false))
            {
                return true;
            }
        }

        return false;
    }

    private ulong FreeIn(int from, int to) => from < to ? (ulong)_free.AsSpan(from, to - from).Count(true) : 0;
}
