using System;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Tests.Paging;

/// <summary>A paging mode in which a processor gets in between: what is armed happens right before the next write to an entry.</summary>
/// <remarks>The kernel has read the entry by then, so it must notice what the processor has noted meanwhile.</remarks>
/// <typeparam name="TMode">The mode that it is otherwise.</typeparam>
public readonly struct RacingPaging<TMode> : IPagingMode
    where TMode : struct, IPagingMode
{
    [ThreadStatic]
    private static Action? t_armed;

    /// <summary>How many compare-exchanges this thread has done since the last <see cref="Arm"/>.</summary>
    [field: ThreadStatic]
    public static int CompareExchanges { get; private set; }

    /// <inheritdoc/>
    public static PageTableLevel RootLevel => TMode.RootLevel;

    /// <inheritdoc/>
    public static int VirtualAddressBits => TMode.VirtualAddressBits;

    /// <inheritdoc/>
    public static int EntryShift => TMode.EntryShift;

    /// <inheritdoc/>
    public static ulong AddressMask => TMode.AddressMask;

    /// <inheritdoc/>
    public static ulong NoExecuteBit => TMode.NoExecuteBit;

    /// <inheritdoc/>
    public static VirtualAddress UpperHalfStart => TMode.UpperHalfStart;

    /// <summary>Lets something happen once, right before the next write to an entry.</summary>
    public static void Arm(Action happening)
    {
        t_armed = happening;
        CompareExchanges = 0;
    }

    /// <inheritdoc/>
    public static int ShiftAt(PageTableLevel level) => TMode.ShiftAt(level);

    /// <inheritdoc/>
    public static int IndexBitsAt(PageTableLevel level) => TMode.IndexBitsAt(level);

    /// <inheritdoc/>
    public static bool AllowsLeafAt(PageTableLevel level, PagingFeatures features) => TMode.AllowsLeafAt(level, features);

    /// <inheritdoc/>
    public static ulong ReservedLeafBitsAt(PageTableLevel level) => TMode.ReservedLeafBitsAt(level);

    /// <inheritdoc/>
    public static bool IsCanonical(VirtualAddress address) => TMode.IsCanonical(address);

    /// <inheritdoc/>
    public static unsafe ulong Load(void* entry) => TMode.Load(entry);

    /// <inheritdoc/>
    public static unsafe void Store(void* entry, ulong value)
    {
        LetItHappen();
        TMode.Store(entry, value);
    }

    /// <inheritdoc/>
    public static unsafe ulong CompareExchange(void* entry, ulong value, ulong expected)
    {
        CompareExchanges++;
        LetItHappen();
        return TMode.CompareExchange(entry, value, expected);
    }

    private static void LetItHappen()
    {
        Action? happening = t_armed;
        t_armed = null;
        happening?.Invoke();
    }
}
