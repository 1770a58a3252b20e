using System.Runtime.CompilerServices;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>What a change of page tables came to: why it was refused, or the flush that it owes.</summary>
/// <remarks>The error is only to be had together with a decision about the flush, so neither can be forgotten.</remarks>
/// <typeparam name="TError">The operation's errors; the value 0 means that there was none.</typeparam>
[MustUse]
public readonly struct TableChange<TError>
    where TError : unmanaged
{
    private readonly PendingFlush _flush;
    private readonly TError _error;

    private TableChange(TError error, PendingFlush flush)
    {
        _error = error;
        _flush = flush;
    }

    /// <summary>Flushes what the change owes and tells how it went.</summary>
    /// <typeparam name="TProcessor">The processor.</typeparam>
    [MustUse]
    public TError Flush<TProcessor>() where TProcessor : struct, IProcessor
    {
        _flush.Flush<TProcessor>();
        return _error;
    }

    /// <summary>Adds what the change owes to <paramref name="batch"/>, to be flushed with it, and tells how it went.</summary>
    [MustUse]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TError HandOn(ref PendingFlush batch)
    {
        if (!_flush.IsNone)
        {
            batch = batch.And(_flush);
        }

        return _error;
    }

    /// <summary>Tells how it went. The caller knows that no processor has ever loaded the tables' root.</summary>
    [MustUse]
    public TError NeverLoaded()
    {
        _flush.NeverLoaded();
        return _error;
    }

    internal static TableChange<TError> Refused(TError error) => new(error, PendingFlush.None);

    internal static TableChange<TError> Done(PendingFlush flush) => new(default, flush);
}
