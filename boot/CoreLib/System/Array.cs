using System.Runtime.CompilerServices;

namespace System;

/// <summary>The base of all arrays. They exist only as data that the compiler froze into the image.</summary>
public abstract class Array
{
    // Laid out as ilc writes frozen arrays: the count, then (on 64 bits) padding, then the elements.
    private readonly int _numComponents;

    private protected Array() => _numComponents = 0;

    /// <summary>The number of elements.</summary>
    public int Length
    {
        [Intrinsic]
        get => _numComponents;
    }
}

/// <summary>What ilc derives the arrays of <typeparamref name="T"/> from.</summary>
public class Array<T> : Array
{
    internal Array()
    {
    }
}
