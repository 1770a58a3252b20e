namespace System.Runtime.CompilerServices;

/// <summary>What the compilers replace by code of their own.</summary>
public static class RuntimeHelpers
{
    /// <summary>The offset of the first code unit in a string, for <c>fixed</c> in older compilers.</summary>
    public static int OffsetToStringData => nint.Size + sizeof(int);

    /// <summary>The data of a literal, in place in the image. The JIT replaces every call.</summary>
    [Intrinsic]
    public static ReadOnlySpan<T> CreateSpan<T>(RuntimeFieldHandle field) => CreateSpan<T>(field);

    /// <summary>Fills an array from a literal's data. ilc interprets every call while it freezes static arrays.</summary>
    [Intrinsic]
    public static void InitializeArray(Array array, RuntimeFieldHandle field) => InitializeArray(array, field);

    /// <summary>Whether values of the type hold references. The JIT answers.</summary>
    [Intrinsic]
    public static bool IsReferenceOrContainsReferences<T>()
        where T : allows ref struct => IsReferenceOrContainsReferences<T>();
}
