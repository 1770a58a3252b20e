using System.Runtime.InteropServices;

namespace System;

/// <summary>Comparisons of spans, and spans of arrays and strings.</summary>
public static class MemoryExtensions
{
    /// <summary>All elements of an array.</summary>
    public static Span<T> AsSpan<T>(this T[]? array) => new(array);

    /// <summary>The code units of a string; C# converts through this.</summary>
    public static ReadOnlySpan<char> AsSpan(this string? text) =>
        text is null ? default : MemoryMarshal.CreateReadOnlySpan(in text.GetPinnableReference(), text.Length);

    /// <summary>Whether both have equal elements in the same order.</summary>
    public static bool SequenceEqual<T>(this ReadOnlySpan<T> left, ReadOnlySpan<T> right)
        where T : unmanaged, IEquatable<T>
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (int index = 0; index < left.Length; index++)
        {
            if (!left[index].Equals(right[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether both have equal elements in the same order.</summary>
    public static bool SequenceEqual<T>(this Span<T> left, ReadOnlySpan<T> right)
        where T : unmanaged, IEquatable<T> => SequenceEqual((ReadOnlySpan<T>)left, right);

    /// <summary>Whether <paramref name="span"/> begins with <paramref name="value"/>.</summary>
    public static bool StartsWith<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> value)
        where T : unmanaged, IEquatable<T> => value.Length <= span.Length && SequenceEqual(span.Slice(0, value.Length), value);

    /// <summary>The first position of <paramref name="value"/>, or -1.</summary>
    public static int IndexOf<T>(this ReadOnlySpan<T> span, T value)
        where T : unmanaged, IEquatable<T>
    {
        for (int index = 0; index < span.Length; index++)
        {
            if (span[index].Equals(value))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The first position where <paramref name="value"/> begins, or -1; 0 for an empty one.</summary>
    public static int IndexOf<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> value)
        where T : unmanaged, IEquatable<T>
    {
        for (int index = 0; index + value.Length <= span.Length; index++)
        {
            if (SequenceEqual(span.Slice(index, value.Length), value))
            {
                return index;
            }
        }

        return -1;
    }
}
