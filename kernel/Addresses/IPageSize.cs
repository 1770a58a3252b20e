namespace Kernel.Addresses;

/// <summary>A page size as a type, so that a 2 MiB page cannot be handed to an operation on 4 KiB pages.</summary>
public interface IPageSize
{
    /// <summary>The base-2 logarithm of the size in bytes.</summary>
    static abstract int Shift { get; }

    /// <summary>The size in bytes.</summary>
    static abstract ulong Bytes { get; }
}
