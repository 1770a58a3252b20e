namespace Kernel.Paging;

/// <summary>What a virtual address leads to.</summary>
public enum TranslationKind
{
    /// <summary>To a byte of physical memory.</summary>
    Mapped,

    /// <summary>To an entry that is not present.</summary>
    NotMapped,

    /// <summary>To an entry that is present with reserved bits set.</summary>
    Malformed,

    /// <summary>Nowhere: the processor refuses the address before it walks.</summary>
    NotCanonical,
}
