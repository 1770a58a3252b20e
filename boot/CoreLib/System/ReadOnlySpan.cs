using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace System;

/// <summary>A stretch of memory to read from that knows its length.</summary>
public readonly ref struct ReadOnlySpan<T>
{
    internal readonly ref T _reference;
    private readonly int _length;

    /// <summary>All elements of an array.</summary>
    public ReadOnlySpan(T[]? array)
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
    public ReadOnlySpan(T[]? array, int start, int length) => this = new ReadOnlySpan<T>(array).Slice(start, length);

    /// <summary>The <paramref name="length"/> elements at <paramref name="pointer"/>. The caller answers for the memory.</summary>
    public unsafe ReadOnlySpan(void* pointer, int length)
    {
        if (length < 0)
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowArgumentOutOfRangeException();
        }

        _reference = ref Unsafe.AsRef<T>(pointer);
        _length = length;
    }

    /// <summary>One element.</summary>
    public ReadOnlySpan(ref readonly T reference)
    {
        _reference = ref Unsafe.AsRef(in reference);
        _length = 1;
    }

    internal ReadOnlySpan(ref T reference, int length)
    {
        _reference = ref reference;
        _length = length;
    }

    /// <summary>Nothing.</summary>
    public static ReadOnlySpan<T> Empty => default;

    /// <summary>The number of elements.</summary>
    public int Length
    {
        [Intrinsic]
        get => _length;
    }

    /// <summary>Whether there are no elements.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>The element at <paramref name="index"/>; panics outside of the span.</summary>
    public ref readonly T this[int index]
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
    public ReadOnlySpan<T> Slice(int start)
    {
        if ((uint)start > (uint)_length)
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowArgumentOutOfRangeException();
        }

        return new(ref Unsafe.Add(ref _reference, (nint)(uint)start), _length - start);
    }

    /// <summary>The <paramref name="length"/> elements from <paramref name="start"/> on; panics outside of the span.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<T> Slice(int start, int length)
    {
        if ((ulong)(uint)start + (uint)length > (uint)_length)
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowArgumentOutOfRangeException();
        }

        return new(ref Unsafe.Add(ref _reference, (nint)(uint)start), length);
    }

    /// <summary>The first element for <c>fixed</c>, or a null reference when there is none.</summary>
    public ref readonly T GetPinnableReference() => ref _length == 0 ? ref Unsafe.NullRef<T>() : ref _reference;

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

    /// <summary>All elements of an array.</summary>
    public static implicit operator ReadOnlySpan<T>(T[]? array) => new(array);

    /// <summary>The elements in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>What <c>foreach</c> steps along.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<T> _span;
        private int _index;

        internal Enumerator(ReadOnlySpan<T> span)
        {
            _span = span;
            _index = -1;
        }

        /// <summary>The element stepped onto.</summary>
        public readonly ref readonly T Current => ref _span[_index];

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
