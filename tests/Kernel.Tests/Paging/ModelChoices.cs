using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;

namespace Kernel.Tests.Paging;

/// <summary>What a random run does next, chosen so that operations often meet and often succeed.</summary>
/// <param name="random">Makes the choices.</param>
/// <param name="model">What is mapped by now.</param>
/// <param name="end">The address after the last page that can be mapped, as 64 bits.</param>
/// <typeparam name="TMode">The paging mode.</typeparam>
public sealed class ModelChoices<TMode>(Random random, MappingModel model, ulong end)
    where TMode : struct, IPagingMode
{
    private static readonly ulong s_largest = Places<TMode>.BytesAt(Places<TMode>.LargestLevel);
    private static readonly ulong s_entries = (ulong)Places<TMode>.Hardware.EntriesAt(1);
    private static readonly ulong[] s_few = [0, 1, 2, 3, s_entries - 2, s_entries - 1];
    private static readonly ModelRights[] s_rights =
    [
        Enforced(PageAttributes.KernelData), Enforced(PageAttributes.KernelReadOnly), Enforced(PageAttributes.KernelCode),
        Enforced(PageAttributes.UserData), Enforced(PageAttributes.UserReadOnly), Enforced(PageAttributes.UserCode),
        Enforced(PageAttributes.KernelData.With(CacheType.WriteThrough)),
        Enforced(PageAttributes.UserData.With(CacheType.Uncached)),
        new(PageAttributes.UserData.WithExecution(), MapError.WritableAndExecutable),
        new(PageAttributes.UserReadOnly, Places<TMode>.Hardware.ForbidsExecution ? MapError.None : MapError.NoExecuteUnsupported),
    ];

    // Both ends of both parts, the edge between two root entries, and somewhere in the kernel's part.
    private readonly ulong[] _places =
    [
        0,
        Places<TMode>.LowerBytes - PlaceBytes,
        Places<TMode>.FirstOfUpperHalf.Value,
        unchecked(end - PlaceBytes),
        Places<TMode>.BytesAt(Places<TMode>.Hardware.Levels) - s_largest,
        Places<TMode>.High.Value,
    ];

    /// <summary>The length of a place in bytes: a few of the largest pages, more of them where they are small.</summary>
    public static ulong PlaceBytes { get; } = s_largest * (Places<TMode>.LargestLevel > 2 ? 2UL : 8);

    /// <summary>Where one of the places in the kernel's part begins: the first address of that part.</summary>
    public ulong KernelStart => _places[2];

    /// <summary>Where another one begins: it ends with the last page that can be mapped.</summary>
    public ulong KernelEnd => _places[3];

    /// <summary>Rights and a cache type, sometimes ones that are refused.</summary>
    public ModelRights Rights() => Any(s_rights);

    private static ModelRights Enforced(PageAttributes attributes) =>
        new(attributes.For<TMode>(Places<TMode>.Hardware.Features), MapError.None);

    private T Any<T>(T[] values) => values[random.Next(values.Length)];

    /// <summary>A level, mostly one that has leaves, the lowest more often.</summary>
    public int Level() => random.Next(40) switch { < 20 => 1, < 32 => 2, < 39 => Places<TMode>.LargestLevel, _ => 3 };

    /// <summary>The first address of a small page in one of the places, and how many bytes the place has from there on.</summary>
    public ulong Address(out ulong left)
    {
        ulong offset = (ulong)random.NextInt64((long)(PlaceBytes / s_largest)) * s_largest;
        for (int level = Places<TMode>.LargestLevel - 1; level >= 1; level--)
        {
            offset += Any(s_few) * Places<TMode>.BytesAt(level);
        }

        left = PlaceBytes - offset;
        return Any(_places) + offset;
    }

    /// <summary>A frame that is aligned as the page is, to the largest size or to the one above the smallest, or just anywhere.</summary>
    public ulong FrameFor(ulong address)
    {
        ulong end = ulong.Min(Places<TMode>.Hardware.AddressBits, 512 * Size1GiB.Bytes) - (2 * PlaceBytes);
        ulong anywhere = (ulong)random.NextInt64(16, (long)(end >> Size4KiB.Shift)) << Size4KiB.Shift;
        ulong kept = random.Next(5) switch { < 2 => s_largest - 1, < 4 => Places<TMode>.BytesAt(2) - 1, _ => 0 };
        return ((anywhere & ~kept) | (address & kept)) + s_largest;
    }

    /// <summary>The length of a range of small pages.</summary>
    public ulong Length(ulong most) => Size4KiB.Bytes * random.Next(4) switch
    {
        0 => (ulong)random.NextInt64(1, 1 + (long)ulong.Min(most >> Size4KiB.Shift, 5)),
        1 => (ulong)random.NextInt64(1, 1 + (long)(most >> Size4KiB.Shift)),
        2 => ulong.Min(most, ((ulong)random.Next(1, 4) * Places<TMode>.BytesAt(2)) + Size4KiB.Bytes) >> Size4KiB.Shift,
        _ => most >> Size4KiB.Shift,
    };

    /// <summary>Mostly a page that is there, of its size; else any page of any size.</summary>
    public (ulong Address, int Level) Page()
    {
        ulong address = Address(out _);
        int level = random.Next(10) < 7 && model.Tree.At(address).Page is { } page ? page.Level : Level();
        return (address & ~(Places<TMode>.BytesAt(level) - 1), level);
    }

    /// <summary>A page that can be split, if there is one.</summary>
    public (ulong Address, int Level) LargePage()
    {
        if (model.Tree.LargePages.Count == 0)
        {
            return Page();
        }

        ulong address = model.Tree.LargePages[random.Next(model.Tree.LargePages.Count)];
        return (address, model.Tree.Pages[address].Level);
    }

    /// <summary>
    /// How much of a range, at least one page, a mapping would not be refused for; with attributes, equal pages are no obstacle.
    /// </summary>
    public ulong FreeLength(ulong start, ulong length, ulong frame, PageAttributes? equal)
    {
        ulong free = 0;
        foreach (ModelPiece piece in model.Tree.PiecesOf(start, length))
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
        if (random.Next(4) == 0 || model.Tree.At(start).Page is not { } first)
        {
            return (start, Length(left));
        }

        ulong offset = start & (Places<TMode>.BytesAt(first.Level) - 1);
        ulong length = 0;
        int most = random.Next(1, 1500);
        foreach (ModelPiece piece in model.Tree.PiecesOf(start - offset, left + offset).Take(most))
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
