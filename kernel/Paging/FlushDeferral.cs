using System;
using System.Diagnostics.CodeAnalysis;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Paging;

/// <summary>From here to the end of the scope changes of tables hand on what they owe, and all of it is paid at once. Used with <c>using</c>.</summary>
/// <remarks>
/// <para>
/// Scopes nest: the end of an inner one pays nothing, the end of the outermost one pays everything, on every processor, once:
/// page by page as long as there are no more than <see cref="IProcessor.SingleInvalidationLimit"/> of them, else by forgetting
/// everything. Where a single invalidation forgets everything anyway, that is one reload of the root for all changes. Only after
/// that the tables and frames go back that were taken out of use inside. Leaving a scope early, by a return in the middle, is an
/// end like any other. A scope that ends twice, or before one inside it, is a panic.
/// </para>
/// <para>
/// (EYN-OS, <c>vm_tlb_defer_begin</c> and <c>vm_tlb_defer_end</c>: a counter for everybody, which one forgotten end stops for
/// ever, and frames that were free before the flush.)
/// </para>
/// </remarks>
/// <typeparam name="TProcessor">The processor.</typeparam>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
/// <typeparam name="TFrames">Where the frames come from that go back after the flush.</typeparam>
[MustUse]
[OwnerMade]
public readonly ref struct FlushDeferral<TProcessor, TMemory, TFrames> : IUnmappedFrames
    where TProcessor : struct, IProcessor
    where TMemory : struct, IPhysicalMemory
    where TFrames : struct, IFrameSource
{
    private readonly ref DeferredWork<TMemory> _work;
    private readonly ref TFrames _frames;
    private readonly Span<PhysicalRange> _room;
    private readonly InterruptsDisabled _token;
    private readonly int _depth;

    /// <summary>The outermost scope.</summary>
    /// <param name="debt">Where what is owed is kept: declared here, and nothing else is done with it.</param>
    /// <param name="frames">Where frames go back to.</param>
    /// <param name="token">Interrupts are disabled as long as the scope lives.</param>
    /// <param name="room">
    /// For the frames that wait, a range for each run of them. When it is full, everything is forgotten and the frames go back
    /// before the end: a flush more, never a frame too early. Without room that happens for each frame. Tables need none.
    /// </param>
    public FlushDeferral(
        [UnscopedRef] out FlushDebt<TMemory> debt, ref TFrames frames, InterruptsDisabled token, Span<PhysicalRange> room = default)
    {
        debt = default;
        _work = ref debt.Work;
        _frames = ref frames;
        _token = token;
        _room = room;
        _depth = 1;
        _work.Depth = 1;
    }

    private FlushDeferral(scoped in FlushDeferral<TProcessor, TMemory, TFrames> outer)
    {
        _work = ref outer._work;
        _frames = ref outer._frames;
        _token = outer._token;
        _room = outer._room;
        _work.Depth++;
        _depth = _work.Depth;
    }

    /// <inheritdoc/>
    static bool IUnmappedFrames.TakesNote => true;

    /// <summary>A scope inside this one. Whoever is given a deferral may open one, and need not know whether there are others around it.</summary>
    public FlushDeferral<TProcessor, TMemory, TFrames> Nest()
    {
        RequireOpen();
        return new FlushDeferral<TProcessor, TMemory, TFrames>(in this);
    }

    /// <summary>Takes over what a change owes, and tells how it went.</summary>
    [MustUse]
    public TError TakeOver<TError>(TableChange<TError> change)
        where TError : unmanaged
    {
        PendingFlush owed = PendingFlush.None;
        TError error = change.HandOn(ref owed);
        TakeOver(owed);
        return error;
    }

    /// <summary>Takes over a flush.</summary>
    public void TakeOver(PendingFlush owed)
    {
        RequireOpen();
        _work.Owed.Add<TProcessor>(owed);
    }

    /// <summary>Takes over tables. They are given back after the flush that forgets them.</summary>
    public void TakeOver(RetiredTables<TMemory> tables)
    {
        RequireOpen();
        _work.Add<TProcessor>(tables);
    }

    /// <summary>Gives a frame back after the flush. Nothing maps it any more, but processors may remember that something did.</summary>
    public void Release(Frame<Size4KiB> frame) => Release(frame.Range);

    /// <inheritdoc/>
    void IUnmappedFrames.Add(PhysicalRange frames) => Release(frames);

    /// <summary>Ends the scope; the outermost one pays.</summary>
    public void Dispose()
    {
        if (_work.Depth != _depth)
        {
            Panic.Raise("open flush deferrals", (ulong)_work.Depth, "each to end once, and the inner ones first", "FlushDeferral.Dispose");
        }

        _work.Depth--;
        if (_work.Depth == 0)
        {
            Settle();
        }
    }

    private void Release(PhysicalRange frames)
    {
        RequireOpen();
        if (_work.TryAdd(frames, _room))
        {
            return;
        }

        // What unmapped the waiting frames may not have been taken over yet: only a flush of everything surely includes it.
        _work.Owed.OweEverything();
        Settle();
        if (!_work.TryAdd(frames, _room))
        {
            DeferredWork<TMemory>.Return(frames, ref _frames, _token);
        }
    }

    private void Settle() => _work.Settle<TProcessor, TFrames>(_room, ref _frames, _token);

    private void RequireOpen()
    {
        if (_work.Depth < _depth)
        {
            Panic.Raise("open flush deferrals", (ulong)_work.Depth, "a scope that has not ended", "FlushDeferral");
        }
    }
}
