using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>Who has which frame of a simulated machine. A frame returned twice, to the wrong place or too early is an exception.</summary>
public sealed class FrameLedger
{
    private readonly TestMachine _machine;
    private readonly PhysicalRange _range;
    private readonly HashSet<Frame<Size4KiB>> _outstanding = [];
    private readonly Stack<Frame<Size4KiB>> _returned = new();
    private PhysicalAddress _next;

    internal FrameLedger(TestMachine machine, PhysicalRange range, int limit)
    {
        _machine = machine;
        _range = range.ShrinkTo<Size4KiB>();
        _next = _range.Start;
        Limit = limit;
    }

    /// <summary>How many more frames may be taken before the source runs dry.</summary>
    public int Limit { get; set; }

    /// <summary>How many frames were taken, all told.</summary>
    public int Takes { get; private set; }

    /// <summary>How many were given back, all told.</summary>
    public int Returns { get; private set; }

    /// <summary>How often somebody asked in vain.</summary>
    public int Refusals { get; private set; }

    /// <summary>The frames that were taken and not given back, from the lowest up.</summary>
    public IReadOnlyList<Frame<Size4KiB>> Outstanding => [.. _outstanding.OrderBy(frame => frame.Start.Value)];

    /// <summary>How many frames were taken and not given back.</summary>
    public int OutstandingCount => _outstanding.Count;

    /// <summary>Takes a frame and makes it dirty; a frame that was given back is the first to be taken again.</summary>
    public bool TryTake(out Frame<Size4KiB> frame)
    {
        frame = default;
        if (Limit == 0 || (_returned.Count == 0 && _next >= _range.End))
        {
            Refusals++;
            return false;
        }

        if (!_returned.TryPop(out frame))
        {
            frame = Frame<Size4KiB>.FromStart(_next);
            _next += Size4KiB.Bytes;
        }

        Limit--;
        Takes++;
        _outstanding.Add(frame);
        _machine.Memory.MakeDirty(frame);
        return true;
    }

    /// <summary>Gives a frame back. No processor may remember it: from here on it may belong to someone else.</summary>
    public void Return(Frame<Size4KiB> frame)
    {
        if (!_range.Contains(frame.Range))
        {
            throw new FrameMistakeException($"Frame {frame.Start.Value:x} was returned to a source that it does not come from.");
        }

        if (!_outstanding.Remove(frame))
        {
            throw new FrameMistakeException($"Frame {frame.Start.Value:x} was returned but nobody has it.");
        }

        if (_machine.AnyProcessorRemembers(frame))
        {
            throw new FrameMistakeException($"Frame {frame.Start.Value:x} was returned while a processor still remembers it.");
        }

        Returns++;
        _machine.Memory.MakeDirty(frame);
        _returned.Push(frame);
    }

    /// <summary>Fails unless everything that was taken has been given back.</summary>
    public void ExpectNothingOutstanding()
    {
        if (OutstandingCount != 0)
        {
            throw new FrameMistakeException($"{OutstandingCount} frames were not given back, the lowest is {Outstanding[0].Start.Value:x}.");
        }
    }

    /// <summary>The bytes of every frame that is out, to compare with later.</summary>
    public MemorySnapshot TakeSnapshot() => MemorySnapshot.Of(_machine, Outstanding, []);
}
