namespace Kernel.Paging;

/// <summary>How accesses to a page go through the caches: an index into the page attribute table, as its PAT, PCD and PWT bits spell it.</summary>
/// <remarks>
/// The kernel programs IA32_PAT (277h) so that the values hold: 0407_0506_0007_0106h read as bytes from index 7 down is
/// WT, UC-, WP, WB, UC, UC-, WC, WB (AMD64 APM volume 2, 7.8; Intel SDM volume 3A, 12.12).
/// </remarks>
public enum CacheType
{
    /// <summary>Write-back: ordinary memory.</summary>
    WriteBack = 0,

    /// <summary>Write-combining: frame buffers. Writes are gathered, reads are not cached.</summary>
    WriteCombining = 1,

    /// <summary>Uncached unless a memory type range register says write-combining.</summary>
    UncachedMinus = 2,

    /// <summary>Uncached and in order: device registers.</summary>
    Uncached = 3,

    /// <summary>Write-protected: reads are cached, writes go to memory and invalidate.</summary>
    WriteProtected = 5,

    /// <summary>Write-through: reads are cached, writes go to cache and memory.</summary>
    WriteThrough = 7,
}
