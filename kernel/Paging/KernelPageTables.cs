using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;
using SpinLock = Kernel.Synchronization.SpinLock;

namespace Kernel.Paging;

/// <summary>The canonical tables of the kernel's half, behind their lock. (strat9: <c>KERNEL_CR3</c> and <c>KERNEL_PT_LOCK</c>.)</summary>
/// <remarks>
/// Built once during bring-up, then activated; every address space shares the tables below the root entries that were filled
/// by then. There is one value of this type, in a static field; it is used by reference and never copied.
/// </remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
/// <typeparam name="TProcessor">The processor.</typeparam>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
/// <typeparam name="TFrames">Where new tables get their frames.</typeparam>
public struct KernelPageTables<TMode, TProcessor, TMemory, TFrames>
    where TMode : struct, IPagingMode
    where TProcessor : struct, IProcessor
    where TMemory : struct, IPhysicalMemory
    where TFrames : struct, IFrameSource
{
    private SpinLock _lock;

    [GuardedBy(nameof(_lock))]
    private PageTableFrame _root;

    [GuardedBy(nameof(_lock))]
    private RootEntries _rootEntries;

    private bool _built;

    /// <summary>Whether the tables exist, so that sessions can be opened.</summary>
    public readonly bool IsBuilt => Volatile.Read(in _built);

    /// <summary>
    /// Whether the tables that this processor uses now show every byte of a physical range in the direct map.
    /// </summary>
    /// <remarks>
    /// Needs no tables of the kernel's own and no lock: early allocators ask it before they touch memory that only the boot
    /// tables show. An answer about a range that somebody is changing may be old. (strat9: <c>is_hhdm_range_mapped_now</c>.)
    /// </remarks>
    public static bool IsMappedNow(PhysicalRange range)
    {
        if (!DirectMap<TMode>.TryRangeOf(range, out VirtualRange shown))
        {
            return false;
        }

        PageTableWalker<TMode, TMemory> walker = new(TProcessor.TableRoot);
        ulong seen = 0;
        while (seen < shown.Length)
        {
            VirtualAddress next = shown.Start + seen;
            Translation translation = walker.Translate(next);
            if (!translation.IsMapped || translation.Address != range.Start + seen)
            {
                return false;
            }

            seen += translation.PageBytes - (next.Value & (translation.PageBytes - 1));
        }

        return true;
    }

    /// <summary>Builds the tables: the root entries that the kernel will ever need, the direct map of all memory in its reach, the kernel's image.</summary>
    /// <remarks>
    /// Nothing uses them before <see cref="Activate"/>, except through sessions. After an error every frame is back in its source.
    /// Where entries cannot forbid execution, everything is executable. RAM at or above <see cref="DirectMap{TMode}.ReachEnd"/> is
    /// not shown: the frame allocator gives it to those who map it themselves.
    /// </remarks>
    /// <param name="memory">All RAM, without holes and devices; ranges do not overlap and are multiples of 4 KiB.</param>
    /// <param name="image">The kernel itself, inside the direct map or outside. Its read-only part gets no writable alias.</param>
    /// <param name="frames">Where the tables get their frames.</param>
    /// <param name="token">Interrupts are disabled.</param>
    [ExcludesLock(nameof(_lock))]
    public MapError Build(ReadOnlySpan<PhysicalRange> memory, in KernelImage image, ref TFrames frames, InterruptsDisabled token)
    {
        using SpinLockGuard guard = _lock.Acquire<TProcessor>(token);
        if (_built)
        {
            Panic.Raise("kernel page tables built at", _root.Frame.Start.Value, "tables that are built once", "KernelPageTables.Build");
        }

        if (!PageTableFrame.TryAllocate<TMemory, TFrames>(ref frames, token, out PageTableFrame root))
        {
            return MapError.OutOfFrames;
        }

        PageMapper<TMode, TMemory, TFrames> mapper = new(root, TProcessor.PagingFeatures, RootEntries.Growing, ref frames, token);
        MapError error = MapEverything(ref mapper, memory, in image);
        if (error != MapError.None)
        {
            mapper.Dismantle().ReleaseNeverLoaded(ref frames, token);
            frames.Return(root.Frame, token);
            return error;
        }

        _root = root;
        _rootEntries = RootEntries.Growing;
        Volatile.Write(ref _built, true);
        return MapError.None;
    }

    /// <summary>Makes this processor use the tables, and fixes their root entries.</summary>
    /// <remarks>
    /// The code that runs and the stack that it runs on must be mapped in them at their present addresses. Panics if the kernel's
    /// own image is not, because nothing would be left to report the fault that follows.
    /// </remarks>
    [ExcludesLock(nameof(_lock))]
    public void Activate(in KernelImage image, InterruptsDisabled token)
    {
        using SpinLockGuard guard = _lock.Acquire<TProcessor>(token);
        if (!_built)
        {
            Panic.Raise("kernel page tables", 0, "tables that were built before", "KernelPageTables.Activate");
        }

        PageTableWalker<TMode, TMemory> walker = new(_root.Frame.Start);
        Translation text = walker.Translate(image.AddressesOf(image.Text).Start);
        if (!text.IsMapped || !text.Attributes.IsExecutable)
        {
            Panic.Raise("kernel text not executable at", image.Text.Start.Value, "tables that map the running kernel", "KernelPageTables.Activate");
        }

        _rootEntries = RootEntries.Fixed;
        TProcessor.LoadTableRoot(_root.Frame.Start);
        TProcessor.InvalidateAll();
    }

    /// <summary>Locks the tables, to change them or to keep them from changing.</summary>
    /// <param name="frames">Where new tables get their frames as long as the session lives.</param>
    /// <param name="token">Interrupts are disabled as long as the session lives.</param>
    [Acquires(nameof(_lock))]
    [UnscopedRef]
    public KernelTableSession<TMode, TProcessor, TMemory, TFrames> Open(ref TFrames frames, InterruptsDisabled token)
    {
        SpinLockGuard guard = _lock.Acquire<TProcessor>(token);
        if (!_built)
        {
            Panic.Raise("kernel page tables", 0, "tables that were built before", "KernelPageTables.Open");
        }

        return new KernelTableSession<TMode, TProcessor, TMemory, TFrames>(
            guard, new PageMapper<TMode, TMemory, TFrames>(_root, TProcessor.PagingFeatures, _rootEntries, ref frames, token));
    }

    private static MapError MapEverything(
        ref PageMapper<TMode, TMemory, TFrames> mapper, ReadOnlySpan<PhysicalRange> memory, in KernelImage image)
    {
        MapError error = MapPart(ref mapper, in image, image.Text, PageAttributes.KernelCode);
        error = error != MapError.None ? error : MapPart(ref mapper, in image, image.ReadOnlyData, PageAttributes.KernelReadOnly);
        error = error != MapError.None ? error : MapPart(ref mapper, in image, image.Data, PageAttributes.KernelData);
        for (int index = 0; error == MapError.None && index < memory.Length; index++)
        {
            error = MapMemory(ref mapper, memory[index], in image);
        }

        error = error != MapError.None ? error : mapper.PopulateRootEntries(KernelLayout<TMode>.Dynamic).NeverLoaded();
        error = error != MapError.None ? error : mapper.PopulateRootEntries(KernelLayout<TMode>.Windows).NeverLoaded();

        // Where a root entry is no more than a large page, a table for each that shows nothing yet would cost more than it is worth.
        return error != MapError.None || TMode.AllowsLeafAt(TMode.RootLevel, PagingFeatures.All)
            ? error
            : mapper.PopulateRootEntries(KernelLayout<TMode>.DirectMapOf(TProcessor.PhysicalAddressBits)).NeverLoaded();
    }

    private static MapError MapPart(
        ref PageMapper<TMode, TMemory, TFrames> mapper, in KernelImage image, PhysicalRange part, PageAttributes attributes) =>
        mapper.MapRange(image.AddressesOf(part), part.Start, attributes.For<TMode>(TProcessor.PagingFeatures)).NeverLoaded();

    /// <summary>Shows what the direct map reaches of a range of RAM. The kernel's image is there already, or gets no writable alias.</summary>
    private static MapError MapMemory(ref PageMapper<TMode, TMemory, TFrames> mapper, PhysicalRange memory, in KernelImage image)
    {
        if (memory.End.Value > 1UL << TProcessor.PhysicalAddressBits)
        {
            return MapError.AbovePhysicalWidth;
        }

        PhysicalRange reached = memory.Intersect(PhysicalRange.Between(PhysicalAddress.Zero, DirectMap<TMode>.ReachEnd));
        bool imageIsShown = DirectMap<TMode>.TryRangeOf(image.Whole, out VirtualRange shown) && shown == image.AddressesOf(image.Whole);
        PhysicalRange own = reached.Intersect(imageIsShown ? image.Whole : image.ReadOnly);
        if (own.IsEmpty)
        {
            return Show(ref mapper, reached, PageAttributes.KernelData);
        }

        MapError error = Show(ref mapper, PhysicalRange.Between(reached.Start, own.Start), PageAttributes.KernelData);
        error = error != MapError.None || imageIsShown ? error : Show(ref mapper, own, PageAttributes.KernelReadOnly);
        return error != MapError.None ? error : Show(ref mapper, PhysicalRange.Between(own.End, reached.End), PageAttributes.KernelData);
    }

    private static MapError Show(ref PageMapper<TMode, TMemory, TFrames> mapper, PhysicalRange memory, PageAttributes attributes) =>
        mapper.MapRange(
            VirtualRange.FromStart(DirectMap<TMode>.AddressOf(memory.IsEmpty ? PhysicalAddress.Zero : memory.Start), memory.Length),
            memory.Start,
            attributes.For<TMode>(TProcessor.PagingFeatures)).NeverLoaded();
}
