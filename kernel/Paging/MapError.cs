using Kernel.Contracts;

namespace Kernel.Paging;

/// <summary>Why a mapping was refused. The tables are as they were before the call, and no frame was taken.</summary>
[MustUse]
public enum MapError
{
    /// <summary>No error.</summary>
    None,

    /// <summary>The processor refuses the address in this paging mode.</summary>
    NotCanonical,

    /// <summary>The range's start, length or frames are not multiples of 4 KiB, or the frames pass 2^52, where no frame begins.</summary>
    Misaligned,

    /// <summary>A page of this size is mapped there already: unmap it first, or change its rights with Protect.</summary>
    AlreadyMapped,

    /// <summary>A larger page covers the address: split it first.</summary>
    CoveredByLargerPage,

    /// <summary>A table for smaller pages is there: unmap them and reclaim it first.</summary>
    SmallerPagesBelow,

    /// <summary>The entry is not present but holds software's data, which mapping would destroy.</summary>
    EntryInUse,

    /// <summary>An entry on the way is present with reserved bits set.</summary>
    MalformedEntry,

    /// <summary>A new table was needed and no frame was free.</summary>
    OutOfFrames,

    /// <summary>The page would be writable and executable: choose, or insist with <see cref="PageAttributes.WithWritingAndExecution"/>.</summary>
    WritableAndExecutable,

    /// <summary>The page must not be executed, and this processor or mode cannot forbid that.</summary>
    NoExecuteUnsupported,

    /// <summary>This processor or mode has no pages of that size.</summary>
    PageSizeUnsupported,

    /// <summary>The address lies under a root entry of the kernel half that was empty, or closed to ring 3, when the root entries were fixed.</summary>
    RootEntryFixed,

    /// <summary>The physical range lies above what the direct map can reach.</summary>
    OutsideDirectMap,

    /// <summary>The physical range passes the width of the processor's physical addresses, or of the mode's entries.</summary>
    AbovePhysicalWidth,

    /// <summary>A page that is mapped there already has other rights, another cache type or another frame than asked for.</summary>
    MappedDifferently,

    /// <summary>The address lies under the root's entry that points to the root itself: what is mapped there are the tables.</summary>
    RecursiveSlot,
}
