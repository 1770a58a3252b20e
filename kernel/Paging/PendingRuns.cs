using System;
using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>What several changes owe together, run by run: pages far apart stay apart, pages that touch become one run.</summary>
/// <remarks>
/// <para>
/// A <see cref="PendingFlush"/> has one range, and joining two makes the one that covers both. For two pages far apart that is
/// everything, although two invalidations would do. Here they are two runs, and a large page is one page of one.
/// </para>
/// <para>
/// No two runs of pages of the same size overlap or touch, so no page is counted twice. As soon as there are more pages than the
/// processor is to invalidate one by one, everything is owed and the runs are dropped: there is no list to grow, and no walk
/// longer than that. A run has a page at least, so the list never fills before. It takes 1 KiB.
/// </para>
/// </remarks>
internal struct PendingRuns
{
    /// <summary>The most pages that are kept apart, whatever the processor would put up with.</summary>
    public const int MostPages = 64;

    private Runs _runs;
    private int _count;
    private uint _pages;

    /// <summary>Whether nothing less than forgetting every translation will do.</summary>
    public bool IsEverything { get; private set; }

    /// <summary>Whether nothing is owed.</summary>
    public readonly bool IsNone => _count == 0 && !IsEverything;

    /// <summary>Owes this too.</summary>
    /// <typeparam name="TProcessor">The processor, which says from how many pages on everything is owed.</typeparam>
    public void Add<TProcessor>(PendingFlush flush) where TProcessor : struct, IProcessor
    {
        if (flush.IsNone || IsEverything)
        {
            return;
        }

        if (flush.IsEverything)
        {
            OweEverything();
        }
        else
        {
            Add(flush.Run, TProcessor.SingleInvalidationLimit);
        }
    }

    /// <summary>Owes everything from now on.</summary>
    public void OweEverything()
    {
        IsEverything = true;
        _count = 0;
    }

    /// <summary>Makes this processor and all others forget what is owed, the others at one request. Nothing is owed afterwards.</summary>
    /// <typeparam name="TProcessor">The processor.</typeparam>
    public void Flush<TProcessor>() where TProcessor : struct, IProcessor
    {
        if (IsEverything)
        {
            TProcessor.InvalidateAll();
            TProcessor.InvalidateAllOnOtherProcessors();
        }
        else if (_count > 0)
        {
            ReadOnlySpan<PageRun> runs = ((ReadOnlySpan<PageRun>)_runs)[.._count];
            PendingFlush.Forget<TProcessor>(runs);
        }

        IsEverything = false;
        _count = 0;
        _pages = 0;
    }

    // Newest first: most changes go on where the last one ended. A run that joins several is found out in one pass, because
    // what touches the joined run and did not touch the run that it joined touches the new one.
    private void Add(PageRun run, uint limit)
    {
        for (int index = _count - 1; index >= 0; index--)
        {
            if (_runs[index].TryJoin(run, out PageRun joined))
            {
                _pages -= _runs[index].Count;
                _count--;
                _runs[index] = _runs[_count];
                run = joined;
            }
        }

        uint most = limit < MostPages ? limit : MostPages;
        if (run.Count > most - _pages)
        {
            OweEverything();
            return;
        }

        _runs[_count] = run;
        _count++;
        _pages += run.Count;
    }

    [InlineArray(MostPages)]
    private struct Runs
    {
        private PageRun _first;
    }
}
