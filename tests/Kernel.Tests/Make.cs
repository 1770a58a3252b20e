using Kernel.Addresses;

namespace Kernel.Tests;

/// <summary>Short ways to write down addresses, ranges and frames.</summary>
public static class Make
{
    /// <summary>A physical address.</summary>
    public static PhysicalAddress Physical(ulong value) => PhysicalAddress.FromValue(value);

    /// <summary>A virtual address.</summary>
    public static VirtualAddress Virtual(ulong value) => VirtualAddress.FromValue(value);

    /// <summary>The physical range from one address up to another.</summary>
    public static PhysicalRange Range(ulong start, ulong end) => PhysicalRange.Between(Physical(start), Physical(end));

    /// <summary>Pages of 2^<paramref name="shift"/> bytes, one after another.</summary>
    public static PageRun Pages(ulong start, uint count, int shift = Size4KiB.Shift) => PageRun.FromStart(Virtual(start), count, shift);

    /// <summary>The physical range of some frames.</summary>
    public static PhysicalRange Frames(ulong first, ulong count) => PhysicalRange.FromStart(Physical(first << 12), count << 12);

    /// <summary>The frame with that number.</summary>
    public static Frame<Size4KiB> Frame(ulong number) => Frame<Size4KiB>.FromStart(Physical(number << 12));
}
