namespace Kernel.Addresses;

/// <summary>Pages and frames of 4 KiB.</summary>
public readonly struct Size4KiB : IPageSize
{
    /// <inheritdoc cref="IPageSize.Shift"/>
    public const int Shift = 12;

    /// <inheritdoc cref="IPageSize.Bytes"/>
    public const ulong Bytes = 1UL << Shift;

    static int IPageSize.Shift => Shift;

    static ulong IPageSize.Bytes => Bytes;
}
