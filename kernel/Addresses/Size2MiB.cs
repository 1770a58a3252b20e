namespace Kernel.Addresses;

/// <summary>Pages and frames of 2 MiB.</summary>
public readonly struct Size2MiB : IPageSize
{
    /// <inheritdoc cref="IPageSize.Shift"/>
    public const int Shift = 21;

    /// <inheritdoc cref="IPageSize.Bytes"/>
    public const ulong Bytes = 1UL << Shift;

    static int IPageSize.Shift => Shift;

    static ulong IPageSize.Bytes => Bytes;
}
