namespace System.Runtime.InteropServices;

/// <summary>How the fields of a type are laid out.</summary>
public enum LayoutKind
{
    /// <summary>In the order of declaration.</summary>
    Sequential = 0,

    /// <summary>Where each says.</summary>
    Explicit = 2,

    /// <summary>As the compiler likes.</summary>
    Auto = 3,
}

/// <summary>Which width characters have in a layout.</summary>
public enum CharSet
{
    /// <summary>The compilers' default.</summary>
    None = 1,

    /// <summary>8 bits.</summary>
    Ansi = 2,

    /// <summary>16 bits.</summary>
    Unicode = 3,
}

/// <summary>Says how the fields of a type are laid out.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class StructLayoutAttribute(LayoutKind layoutKind) : Attribute
{
    /// <summary>The alignment limit in bytes; 0 for none.</summary>
    public int Pack;

    /// <summary>The size in bytes at least.</summary>
    public int Size;

    /// <summary>The width of characters.</summary>
    public CharSet CharSet;

    /// <summary>How the fields are laid out.</summary>
    public LayoutKind Value { get; } = layoutKind;
}

/// <summary>The byte offset of a field.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class FieldOffsetAttribute(int offset) : Attribute
{
    /// <summary>The offset.</summary>
    public int Value { get; } = offset;
}

/// <summary>Marks an unmanaged constraint in signatures.</summary>
public enum UnmanagedType
{
    /// <summary>Its only use.</summary>
    None,
}

/// <summary>The argument goes in.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class InAttribute : Attribute;

/// <summary>The argument comes out.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class OutAttribute : Attribute;

/// <summary>Called only from outside C#, with the platform's convention.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnmanagedCallersOnlyAttribute : Attribute
{
    /// <summary>The symbol.</summary>
    public string? EntryPoint;
}

/// <summary>Spans of what is not a span.</summary>
public static class MemoryMarshal
{
    /// <summary>The first element of an array, or where it would be.</summary>
    [System.Runtime.CompilerServices.Intrinsic]
    public static ref T GetArrayDataReference<T>(T[] array) =>
        ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(
            ref System.Runtime.CompilerServices.Unsafe.As<ArrayData>(array).FirstByte);

    /// <summary>The <paramref name="length"/> elements from a reference on. The caller answers for the memory.</summary>
    public static Span<T> CreateSpan<T>(scoped ref T reference, int length) =>
        new(ref System.Runtime.CompilerServices.Unsafe.AsRef(in reference), length);

    /// <summary>The <paramref name="length"/> elements from a reference on. The caller answers for the memory.</summary>
    public static ReadOnlySpan<T> CreateReadOnlySpan<T>(scoped ref readonly T reference, int length) =>
        new(ref System.Runtime.CompilerServices.Unsafe.AsRef(in reference), length);

    /// <summary>The first element of a span.</summary>
    public static ref T GetReference<T>(Span<T> span) => ref span._reference;

    /// <summary>The first element of a span.</summary>
    public static ref T GetReference<T>(ReadOnlySpan<T> span) => ref span._reference;

    // How ilc lays out an array behind the type pointer: the count, with padding up to a pointer's width, then the elements.
    private sealed class ArrayData
    {
        public nuint Length;
        public byte FirstByte;
    }
}
