namespace Kernel.Paging;

/// <summary>Whether a mapper may add entries to the kernel half of its root table.</summary>
/// <remarks>
/// Every address space copies the kernel half of the root. An entry that is added later would be missing in all of them
/// (strat9), so the kernel fills the entries that it will ever need at bring-up and fixes them.
/// </remarks>
public enum RootEntries
{
    /// <summary>No other root has copied the entries yet.</summary>
    Growing,

    /// <summary>The entries of the kernel half stay as they are; the lower half is this root's own.</summary>
    Fixed,
}
