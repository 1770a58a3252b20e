using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace System;

/// <summary>A stretch of memory that knows its length.</summary>
public readonly ref struct Span<T>
{
    internal readonly ref T _reference;
    private readonly int _length;

    /// <summary>All elements of an array.</summary>
    public Span(T[]? array)
    {
        if (array is null)
        {
            this = default;
            return;
        }

        _reference = ref MemoryMarshal.GetArrayDataReference(array);
        _length = array.Length;
    }

    /// <summary>The <paramref name="length"/> elements of an array from <paramref name="start"/> on; panics outside of the array.</summary>
    public Span(T[]? array, int start, int length) => this = new Span<T>(array).Slice(start, length);

    /// <summary>The <paramref name="length"/> elements at <paramref name="pointer"/>. The caller answers for the memory.</summary>
    public unsafe Span(void* pointer, int length)
    {
        if (length < 0)
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowArgumentOutOfRangeException();
        }

        _reference = ref Unsafe.AsRef<T>(pointer);
        _length = length;
    }

    /// <summary>One element.</summary>
    public Span(ref T reference)
    {
        _reference = ref reference;
        _length = 1;
    }

    internal Span(ref T reference, int length)
    {
        _reference = ref reference;
        _length = length;
    }

    /// <summary>Nothing.</summary>
    public static Span<T> Empty => default;

    /// <summary>The number of elements.</summary>
    public int Length
    {
        [Intrinsic]
        get => _length;
    }

    /// <summary>Whether there are no elements.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>The element at <paramref name="index"/>; panics outside of the span.</summary>
    public ref T this[int index]
    {
        [Intrinsic]
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)_length)
            {
                Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowIndexOutOfRangeException();
            }

            return ref Unsafe.Add(ref _reference, (nint)(uint)index);
        }
    }

    /// <summary>The elements from <paramref name="start"/> on; panics outside of the span.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Slice(int start)
    {
        if ((uint)start > (uint)_length)
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowArgumentOutOfRangeException();
        }

        return new(ref Unsafe.Add(ref _reference, (nint)(uint)start), _length - start);
    }

    /// <summary>The <paramref name="length"/> elements from <paramref name="start"/> on; panics outside of the span.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Slice(int start, int length)
    {
        if ((ulong)(uint)start + (uint)length > (uint)_length)
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowArgumentOutOfRangeException();
        }

        return new(ref Unsafe.Add(ref _reference, (nint)(uint)start), length);
    }

    /// <summary>The first element for <c>fixed</c>, or a null reference when there is none.</summary>
    public ref T GetPinnableReference() => ref _length == 0 ? ref Unsafe.NullRef<T>() : ref _reference;

    /// <summary>Copies the elements, also when both overlap; panics when they do not fit.</summary>
    public void CopyTo(Span<T> destination)
    {
        if (!TryCopyTo(destination))
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowArgumentOutOfRangeException();
        }
    }

    /// <summary>Copies the elements, also when both overlap; false, and nothing copied, when they do not fit.</summary>
    public bool TryCopyTo(Span<T> destination)
    {
        if ((uint)_length > (uint)destination.Length)
        {
            return false;
        }

        SpanHelpers.Memmove(
            ref Unsafe.As<T, byte>(ref destination._reference), ref Unsafe.As<T, byte>(ref _reference), (nuint)(uint)_length * (nuint)Unsafe.SizeOf<T>());
        return true;
    }

    /// <summary>Writes <paramref name="value"/> to every element.</summary>
    public void Fill(T value)
    {
        for (int index = 0; index < _length; index++)
        {
            Unsafe.Add(ref _reference, index) = value;
        }
    }

    /// <summary>Zeroes every element.</summary>
    public void Clear() =>
        SpanHelpers.ClearWithoutReferences(ref Unsafe.As<T, byte>(ref _reference), (nuint)(uint)_length * (nuint)Unsafe.SizeOf<T>());

    /// <summary>The same elements, to read only.</summary>
    public static implicit operator ReadOnlySpan<T>(Span<T> span) => new(ref span._reference, span._length);

    /// <summary>All elements of an array.</summary>
    public static implicit operator Span<T>(T[]? array) => new(array);

    /// <summary>The elements in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>What <c>foreach</c> steps along.</summary>
    public ref struct Enumerator
    {
        private readonly Span<T> _span;
        private int _index;

        internal Enumerator(Span<T> span)
        {
            _span = span;
            _index = -1;
        }

        /// <summary>The element stepped onto.</summary>
        public readonly ref T Current => ref _span[_index];

        /// <summary>Steps onto the next element; false after the last.</summary>
        public bool MoveNext()
        {
            int next = _index + 1;
            if (next >= _span.Length)
            {
                return false;
            }

            _index = next;
            return true;
        }
    }
}
