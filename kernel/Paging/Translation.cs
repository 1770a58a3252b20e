using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>What a virtual address is mapped to: the byte, the page it lies in, the rights.</summary>
public readonly struct Translation
{
    private readonly PageTableEntry _entry;
    private readonly PageTableLevel _level;

    private Translation(TranslationKind kind, PhysicalAddress address, PageTableEntry entry, PageTableLevel level, int pageShift)
    {
        Kind = kind;
        Address = address;
        _entry = entry;
        _level = level;
        PageShift = pageShift;
    }

    /// <summary>Mapped, or why not. The other members mean something only if it is <see cref="TranslationKind.Mapped"/>.</summary>
    public TranslationKind Kind { get; }

    /// <summary>The byte that the virtual address names.</summary>
    public PhysicalAddress Address { get; }

    /// <summary>The base-2 logarithm of the page's size in bytes.</summary>
    public int PageShift { get; }

    /// <summary>Whether the address is mapped.</summary>
    public bool IsMapped => Kind == TranslationKind.Mapped;

    /// <summary>The page's size in bytes.</summary>
    public ulong PageBytes => 1UL << PageShift;

    /// <summary>Rights and cache type of the page.</summary>
    public PageAttributes Attributes => _entry.Attributes(_level);

    /// <summary>Whether the processor has used the page since the note was last cleared. Always true for the kernel's own pages.</summary>
    public bool IsAccessed => _entry.IsAccessed;

    /// <summary>Whether the processor has written to the page since the note was last cleared. Always true for the kernel's own pages.</summary>
    public bool IsDirty => _entry.IsDirty;

    /// <summary>The level of the entry that decided.</summary>
    public PageTableLevel Level => _level;

    internal static Translation NotCanonical => Missing(TranslationKind.NotCanonical, default);

    internal static Translation Missing(TranslationKind kind, PageTableLevel level) => new(kind, default, default, level, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Translation Of<TMode>(PageTableEntry leaf, PageTableLevel level, VirtualAddress address)
        where TMode : struct, IPagingMode
    {
        int shift = TMode.ShiftAt(level);
        ulong offset = address.Value & ((1UL << shift) - 1);
        PhysicalAddress target = PhysicalAddress.FromEntryBits(leaf.LeafAddress<TMode>(level).Value | offset);
        return new Translation(TranslationKind.Mapped, target, leaf, level, shift);
    }
}
