namespace System.Runtime.CompilerServices;

/// <summary>References and pointers as the hardware sees them. Every method is replaced by the compiler's own code, so the bodies never run.</summary>
public static unsafe class Unsafe
{
    /// <summary>The same reference, seen as another type.</summary>
    [Intrinsic]
    public static ref TTo As<TFrom, TTo>(ref TFrom source)
        where TFrom : allows ref struct
        where TTo : allows ref struct => ref As<TFrom, TTo>(ref source);

    /// <summary>The same object, seen as another class.</summary>
    [Intrinsic]
    public static T As<T>(object? value)
        where T : class? => As<T>(value);

    /// <summary>The bits of one value as a value of another type of the same size.</summary>
    [Intrinsic]
    public static TTo BitCast<TFrom, TTo>(TFrom source)
        where TFrom : allows ref struct
        where TTo : allows ref struct => BitCast<TFrom, TTo>(source);

    /// <summary>A writable reference from a read-only one.</summary>
    [Intrinsic]
    public static ref T AsRef<T>(scoped ref readonly T source)
        where T : allows ref struct => ref AsRef(in source);

    /// <summary>A reference to where a pointer points.</summary>
    [Intrinsic]
    public static ref T AsRef<T>(void* source)
        where T : allows ref struct => ref AsRef<T>(source);

    /// <summary>The address of a reference. Nothing ever moves an object here, so it stays true.</summary>
    [Intrinsic]
    public static void* AsPointer<T>(ref readonly T value)
        where T : allows ref struct => AsPointer(in value);

    /// <summary>The reference <paramref name="elements"/> further.</summary>
    [Intrinsic]
    public static ref T Add<T>(ref T source, int elements)
        where T : allows ref struct => ref Add(ref source, elements);

    /// <summary>The reference <paramref name="elements"/> further.</summary>
    [Intrinsic]
    public static ref T Add<T>(ref T source, nint elements)
        where T : allows ref struct => ref Add(ref source, elements);

    /// <summary>The reference <paramref name="elements"/> further.</summary>
    [Intrinsic]
    public static ref T Add<T>(ref T source, nuint elements)
        where T : allows ref struct => ref Add(ref source, elements);

    /// <summary>The reference <paramref name="bytes"/> further.</summary>
    [Intrinsic]
    public static ref T AddByteOffset<T>(ref T source, nuint bytes)
        where T : allows ref struct => ref AddByteOffset(ref source, bytes);

    /// <summary>The distance in bytes.</summary>
    [Intrinsic]
    public static nint ByteOffset<T>(ref readonly T origin, ref readonly T target)
        where T : allows ref struct => ByteOffset(in origin, in target);

    /// <summary>Whether both refer to the same place.</summary>
    [Intrinsic]
    public static bool AreSame<T>(ref readonly T left, ref readonly T right)
        where T : allows ref struct => AreSame(in left, in right);

    /// <summary>A reference to nothing.</summary>
    [Intrinsic]
    public static ref T NullRef<T>()
        where T : allows ref struct => ref NullRef<T>();

    /// <summary>Whether it refers to nothing.</summary>
    [Intrinsic]
    public static bool IsNullRef<T>(ref readonly T source)
        where T : allows ref struct => IsNullRef(in source);

    /// <summary>The size of a value in bytes.</summary>
    [Intrinsic]
    public static int SizeOf<T>()
        where T : allows ref struct => SizeOf<T>();

    /// <summary>Reads a value from bytes at any alignment.</summary>
    [Intrinsic]
    public static T ReadUnaligned<T>(ref readonly byte source)
        where T : allows ref struct => ReadUnaligned<T>(in source);

    /// <summary>Reads a value from bytes at any alignment.</summary>
    [Intrinsic]
    public static T ReadUnaligned<T>(void* source)
        where T : allows ref struct => ReadUnaligned<T>(source);

    /// <summary>Writes a value to bytes at any alignment.</summary>
    [Intrinsic]
    public static void WriteUnaligned<T>(ref byte destination, T value)
        where T : allows ref struct => WriteUnaligned(ref destination, value);

    /// <summary>Leaves a local as it is.</summary>
    [Intrinsic]
    public static void SkipInit<T>(out T value)
        where T : allows ref struct => SkipInit(out value);
}
