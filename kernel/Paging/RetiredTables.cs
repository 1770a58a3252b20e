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
    private readonly Frame<Size4KiB> _last;
    private readonly ulong _count;
    private readonly PendingFlush _flush;

    private RetiredTables(Frame<Size4KiB> first, Frame<Size4KiB> last, ulong count, PendingFlush flush)
    {
        _first = first;
        _last = last;
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

    /// <summary>Whether what is owed so far makes processors forget an address in <paramref name="range"/>.</summary>
    /// <remarks>
    /// With an address they forget every table on the way to it (Intel SDM volume 3A, 4.10.4.1; AMD64 APM volume 2, 5.5.2): one
    /// is enough for the tables of all levels that become empty with one page.
    /// </remarks>
    internal bool ForgetsOneOf(VirtualRange range) => _flush.BeginsIn(range);

    /// <summary>The same, with one more table. It holds nothing but empty entries.</summary>
    internal RetiredTables<TMemory> With(Frame<Size4KiB> table, PendingFlush flush)
    {
        FrameChain<TMemory>.SetNext(table, _first);
        return new RetiredTables<TMemory>(table, _count == 0 ? table : _last, _count + 1, _flush.And(flush));
    }

    /// <summary>The same tables, of which nothing is owed any more because the duty is taken over here: into <paramref name="owed"/>.</summary>
    internal RetiredTables<TMemory> HandOn<TProcessor>(ref PendingRuns owed) where TProcessor : struct, IProcessor
    {
        owed.Add<TProcessor>(_flush);
        return new RetiredTables<TMemory>(_first, _last, _count, PendingFlush.None);
    }

    /// <summary>These tables and others.</summary>
    internal RetiredTables<TMemory> And(RetiredTables<TMemory> others)
    {
        if (_count == 0 || others._count == 0)
        {
            return _count == 0 ? others : this;
        }

        FrameChain<TMemory>.SetNext(_last, others._first);
        return new RetiredTables<TMemory>(_first, others._last, _count + others._count, _flush.And(others._flush));
    }

    /// <summary>Gives the frames back. Whatever was owed for the tables has been paid.</summary>
    internal void Release<TFrames>(ref TFrames frames, InterruptsDisabled token)
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
