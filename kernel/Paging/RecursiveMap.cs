using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>Physical memory as the tree in use shows it: its own tables under the root entry that points to the root itself.</summary>
/// <remarks>
/// <code>
///  address of the table at level n that decides about A, in a mode of b bits per index:
/// | last | ... n times ... | root index of A | ... | index of A at level n + 1 | 000000000000 |
/// </code>
/// <para>
/// Following that address the processor passes through the root n times and so runs out of levels n tables early: what it takes
/// for the page is the table. (EYN-OS: <c>RECURSIVE_PD_INDEX</c>.) Tables may lie anywhere in physical memory.
/// </para>
/// <para>
/// Only the tree in use can be walked and changed so, after <c>LinkToItself</c>, and only where a table of every level has as
/// many entries. Frames that are no tables of it are shown through windows: pages of each processor, one for frames and one for
/// a new table at each level. Interrupts are disabled as long as the pointer to a window is used.
/// </para>
/// </remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
/// <typeparam name="TProcessor">The processor.</typeparam>
public readonly unsafe struct RecursiveMap<TMode, TProcessor> : IPhysicalMemory
    where TMode : struct, IPagingMode
    where TProcessor : struct, IProcessor
{
    // One for frames, and one for each level from 1 to 5.
    private const uint WindowsPerProcessor = 8;
    private const uint FrameWindow = 0;

    /// <inheritdoc/>
    /// <remarks>No frame can be touched at any time: a window shows one.</remarks>
    public static PhysicalAddress ReachEnd => PhysicalAddress.Zero;

    /// <inheritdoc/>
    public static bool HasWindows => true;

    /// <summary>Where the tree in use shows its table at <paramref name="level"/> that decides about <paramref name="address"/>.</summary>
    public static VirtualAddress AddressOfTable(PageTableLevel level, VirtualAddress address)
    {
        int passes = level.Number * TMode.IndexBitsAt(TMode.RootLevel);
        ulong shown = 1UL << (TMode.VirtualAddressBits - passes);
        ulong offset = (address.Value >> passes) & (shown - 1) & ~(Size4KiB.Bytes - 1);
        return TMode.UpperHalfStart + (KernelLayout<TMode>.Bytes - shown) + offset;
    }

    /// <inheritdoc/>
    public static void* PointerTo(PhysicalAddress address)
    {
        byte* frame = (byte*)Show(address.AlignDown<Size4KiB>(), FrameWindow);
        return frame + (address.Value & (Size4KiB.Bytes - 1));
    }

    /// <inheritdoc/>
    /// <remarks>Panics for the root of a tree that is not in use.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void* PointerToTable(PhysicalAddress table, PageTableLevel level, VirtualAddress address)
    {
        if (level == TMode.RootLevel && table != TProcessor.TableRoot)
        {
            Panic.Raise("root of the tree", table.Value, "the tree in use", "RecursiveMap.PointerToTable");
        }

        return TProcessor.PointerAt(AddressOfTable(level, address));
    }

    /// <inheritdoc/>
    public static void* PointerToNewTable(PhysicalAddress table, PageTableLevel level) =>
        Show(table, unchecked((uint)level.Number));

    /// <inheritdoc/>
    public static void ForgetTable(PageTableLevel level, VirtualAddress address) =>
        PendingFlush.OfPage(Page<Size4KiB>.FromStart(AddressOfTable(level, address))).Flush<TProcessor>();

    /// <summary>Shows a frame in a window of this processor.</summary>
    private static void* Show(PhysicalAddress frame, uint window)
    {
        ulong number = (TProcessor.Current * (ulong)WindowsPerProcessor) + window;
        if (number >= KernelLayout<TMode>.Windows.Length >> Size4KiB.Shift)
        {
            Panic.Raise("window", number, "a window of one of 32 processors", "RecursiveMap.Show");
        }

        VirtualAddress place = KernelLayout<TMode>.Windows.Start + (number << Size4KiB.Shift);
        byte* table = (byte*)TProcessor.PointerAt(AddressOfTable(PageTableLevel.Lowest, place));
        byte* entry = table + (place.IndexAt<TMode>(PageTableLevel.Lowest) << TMode.EntryShift);
        PageAttributes attributes = PageAttributes.KernelData.For<TMode>(TProcessor.PagingFeatures);
        PageTableEntry shown = PageTableEntry.ForLeaf(frame, attributes, PageTableLevel.Lowest);

        // SAFETY: LinkToItself made the table that decides about the windows, and nobody but this processor uses its windows.
        if (TMode.Load(entry) != shown.Bits)
        {
            TMode.Store(entry, shown.Bits);
            TProcessor.InvalidatePage(place);
        }

        return TProcessor.PointerAt(place);
    }
}
