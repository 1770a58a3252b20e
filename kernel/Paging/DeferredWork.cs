using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Paging;

/// <summary>What waits for the end of a deferral: the flush, and after it the tables and frames that nobody may reach any more.</summary>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
internal struct DeferredWork<TMemory>
    where TMemory : struct, IPhysicalMemory
{
    /// <summary>How many scopes are open, one inside the other.</summary>
    public int Depth;

    /// <summary>The flush.</summary>
    public PendingRuns Owed;

    private RetiredTables<TMemory> _tables;
    private int _waiting;

    /// <summary>Owes what the tables owe, and keeps them for after it.</summary>
    public void Add<TProcessor>(RetiredTables<TMemory> tables) where TProcessor : struct, IProcessor =>
        _tables = _tables.And(tables.HandOn<TProcessor>(ref Owed));

    /// <summary>Keeps frames for after the flush, or returns false if there is no room to note them.</summary>
    public bool TryAdd(PhysicalRange frames, Span<PhysicalRange> room)
    {
        if (_waiting > 0 && room[_waiting - 1].End == frames.Start)
        {
            room[_waiting - 1] = PhysicalRange.Between(room[_waiting - 1].Start, frames.End);
            return true;
        }

        bool fits = _waiting < room.Length;
        if (fits)
        {
            room[_waiting] = frames;
            _waiting++;
        }

        return fits;
    }

    /// <summary>Makes every processor forget what is owed, then gives the tables and frames back, in this order.</summary>
    public void Settle<TProcessor, TFrames>(ReadOnlySpan<PhysicalRange> room, ref TFrames frames, InterruptsDisabled token)
        where TProcessor : struct, IProcessor
        where TFrames : struct, IFrameSource
    {
        Owed.Flush<TProcessor>();
        _tables.Release(ref frames, token);
        _tables = RetiredTables<TMemory>.None;
        foreach (ref readonly PhysicalRange range in room[.._waiting])
        {
            Return(range, ref frames, token);
        }

        _waiting = 0;
    }

    /// <summary>Gives each frame of a range back.</summary>
    public static void Return<TFrames>(PhysicalRange range, ref TFrames frames, InterruptsDisabled token)
        where TFrames : struct, IFrameSource
    {
        Frame<Size4KiB> first = Frame<Size4KiB>.FromStart(range.Start);
        for (ulong index = 0; index < range.Length >> Size4KiB.Shift; index++)
        {
            frames.Return(first + index, token);
        }
    }
}
