using System.Runtime.CompilerServices;

namespace System;

/// <summary>A text literal: UTF-16 code units that the compiler froze into the image.</summary>
/// <remarks>The fields are laid out as ilc writes frozen strings. No string is ever made at run time.</remarks>
public sealed class String : IEquatable<string>
{
    /// <summary>The empty string.</summary>
    public static readonly string Empty = "";

    private readonly int _stringLength;
    private readonly char _firstChar;

    // Only the compiler makes strings.
    private String()
    {
        _stringLength = 0;
        _firstChar = '\0';
    }

    /// <summary>The number of UTF-16 code units.</summary>
    public int Length
    {
        [Intrinsic]
        get => _stringLength;
    }

    /// <summary>The code unit at <paramref name="index"/>; panics outside of the string.</summary>
    [IndexerName("Chars")]
    public char this[int index]
    {
        [Intrinsic]
        get
        {
            if ((uint)index >= (uint)_stringLength)
            {
                Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowIndexOutOfRangeException();
            }

            return Unsafe.Add(ref Unsafe.AsRef(in _firstChar), index);
        }
    }

    /// <summary>The first code unit, for <c>fixed</c>; the terminating zero for the empty string.</summary>
    public ref readonly char GetPinnableReference() => ref _firstChar;

    /// <summary>The code units in place.</summary>
    public static implicit operator ReadOnlySpan<char>(string? text) => text.AsSpan();

    /// <summary>Whether both have the same code units.</summary>
    public static bool operator ==(string? left, string? right) => Equals(left, right);

    /// <summary>Whether the code units differ.</summary>
    public static bool operator !=(string? left, string? right) => !Equals(left, right);

    /// <summary>Whether both have the same code units.</summary>
    public static bool Equals(string? left, string? right)
    {
        if ((object?)left == (object?)right)
        {
            return true;
        }

        return left is not null && right is not null && MemoryExtensions.SequenceEqual((ReadOnlySpan<char>)left, right);
    }

    /// <inheritdoc/>
    public bool Equals(string? other) => Equals(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is string text && Equals(this, text);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        int hash = 5381;
        for (int index = 0; index < _stringLength; index++)
        {
            hash = unchecked((hash * 33) ^ this[index]);
        }

        return hash;
    }

    /// <inheritdoc/>
    public override string ToString() => this;
}
