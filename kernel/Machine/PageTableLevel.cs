using System;

namespace Kernel.Machine;

/// <summary>A level of the page-table tree, counted from the bottom: level 1 holds entries for 4 KiB pages.</summary>
/// <param name="number">1 for the lowest level.</param>
public readonly struct PageTableLevel(int number) : IEquatable<PageTableLevel>
{
    private readonly int _number = number;

    /// <summary>The level whose entries are always leaves.</summary>
    public static PageTableLevel Lowest => new(1);

    /// <summary>1 for the lowest level.</summary>
    public int Number => _number;

    /// <summary>The level that this one's table entries point to.</summary>
    public PageTableLevel Below => new(_number - 1);

    /// <summary>The level whose table entries point to this one.</summary>
    public PageTableLevel Above => new(_number + 1);

    /// <summary>Whether both are the same level.</summary>
    public static bool operator ==(PageTableLevel left, PageTableLevel right) => left._number == right._number;

    /// <summary>Whether they are different levels.</summary>
    public static bool operator !=(PageTableLevel left, PageTableLevel right) => left._number != right._number;

    /// <summary>Whether <paramref name="left"/> is nearer to the leaves.</summary>
    public static bool operator <(PageTableLevel left, PageTableLevel right) => left._number < right._number;

    /// <summary>Whether <paramref name="left"/> is nearer to the root.</summary>
    public static bool operator >(PageTableLevel left, PageTableLevel right) => left._number > right._number;

    /// <inheritdoc/>
    public bool Equals(PageTableLevel other) => _number == other._number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PageTableLevel other && _number == other._number;

    /// <inheritdoc/>
    public override int GetHashCode() => _number;
}
