namespace System;

/// <summary>What <c>ldtoken</c> leaves for a type.</summary>
public readonly struct RuntimeTypeHandle
{
    private readonly nint _value;

    internal nint Value => _value;
}

/// <summary>What <c>ldtoken</c> leaves for a method.</summary>
public readonly struct RuntimeMethodHandle
{
    private readonly nint _value;

    internal nint Value => _value;
}

/// <summary>What <c>ldtoken</c> leaves for a field: where a literal's data is.</summary>
public readonly struct RuntimeFieldHandle
{
    private readonly nint _value;

    internal nint Value => _value;
}

/// <summary>A type at run time; the JIT asks for its name when it looks at a frozen object. There are none.</summary>
internal sealed class RuntimeType;
