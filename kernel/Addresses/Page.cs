using System;
using System.Runtime.CompilerServices;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Addresses;

/// <summary>A block of virtual memory of one page size, aligned to it.</summary>
/// <remarks>Holding one proves alignment and canonical form, not that anything is mapped there.</remarks>
/// <typeparam name="TSize">The size.</typeparam>
[AddressValue(AddressKind.Virtual)]
public readonly struct Page<TSize> : IEquatable<Page<TSize>>
    where TSize : struct, IPageSize
{
    private readonly VirtualAddress _start;

    private Page(VirtualAddress start) => _start = start;

    /// <summary>The address of its first byte.</summary>
    public VirtualAddress Start => _start;

    /// <summary>The bytes it covers.</summary>
    public VirtualRange Range => VirtualRange.FromStart(_start, TSize.Bytes);

    /// <summary>The page that <paramref name="address"/> lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page<TSize> Containing(VirtualAddress address) => new(address.AlignDown<TSize>());

    /// <summary>The page that begins at <paramref name="start"/>; panics if it is not aligned.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Page<TSize> FromStart(VirtualAddress start)
    {
        if (!TryFromStart(start, out Page<TSize> page))
        {
            Panic.Raise("page start", start.Value, "a multiple of the page size", "Page.FromStart");
        }

        return page;
    }

    /// <summary>The page that begins at <paramref name="start"/>, or false if it is not aligned.</summary>
    public static bool TryFromStart(VirtualAddress start, out Page<TSize> page)
    {
        bool begins = start.IsAlignedTo<TSize>();
        page = begins ? new Page<TSize>(start) : default;
        return begins;
    }

    /// <summary>The page <paramref name="pages"/> sizes further up; panics if that wraps or leaves this half of the address space.</summary>
    public static Page<TSize> operator +(Page<TSize> page, ulong pages)
    {
        if (pages >= 1UL << (VirtualAddress.MaximumBits - TSize.Shift))
        {
            Panic.Raise("page offset", pages, "fewer pages than an address space can hold", "Page.operator +");
        }

        return FromStart(page._start + (pages << TSize.Shift));
    }

    /// <summary>Whether both are the same page.</summary>
    public static bool operator ==(Page<TSize> left, Page<TSize> right) => left._start == right._start;

    /// <summary>Whether they are different pages.</summary>
    public static bool operator !=(Page<TSize> left, Page<TSize> right) => left._start != right._start;

    /// <inheritdoc/>
    public bool Equals(Page<TSize> other) => _start == other._start;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Page<TSize> other && _start == other._start;

    /// <inheritdoc/>
    public override int GetHashCode() => _start.GetHashCode();
}
