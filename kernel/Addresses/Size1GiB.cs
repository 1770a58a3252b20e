namespace Kernel.Addresses;

/// <summary>Pages and frames of 1 GiB.</summary>
public readonly struct Size1GiB : IPageSize
{
    /// <inheritdoc cref="IPageSize.Shift"/>
    public const int Shift = 30;

    /// <inheritdoc cref="IPageSize.Bytes"/>
    public const ulong Bytes = 1UL << Shift;

    static int IPageSize.Shift => Shift;

    static ulong IPageSize.Bytes => Bytes;
}
