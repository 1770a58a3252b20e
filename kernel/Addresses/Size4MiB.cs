namespace Kernel.Addresses;

/// <summary>Pages and frames of 4 MiB: the large ones of 32-bit entries (PSE).</summary>
public readonly struct Size4MiB : IPageSize
{
    /// <inheritdoc cref="IPageSize.Shift"/>
    public const int Shift = 22;

    /// <inheritdoc cref="IPageSize.Bytes"/>
    public const ulong Bytes = 1UL << Shift;

    static int IPageSize.Shift => Shift;

    static ulong IPageSize.Bytes => Bytes;
}
