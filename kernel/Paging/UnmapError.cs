using Kernel.Contracts;

namespace Kernel.Paging;

/// <summary>Why an unmapping was refused. The tables are as they were before the call.</summary>
[MustUse]
public enum UnmapError
{
    /// <summary>No error.</summary>
    None,

    /// <summary>The processor refuses the address in this paging mode.</summary>
    NotCanonical,

    /// <summary>The range's start or length is not a multiple of 4 KiB.</summary>
    Misaligned,

    /// <summary>Nothing is mapped there.</summary>
    NotMapped,

    /// <summary>A larger page covers the address: split it first.</summary>
    CoveredByLargerPage,

    /// <summary>Smaller pages are mapped there.</summary>
    SmallerPagesBelow,

    /// <summary>An entry on the way is present with reserved bits set.</summary>
    MalformedEntry,

    /// <summary>The address lies under the root's entry that points to the root itself: what is mapped there are the tables.</summary>
    RecursiveSlot,

    /// <summary>The page is mapped by a root entry of the kernel half, and those are fixed: other roots hold copies of it.</summary>
    RootEntryFixed,
}
