using Kernel.Addresses;

namespace Kernel.Machine;

/// <summary>Where a physical address can be touched: the only passage from <see cref="PhysicalAddress"/> to a pointer.</summary>
/// <remarks>
/// Implemented by the direct map, by the recursive map, by an array in the tests. The first and the last show a frame always at
/// the same place, whatever it holds. The recursive map shows a table where the tree itself does, and other frames through
/// windows; so whoever touches a table says which one it is.
/// </remarks>
public interface IPhysicalMemory
{
    /// <summary>Every frame that ends at or below this address can be touched at any time, by any number of pointers.</summary>
    static abstract PhysicalAddress ReachEnd { get; }

    /// <summary>Whether <see cref="PointerTo"/> shows the frames above <see cref="ReachEnd"/> too, one at a time.</summary>
    static abstract bool HasWindows { get; }

    /// <summary>The pointer through which the byte at <paramref name="address"/> is read and written.</summary>
    /// <remarks>
    /// It is good for the rest of the 4 KiB frame, and above <see cref="ReachEnd"/> until the next call for another frame, if
    /// there are windows. The caller knows that the frame is memory and whose it is.
    /// </remarks>
    static abstract unsafe void* PointerTo(PhysicalAddress address);

    /// <summary>The pointer to a table that the tree points to.</summary>
    /// <param name="table">Where it is.</param>
    /// <param name="level">Its level.</param>
    /// <param name="address">An address that it decides about.</param>
    static abstract unsafe void* PointerToTable(PhysicalAddress table, PageTableLevel level, VirtualAddress address);

    /// <summary>The pointer to a table that nothing points to yet. It is good until the next call for that level.</summary>
    /// <param name="table">Where it is.</param>
    /// <param name="level">The level that it will have.</param>
    static abstract unsafe void* PointerToNewTable(PhysicalAddress table, PageTableLevel level);

    /// <summary>Says that another table, or none, is there from now on. Returns when no processor goes to the old one any more to edit it.</summary>
    /// <remarks>Where a page was instead of a table, and no processor goes to its frames any more.</remarks>
    /// <param name="level">Its level.</param>
    /// <param name="address">An address that it decided about, or the page's first.</param>
    static abstract void ForgetTable(PageTableLevel level, VirtualAddress address);
}
