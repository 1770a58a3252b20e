namespace Kernel.Paging;

/// <summary>What the processor does with an entry that it meets on a walk.</summary>
public enum EntryKind
{
    /// <summary>Not present: the walk ends with a page fault. The other bits belong to software.</summary>
    Absent,

    /// <summary>Points to the table of the next level.</summary>
    Table,

    /// <summary>Maps a page.</summary>
    Leaf,

    /// <summary>Present with reserved bits set: the walk ends with a page fault whose error code says so.</summary>
    Malformed,
}
