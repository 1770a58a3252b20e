namespace Kernel.Analyzers.Rules.Width;

/// <summary>What becomes of an integer, from the least to the most that is known about it.</summary>
internal enum Destination
{
    /// <summary>Nothing that its upper bits matter to: it is compared, masked, or used as an index.</summary>
    None,

    /// <summary>An integer.</summary>
    Number,

    /// <summary>A pointer is moved by it.</summary>
    Offset,

    /// <summary>It is added to a number of 64 bits that becomes an address, or is one.</summary>
    Displacement,

    /// <summary>The size of an allocation, a copy, a fill, or a span.</summary>
    Size,

    /// <summary>A pointer or an address value.</summary>
    Address,
}
