using System;
using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>Translations that processors may still remember after a change of the tables. Somebody has to make them forget.</summary>
/// <remarks>
/// Flush it, join it with another one and flush that, or say that the tables were not in use. Until then no frame that the
/// old translations reach may be given away (Intel SDM volume 3A, 4.10.4; AMD64 APM volume 2, 5.5.2).
/// </remarks>
[MustUse]
public readonly struct PendingFlush
{
    private const uint Everything = uint.MaxValue;

    private readonly VirtualAddress _start;
    private readonly uint _count;
    private readonly int _shift;

    private PendingFlush(VirtualAddress start, uint count, int shift)
    {
        _start = start;
        _count = count;
        _shift = shift;
    }

    /// <summary>Nothing is owed.</summary>
    public static PendingFlush None => default;

    /// <summary>Everything is owed.</summary>
    internal static PendingFlush All => new(default, Everything, 0);

    /// <summary>Whether no processor can remember anything wrong.</summary>
    public bool IsNone => _count == 0;

    /// <summary>Whether nothing less than forgetting every translation will do.</summary>
    public bool IsEverything => _count == Everything;

    /// <summary>The addresses that are to be forgotten; panics if that is everything.</summary>
    public VirtualRange Range
    {
        get
        {
            if (IsEverything)
            {
                Panic.Raise("pending flush of pages", _count, "a flush of less than everything", "PendingFlush.Range");
            }

            return VirtualRange.FromStart(_start, (ulong)_count << _shift);
        }
    }

    /// <summary>The pages that are to be forgotten; meaningless if that is nothing or everything.</summary>
    internal PageRun Run => PageRun.FromStart(_start, _count, _shift);

    /// <summary>Whether the first page of what is owed, or everything, is to be forgotten and lies in <paramref name="range"/>.</summary>
    internal bool BeginsIn(VirtualRange range) => IsEverything || (!IsNone && range.Contains(_start));

    /// <summary>What is owed after the translation of one page changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static PendingFlush OfPage<TSize>(Page<TSize> page) where TSize : struct, IPageSize => new(page.Start, 1, TSize.Shift);

    /// <summary>What is owed after <paramref name="count"/> translations of 2^<paramref name="shift"/> bytes each changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static PendingFlush Of(VirtualAddress start, ulong count, int shift) =>
        count < Everything ? new PendingFlush(start, unchecked((uint)count), shift) : All;

    /// <summary>Both at once: one flush that covers what either covers, and what lies between them.</summary>
    /// <remarks>
    /// In steps of the smaller pages. Two pages further apart than <see cref="IProcessor.SingleInvalidationLimit"/> such steps cost
    /// a flush of everything, never a walk over what lies between them. A <see cref="FlushDeferral{TProcessor, TMemory, TFrames}"/>
    /// keeps them apart.
    /// </remarks>
    public PendingFlush And(PendingFlush other)
    {
        if (IsNone || other.IsEverything)
        {
            return other;
        }

        if (other.IsNone || IsEverything)
        {
            return this;
        }

        VirtualAddress first = _start < other._start ? _start : other._start;
        VirtualAddress last = Range.Last < other.Range.Last ? other.Range.Last : Range.Last;
        int shift = _shift < other._shift ? _shift : other._shift;
        ulong count = ((last - first) >> shift) + 1;
        return Of(first, count, shift);
    }

    /// <summary>Makes this processor and all others forget. Returns when they have.</summary>
    /// <typeparam name="TProcessor">The processor.</typeparam>
    public void Flush<TProcessor>() where TProcessor : struct, IProcessor
    {
        if (IsNone)
        {
            return;
        }

        if (IsEverything || _count > TProcessor.SingleInvalidationLimit)
        {
            TProcessor.InvalidateAll();
            TProcessor.InvalidateAllOnOtherProcessors();
            return;
        }

        PageRun run = Run;
        Forget<TProcessor>(new ReadOnlySpan<PageRun>(in run));
    }

    /// <summary>Makes this processor and all others forget these pages, one by one. Returns when they have.</summary>
    internal static void Forget<TProcessor>(ReadOnlySpan<PageRun> runs) where TProcessor : struct, IProcessor
    {
        foreach (ref readonly PageRun run in runs)
        {
            for (uint page = 0; page < run.Count; page++)
            {
                TProcessor.InvalidatePage(run[page]);
            }
        }

        TProcessor.InvalidateOnOtherProcessors(runs);
    }

    /// <summary>Nothing to forget, because no processor has used the tables since they were built.</summary>
    /// <remarks>The caller knows that their root was never loaded. Saying so wrongly is a stale translation.</remarks>
    public void NeverLoaded()
    {
    }
}
