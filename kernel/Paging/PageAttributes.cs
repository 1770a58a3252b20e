using System;
using System.Runtime.CompilerServices;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>Rights and cache type of a page. A page is writable or executable, not both, unless the caller insists in writing.</summary>
/// <remarks>Start from one of the named combinations and change what differs. Every page is readable: x86 has no other.</remarks>
public readonly struct PageAttributes : IEquatable<PageAttributes>
{
    private const ulong GlobalBit = 1 << 8;
    private const ulong NoExecuteBit = 1UL << 63;
    private const ulong WriteThroughBit = 1 << 3;
    private const ulong CacheDisableBit = 1 << 4;
    private const ulong PatBit = 1UL << PageTableEntry.SmallPatShift;
    private const ulong CacheBits = WriteThroughBit | CacheDisableBit | PatBit;
    private const ulong RightsBits = PageTableEntry.WritableBit | PageTableEntry.UserBit | GlobalBit | NoExecuteBit;

    // One of the bits that software may use: it goes into no entry, it only records that writable and executable is meant.
    private const ulong DeliberateBit = 1 << 9;

    // The bits as a leaf at level 1 has them.
    private readonly ulong _bits;

    private PageAttributes(ulong bits) => _bits = bits;

    /// <summary>The kernel's data: writable, never executed, global.</summary>
    public static PageAttributes KernelData => new(PageTableEntry.WritableBit | GlobalBit | NoExecuteBit);

    /// <summary>The kernel's constants: never written, never executed, global.</summary>
    public static PageAttributes KernelReadOnly => new(GlobalBit | NoExecuteBit);

    /// <summary>The kernel's code: executable, never written, global.</summary>
    public static PageAttributes KernelCode => new(GlobalBit);

    /// <summary>A program's data: writable, never executed.</summary>
    public static PageAttributes UserData => new(PageTableEntry.UserBit | PageTableEntry.WritableBit | NoExecuteBit);

    /// <summary>A program's constants: never written, never executed.</summary>
    public static PageAttributes UserReadOnly => new(PageTableEntry.UserBit | NoExecuteBit);

    /// <summary>A program's code: executable, never written.</summary>
    public static PageAttributes UserCode => new(PageTableEntry.UserBit);

    /// <summary>Whether the page can be written.</summary>
    public bool IsWritable => (_bits & PageTableEntry.WritableBit) != 0;

    /// <summary>Whether instructions can be fetched from the page.</summary>
    public bool IsExecutable => (_bits & NoExecuteBit) == 0;

    /// <summary>Whether ring 3 can use the page.</summary>
    public bool IsUser => (_bits & PageTableEntry.UserBit) != 0;

    /// <summary>Whether the translation survives a change of the root.</summary>
    public bool IsGlobal => (_bits & GlobalBit) != 0;

    /// <summary>How accesses go through the caches.</summary>
    public CacheType Cache =>
        (CacheType)(((_bits & WriteThroughBit) >> 3) | ((_bits & CacheDisableBit) >> 3) | ((_bits & PatBit) >> 5));

    /// <summary>Whether the page is writable and executable although nobody said that this is meant.</summary>
    internal bool BreaksWriteXorExecute => (_bits & (PageTableEntry.WritableBit | NoExecuteBit | DeliberateBit)) == PageTableEntry.WritableBit;

    /// <summary>The same, with that cache type.</summary>
    public PageAttributes With(CacheType cache)
    {
        ulong index = (ulong)cache;
        return new PageAttributes((_bits & ~CacheBits) | ((index & 1) << 3) | ((index & 2) << 3) | ((index & 4) << 5));
    }

    /// <summary>The same, writable.</summary>
    public PageAttributes WithWriting() => new(_bits | PageTableEntry.WritableBit);

    /// <summary>The same, not writable.</summary>
    public PageAttributes WithoutWriting() => new(_bits & ~PageTableEntry.WritableBit);

    /// <summary>The same, executable.</summary>
    public PageAttributes WithExecution() => new(_bits & ~NoExecuteBit);

    /// <summary>The same, forgotten when the root changes.</summary>
    public PageAttributes WithoutGlobal() => new(_bits & ~GlobalBit);

    /// <summary>Writable and executable at once, which the mapper refuses otherwise. For code generators, and for nothing else.</summary>
    public PageAttributes WithWritingAndExecution() => new((_bits | PageTableEntry.WritableBit | DeliberateBit) & ~NoExecuteBit);

    /// <summary>The same, as far as entries can enforce it: where they cannot forbid execution, every page is executable.</summary>
    /// <remarks>Whoever asks a mapper for less than that is refused; with this a caller says that it knows.</remarks>
    /// <typeparam name="TMode">The paging mode.</typeparam>
    /// <param name="features">What the processors can do.</param>
    public PageAttributes For<TMode>(PagingFeatures features) where TMode : struct, IPagingMode
    {
        if (CanForbidExecution<TMode>(features))
        {
            return this;
        }

        return IsWritable ? WithWritingAndExecution() : WithExecution();
    }

    /// <summary>Whether entries can forbid execution.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool CanForbidExecution<TMode>(PagingFeatures features) where TMode : struct, IPagingMode =>
        TMode.NoExecuteBit != 0 && (features & PagingFeatures.NoExecute) != 0;

    /// <summary>Everything but the address of a present leaf at <paramref name="level"/>.</summary>
    /// <remarks>
    /// The kernel never asks which of its own pages were touched. Presetting accessed and dirty there spares the processor the
    /// write-back, and lets a change be one plain store, because the processor has nothing left to note.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ulong LeafBitsAt(PageTableLevel level)
    {
        ulong bits = (_bits & RightsBits) | PageTableEntry.PresentBit | (IsUser ? 0 : PageTableEntry.TouchedBits);
        ulong cache = _bits & CacheBits;
        return level == PageTableLevel.Lowest
            ? bits | cache
            : bits | (cache & ~PatBit) | PageTableEntry.LargePageBit | ((cache & PatBit) << (PageTableEntry.LargePatShift - PageTableEntry.SmallPatShift));
    }

    internal static PageAttributes FromLeafBits(ulong bits, PageTableLevel level)
    {
        ulong common = bits & (RightsBits | WriteThroughBit | CacheDisableBit);
        ulong pat = level == PageTableLevel.Lowest ? bits & PatBit : (bits >> (PageTableEntry.LargePatShift - PageTableEntry.SmallPatShift)) & PatBit;
        return new PageAttributes(common | pat);
    }

    /// <summary>Whether both give the same rights and cache type.</summary>
    public static bool operator ==(PageAttributes left, PageAttributes right) => ((left._bits ^ right._bits) & ~DeliberateBit) == 0;

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(PageAttributes left, PageAttributes right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(PageAttributes other) => this == other;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PageAttributes other && this == other;

    /// <inheritdoc/>
    public override int GetHashCode() => (_bits & ~DeliberateBit).GetHashCode();
}
