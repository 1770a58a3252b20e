using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>Where a walk ended.</summary>
/// <param name="kind">Absent, leaf or malformed; never a table.</param>
/// <param name="level">The level of the entry that decided.</param>
/// <param name="entry">That entry.</param>
public readonly struct WalkResult(EntryKind kind, PageTableLevel level, PageTableEntry entry)
{
    /// <summary>Absent, leaf or malformed; never a table.</summary>
    public EntryKind Kind { get; } = kind;

    /// <summary>The level of the entry that decided.</summary>
    public PageTableLevel Level { get; } = level;

    /// <summary>That entry.</summary>
    public PageTableEntry Entry { get; } = entry;
}
