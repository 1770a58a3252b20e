using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>What is left to do of a range of pages and, for a mapping, of the frames beside them. All three are multiples of 4 KiB.</summary>
/// <param name="start">The first page.</param>
/// <param name="frames">The frame of the first page.</param>
/// <param name="length">In bytes.</param>
internal readonly struct RangePart(VirtualAddress start, PhysicalAddress frames, ulong length)
{
    public VirtualAddress Start { get; } = start;

    public PhysicalAddress Frames { get; } = frames;

    public ulong Length { get; } = length;

    public bool IsEmpty => Length == 0;

    /// <summary>The first part that one entry at <paramref name="level"/> decides about.</summary>
    public RangePart InFirstEntry<TMode>(PageTableLevel level) where TMode : struct, IPagingMode
    {
        ulong covered = 1UL << TMode.ShiftAt(level);
        ulong left = covered - (Start.Value & (covered - 1));
        return new RangePart(Start, Frames, left < Length ? left : Length);
    }

    /// <summary>How many pages of 4 KiB the table at the lowest level decides about that the first page lies in.</summary>
    public nuint PagesInTable<TMode>() where TMode : struct, IPagingMode
    {
        nuint left = ((nuint)1 << TMode.IndexBitsAt(PageTableLevel.Lowest)) - Start.IndexAt<TMode>(PageTableLevel.Lowest);
        ulong pages = Length >> Size4KiB.Shift;
        return pages < left ? (nuint)pages : left;
    }

    /// <summary>What is left after <paramref name="bytes"/>. At the end nothing is added: the range may reach the top of the address space.</summary>
    public RangePart After(ulong bytes)
    {
        if (bytes == Length)
        {
            return new RangePart(Start, Frames, 0);
        }

        // Without frames of its own a range may be longer than physical memory can be. A mapping has been checked not to be.
        _ = Frames.TryAdd(bytes, out PhysicalAddress frames);
        return new RangePart(Start + bytes, frames, Length - bytes);
    }

    /// <summary>Whether the part is exactly one page that a leaf at <paramref name="level"/> can map.</summary>
    public bool IsLeafAt<TMode>(PageTableLevel level, PagingFeatures features) where TMode : struct, IPagingMode
    {
        ulong covered = 1UL << TMode.ShiftAt(level);
        return Length == covered && (Frames.Value & (covered - 1)) == 0 && TMode.AllowsLeafAt(level, features);
    }
}
