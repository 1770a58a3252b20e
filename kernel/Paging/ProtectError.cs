using Kernel.Contracts;

namespace Kernel.Paging;

/// <summary>Why a change of rights was refused. The tables are as they were before the call.</summary>
[MustUse]
public enum ProtectError
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

    /// <summary>The page would be writable and executable: choose, or insist with <see cref="PageAttributes.WithWritingAndExecution"/>.</summary>
    WritableAndExecutable,

    /// <summary>The page must not be executed, and this processor or mode cannot forbid that.</summary>
    NoExecuteUnsupported,

    /// <summary>
    /// The root entries of the kernel half are fixed, and one of them would have to change: it maps the page itself, or is closed
    /// to ring 3.
    /// </summary>
    RootEntryFixed,

    /// <summary>The address lies under the root's entry that points to the root itself: what is mapped there are the tables.</summary>
    RecursiveSlot,
}
