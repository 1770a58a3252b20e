using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Paging;

/// <summary>Tables that were unlinked because they had become empty. Processors may still walk them until the flush.</summary>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
[MustUse]
public readonly struct RetiredTables<TMemory>
    where TMemory : struct, IPhysicalMemory
{
    private readonly Frame<Size4KiB> _first;
    private readonly ulong _count;
    private readonly PendingFlush _flush;

    private RetiredTables(Frame<Size4KiB> first, ulong count, PendingFlush flush)
    {
        _first = first;
        _count = count;
        _flush = flush;
    }

    /// <summary>No tables.</summary>
    public static RetiredTables<TMemory> None => default;

    /// <summary>How many tables there are.</summary>
    public ulong Count => _count;

    /// <summary>Makes every processor forget the tables, then gives their frames back, in this order.</summary>
    public void FlushAndRelease<TProcessor, TFrames>(ref TFrames frames, InterruptsDisabled token)
        where TProcessor : struct, IProcessor
        where TFrames : struct, IFrameSource
    {
        _flush.Flush<TProcessor>();
        Release(ref frames, token);
    }

    /// <summary>Gives the frames back at once. The caller knows that no processor has ever loaded the tables' root.</summary>
    public void ReleaseNeverLoaded<TFrames>(ref TFrames frames, InterruptsDisabled token)
        where TFrames : struct, IFrameSource
    {
        _flush.NeverLoaded();
        Release(ref frames, token);
    }

    /// <summary>The same, with one more table. It holds nothing but empty entries.</summary>
    internal RetiredTables<TMemory> With(Frame<Size4KiB> table, PendingFlush flush)
    {
        FrameChain<TMemory>.SetNext(table, _first);
        return new RetiredTables<TMemory>(table, _count + 1, _flush.And(flush));
    }

    private void Release<TFrames>(ref TFrames frames, InterruptsDisabled token)
        where TFrames : struct, IFrameSource
    {
        Frame<Size4KiB> table = _first;
        for (ulong left = _count; left > 0; left--)
        {
            Frame<Size4KiB> next = FrameChain<TMemory>.Next(table);
            frames.Return(table, token);
            table = next;
        }
    }
}
