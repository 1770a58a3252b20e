using Kernel.Contracts;

namespace Kernel.Paging;

/// <summary>Why a page was not split. The tables are as they were before the call, and no frame was taken.</summary>
[MustUse]
public enum SplitError
{
    /// <summary>No error.</summary>
    None,

    /// <summary>The processor refuses the address in this paging mode.</summary>
    NotCanonical,

    /// <summary>Nothing is mapped there.</summary>
    NotMapped,

    /// <summary>A still larger page covers the address: split that first.</summary>
    CoveredByLargerPage,

    /// <summary>The page is split already.</summary>
    SmallerPagesBelow,

    /// <summary>An entry on the way is present with reserved bits set.</summary>
    MalformedEntry,

    /// <summary>No frame was free for the new table.</summary>
    OutOfFrames,

    /// <summary>There is no smaller page size, or the mode has no pages of this one.</summary>
    PageSizeUnsupported,

    /// <summary>The address lies under the root's entry that points to the root itself: what is mapped there are the tables.</summary>
    RecursiveSlot,

    /// <summary>The page is mapped by a root entry of the kernel half, and those are fixed: other roots hold copies of it.</summary>
    RootEntryFixed,
}
