using Internal.Runtime;

namespace System;

/// <summary>The root of all types. Objects exist only as data that the compiler froze into the image: there is no managed heap.</summary>
public unsafe class Object
{
    /// <summary>Where every object begins: its type, as the compiler laid it out.</summary>
    internal MethodTable* m_pEEType;

    /// <summary>Called by derived constructors, which only run inside the compiler.</summary>
    public Object()
    {
    }

    /// <summary>Whether both are the same object.</summary>
    public virtual bool Equals(object? other) => this == other;

    /// <summary>A number that is equal for equal objects.</summary>
    public virtual int GetHashCode() => 0;

    /// <summary>The object in words; the empty string where a type says nothing about itself.</summary>
    public virtual string? ToString() => "";
}
