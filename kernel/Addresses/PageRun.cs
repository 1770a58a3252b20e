using System.Runtime.CompilerServices;
using Kernel.Machine;

namespace Kernel.Addresses;

/// <summary>Pages of one size that lie one after another: what a processor forgets with one invalidation for each.</summary>
/// <remarks>One invalidation covers a page however large it is, so a run knows its pages' size where a range of bytes does not.</remarks>
public readonly struct PageRun
{
    private PageRun(VirtualAddress start, uint count, int shift)
    {
        Start = start;
        Count = count;
        Shift = shift;
    }

    /// <summary>The first address of the first page.</summary>
    public VirtualAddress Start { get; }

    /// <summary>How many pages there are, at least one; none only in the default value.</summary>
    public uint Count { get; }

    /// <summary>The base-2 logarithm of a page's size in bytes.</summary>
    public int Shift { get; }

    /// <summary>The addresses of all pages.</summary>
    public VirtualRange Range => VirtualRange.FromStart(Start, Bytes);

    private ulong Bytes => (ulong)Count << Shift;

    /// <summary>The first address of page <paramref name="index"/>; panics if the run has no such page.</summary>
    /// <remarks>The address after the last page is never computed: at the top of the address space there is none.</remarks>
    public VirtualAddress this[uint index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (index >= Count)
            {
                Panic.Raise("page number in a run", index, "one below the count", "PageRun");
            }

            return Start + ((ulong)index << Shift);
        }
    }

    /// <summary>
    /// The <paramref name="count"/> pages of 2^<paramref name="shift"/> bytes from <paramref name="start"/>; panics if that is no
    /// multiple of their size, if there are none, or if they leave their half of the address space.
    /// </summary>
    public static PageRun FromStart(VirtualAddress start, uint count, int shift)
    {
        bool aligned = (start.Value & ((1UL << shift) - 1)) == 0;
        if (!aligned || count == 0 || !start.TryAdd(((ulong)count << shift) - 1, out _))
        {
            Panic.Raise("page run start", start.Value, "pages aligned to their size in one canonical half", "PageRun.FromStart");
        }

        return new PageRun(start, count, shift);
    }

    /// <summary>Both as one run, or false if their pages differ in size or the two neither overlap nor touch.</summary>
    public bool TryJoin(PageRun other, out PageRun joined)
    {
        PageRun low = Start <= other.Start ? this : other;
        PageRun high = Start <= other.Start ? other : this;
        ulong distance = high.Start - low.Start;
        bool touches = Shift == other.Shift && distance <= low.Bytes;
        joined = touches ? low.GrownTo(distance + high.Bytes) : default;
        return touches && joined.Count != 0;
    }

    // A run whose pages 32 bits cannot count is none.
    private PageRun GrownTo(ulong bytes)
    {
        ulong count = (bytes < Bytes ? Bytes : bytes) >> Shift;
        return count <= uint.MaxValue ? new PageRun(Start, unchecked((uint)count), Shift) : default;
    }
}
