using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Paging;

/// <summary>A paging mode in which other processors get in between: before a write to an entry, or after each.</summary>
/// <remarks>What was armed for one machine does not happen on the next one.</remarks>
/// <typeparam name="TMode">The mode that it is otherwise.</typeparam>
public readonly struct RacingPaging<TMode> : IPagingMode
    where TMode : struct, IPagingMode
{
    [ThreadStatic]
    private static TestMachine? t_machine;

    [ThreadStatic]
    private static Action? t_beforeNextWrite;

    [ThreadStatic]
    private static Action? t_afterEveryWrite;

    /// <summary>How many compare-exchanges this thread has done since the last <see cref="Arm"/>.</summary>
    [field: ThreadStatic]
    public static int CompareExchanges { get; private set; }

    /// <inheritdoc/>
    public static PageTableLevel RootLevel => TMode.RootLevel;

    /// <inheritdoc/>
    public static int VirtualAddressBits => TMode.VirtualAddressBits;

    /// <inheritdoc/>
    public static int PhysicalAddressBits => TMode.PhysicalAddressBits;

    /// <inheritdoc/>
    public static int EntryShift => TMode.EntryShift;

    /// <inheritdoc/>
    public static ulong AddressMask => TMode.AddressMask;

    /// <inheritdoc/>
    public static ulong NoExecuteBit => TMode.NoExecuteBit;

    /// <inheritdoc/>
    public static VirtualAddress UpperHalfStart => TMode.UpperHalfStart;

    /// <summary>
    /// Lets something happen once, right before the next write to an entry: the kernel has read the entry by then.
    /// </summary>
    public static void Arm(Action happening)
    {
        Forget();
        t_beforeNextWrite = happening;
        CompareExchanges = 0;
    }

    /// <summary>Lets something happen right after every write to an entry.</summary>
    public static void Watch(Action happening)
    {
        Forget();
        t_afterEveryWrite = happening;
    }

    /// <inheritdoc/>
    public static int ShiftAt(PageTableLevel level) => TMode.ShiftAt(level);

    /// <inheritdoc/>
    public static int IndexBitsAt(PageTableLevel level) => TMode.IndexBitsAt(level);

    /// <inheritdoc/>
    public static bool AllowsLeafAt(PageTableLevel level, PagingFeatures features) => TMode.AllowsLeafAt(level, features);

    /// <inheritdoc/>
    public static ulong TableBitsAt(PageTableLevel level) => TMode.TableBitsAt(level);

    /// <inheritdoc/>
    public static bool CopiesRootEntries => TMode.CopiesRootEntries;

    /// <inheritdoc/>
    public static ulong ReservedLeafBitsAt(PageTableLevel level) => TMode.ReservedLeafBitsAt(level);

    /// <inheritdoc/>
    public static bool IsCanonical(VirtualAddress address) => TMode.IsCanonical(address);

    /// <inheritdoc/>
    public static unsafe ulong Load(void* entry) => TMode.Load(entry);

    /// <inheritdoc/>
    public static unsafe void Store(void* entry, ulong value)
    {
        Before();
        TMode.Store(entry, value);
        After();
    }

    /// <inheritdoc/>
    public static unsafe ulong CompareExchange(void* entry, ulong value, ulong expected)
    {
        CompareExchanges++;
        Before();
        ulong found = TMode.CompareExchange(entry, value, expected);
        After();
        return found;
    }

    private static void Before()
    {
        if (t_machine == TestMachine.Current && t_beforeNextWrite is { } happening)
        {
            t_beforeNextWrite = null;
            happening();
        }
    }

    private static void After()
    {
        if (t_machine == TestMachine.Current)
        {
            t_afterEveryWrite?.Invoke();
        }
    }

    private static void Forget()
    {
        t_machine = TestMachine.Current;
        t_beforeNextWrite = null;
        t_afterEveryWrite = null;
    }
}
