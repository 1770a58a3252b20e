using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;

namespace Kernel.Tests.Paging;

/// <summary>What a random run does next, chosen so that operations often meet and often succeed.</summary>
public sealed class ModelChoices<TMode>(Random random, MappingModel model)
    where TMode : struct, IPagingMode
{
    private static readonly ulong[] s_fewLarge = [0, 1, 2, 510, 511];
    private static readonly ulong[] s_fewSmall = [0, 1, 2, 3, 510, 511];
    private static readonly PageAttributes[] s_rights =
    [
        PageAttributes.KernelData, PageAttributes.KernelReadOnly, PageAttributes.KernelCode, PageAttributes.UserData,
        PageAttributes.UserReadOnly, PageAttributes.UserCode, PageAttributes.KernelData.With(CacheType.WriteThrough),
        PageAttributes.UserData.With(CacheType.Uncached), PageAttributes.UserData.WithExecution(),
    ];

    // 2 GiB each: both ends of both halves, the edge between two root entries, and a place in the kernel half.
    private static readonly ulong[] s_regions =
    [
        0,
        Places<TMode>.HalfBytes - (2 * Size1GiB.Bytes),
        Places<TMode>.FirstOfUpperHalf.Value,
        unchecked(0UL - (2 * Size1GiB.Bytes)),
        (1UL << TMode.ShiftAt(TMode.RootLevel)) - Size1GiB.Bytes,
        Places<TMode>.High.Value,
    ];

    /// <summary>Where one of the places in the kernel half begins: the first address of that half.</summary>
    public static ulong KernelStart => s_regions[2];

    /// <summary>Where another one begins: it ends at the top of the address space.</summary>
    public static ulong KernelEnd => s_regions[3];

    /// <summary>Rights and a cache type, sometimes ones that are refused.</summary>
    public PageAttributes Rights() => Any(s_rights);

    private T Any<T>(T[] values) => values[random.Next(values.Length)];

    /// <summary>A level that has leaves, the lowest more often.</summary>
    public int Level() => random.Next(10) switch { < 5 => 1, < 8 => 2, _ => 3 };

    /// <summary>The first address of a small page in one of the places, and how many bytes the place has from there on.</summary>
    public ulong Address(out ulong left)
    {
        ulong gigabyte = (ulong)random.Next(2) * Size1GiB.Bytes;
        ulong offset = gigabyte + (Any(s_fewLarge) * Size2MiB.Bytes) + (Any(s_fewSmall) * Size4KiB.Bytes);
        left = (2 * Size1GiB.Bytes) - offset;
        return Any(s_regions) + offset;
    }

    /// <summary>A frame that lies in its gigabyte, or in its 2 MiB, as the page does, or just anywhere.</summary>
    public ulong FrameFor(ulong address)
    {
        ulong anywhere = (ulong)random.NextInt64(16, 1L << 27) << Size4KiB.Shift;
        ulong kept = random.Next(5) switch { < 2 => Size1GiB.Bytes - 1, < 4 => Size2MiB.Bytes - 1, _ => 0 };
        return ((anywhere & ~kept) | (address & kept)) + Size1GiB.Bytes;
    }

    /// <summary>The length of a range of small pages.</summary>
    public ulong Length(ulong most) => Size4KiB.Bytes * random.Next(4) switch
    {
        0 => (ulong)random.NextInt64(1, 1 + (long)ulong.Min(most >> Size4KiB.Shift, 5)),
        1 => (ulong)random.NextInt64(1, 1 + (long)(most >> Size4KiB.Shift)),
        2 => ulong.Min(most, ((ulong)random.Next(1, 4) * Size2MiB.Bytes) + Size4KiB.Bytes) >> Size4KiB.Shift,
        _ => most >> Size4KiB.Shift,
    };

    /// <summary>Mostly a page that is there, of its size; else any page of any size.</summary>
    public (ulong Address, int Level) Page()
    {
        ulong address = Address(out _);
        int level = random.Next(10) < 7 && model.At(address).Page is { } page ? page.Level : Level();
        return (address & ~(Places<TMode>.BytesAt(level) - 1), level);
    }

    /// <summary>A page that can be split, if there is one.</summary>
    public (ulong Address, int Level) LargePage()
    {
        KeyValuePair<ulong, ModelPage>[] large = [.. model.Pages.Where(page => page.Value.Level > 1)];
        if (large.Length == 0)
        {
            return Page();
        }

        KeyValuePair<ulong, ModelPage> page = Any(large);
        return (page.Key, page.Value.Level);
    }

    /// <summary>
    /// How much of a range, at least one page, a mapping would not be refused for; with attributes, equal pages are no obstacle.
    /// </summary>
    public ulong FreeLength(ulong start, ulong length, ulong frame, PageAttributes? equal)
    {
        ulong free = 0;
        foreach (ModelPiece piece in model.PiecesOf(start, length))
        {
            if (piece.Entry.Page is { } page
                && (page.Attributes != equal
                    || page.Frame + (piece.Start & (Places<TMode>.BytesAt(page.Level) - 1)) != frame + (piece.Start - start)))
            {
                break;
            }

            free += piece.Length;
        }

        return ulong.Max(free, Size4KiB.Bytes);
    }

    /// <summary>Mostly pages that are there, one after another; else any range.</summary>
    public (ulong Start, ulong Length) MappedRange()
    {
        ulong start = Address(out ulong left);
        if (random.Next(4) == 0 || model.At(start).Page is not { } first)
        {
            return (start, Length(left));
        }

        ulong offset = start & (Places<TMode>.BytesAt(first.Level) - 1);
        ulong length = 0;
        int most = random.Next(1, 1500);
        foreach (ModelPiece piece in model.PiecesOf(start - offset, left + offset).Take(most))
        {
            if (piece.Entry.Page is null)
            {
                break;
            }

            length += piece.Length;
        }

        return (start - offset, length);
    }
}
