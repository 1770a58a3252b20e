namespace System;

/// <summary>A value, or none.</summary>
public struct Nullable<T>
    where T : struct
{
    private readonly bool hasValue;

    // Written by the compilers' code for lifted operators, so not readonly.
    internal T value;

    /// <summary>A value that is there.</summary>
    public Nullable(T value)
    {
        this.value = value;
        hasValue = true;
    }

    /// <summary>Whether there is a value.</summary>
    public readonly bool HasValue => hasValue;

    /// <summary>The value; panics when there is none.</summary>
    public readonly T Value
    {
        get
        {
            if (!hasValue)
            {
                Internal.Runtime.CompilerHelpers.ThrowHelpers.Fail("a nullable without a value"u8);
            }

            return value;
        }
    }

    /// <summary>The value, or the default of its type.</summary>
    public readonly T GetValueOrDefault() => value;

    /// <summary>The value, or <paramref name="defaultValue"/>.</summary>
    public readonly T GetValueOrDefault(T defaultValue) => hasValue ? value : defaultValue;

    /// <summary>Wraps a value.</summary>
    public static implicit operator T?(T value) => new Nullable<T>(value);

    /// <summary>Unwraps a value; panics when there is none.</summary>
    public static explicit operator T(T? value) => value!.Value;
}
