using System;
using System.Runtime.CompilerServices;
using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>The kernel's address space: its image, the memory map it was made from, its page tables.</summary>
/// <typeparam name="TMode">The paging mode.</typeparam>
internal static unsafe class KernelSpace<TMode>
    where TMode : struct, IPagingMode
{
    private const int MaximumRegions = 512;

    private static RegionStorage s_storage;
    private static MemoryMap s_map;
    private static KernelPageTables<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> s_tables;

    /// <summary>The physical memory.</summary>
    public static MemoryMap Map => s_map;

    /// <summary>The kernel's page tables.</summary>
    public static ref KernelPageTables<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> Tables => ref s_tables;

    /// <summary>The image, with its three parts.</summary>
    public static KernelImage Image => new(
        LinkerSymbols.Text.Start,
        LinkerSymbols.PhysicalOf(LinkerSymbols.Text),
        LinkerSymbols.PhysicalOf(LinkerSymbols.ReadOnlyData),
        LinkerSymbols.PhysicalOf(LinkerSymbols.Data));

    /// <summary>Makes the memory map of what the loader said, with the image and page 0 taken out.</summary>
    public static MemoryMapReport ReadMemoryMap(ReadOnlySpan<RawMemoryRegion> said)
    {
        s_storage = default;

        // SAFETY: statics are data in the image and never move; the storage has as many slots as it says.
        MemoryRegion* storage = (MemoryRegion*)Unsafe.AsPointer(ref s_storage);
        MemoryMapError error = MemoryMap.Normalize(
            said, ProcessorFeatures.PhysicalAddressBits, storage, MaximumRegions, out s_map, out MemoryMapReport report);
        Expect(error, "BringUp.ReadMemoryMap");

        // Nothing may ever own physical page 0: the firmware's vectors are there, and a zero that escapes would name it.
        Expect(s_map.Reserve(PhysicalRange.FromStart(PhysicalAddress.Zero, Size4KiB.Bytes), MemoryRegionKind.Reserved), "page 0");
        Expect(s_map.Reserve(LinkerSymbols.BootCode, MemoryRegionKind.BootloaderReclaimable), "the boot code");
        Expect(s_map.Reserve(Image.Whole, MemoryRegionKind.KernelImage), "the kernel's image");
        return report;
    }

    /// <summary>Builds the kernel's tables out of the memory map.</summary>
    public static void BuildTables(InterruptsDisabled token)
    {
        Span<PhysicalRange> memory = stackalloc PhysicalRange[64];
        int count = 0;
        for (PhysicalAddress at = PhysicalAddress.Zero; s_map.TryNextMemory(at, out PhysicalRange run); at = run.End)
        {
            if (count == memory.Length)
            {
                Panic.Raise("runs of memory", (ulong)count, "at most 64", "KernelSpace.BuildTables");
            }

            memory[count++] = run;
        }

        KernelImage image = Image;
        MapError error = s_tables.Build(memory.Slice(0, count), in image, ref KernelMemory.Source, token);
        Expect(error, "KernelSpace.BuildTables");
    }

    /// <summary>Whether the last root entry is free to lead back to the root, and tables of every level have as many entries.</summary>
    public static bool HasRecursiveSlot =>
        !KernelLayout<TMode>.LastRootEntry.Contains(LinkerSymbols.Text.Start)
        && TMode.IndexBitsAt(TMode.RootLevel) == TMode.IndexBitsAt(PageTableLevel.Lowest);

    /// <summary>Lets the tables show themselves in the last root entry, where it is free for that.</summary>
    public static void LinkToItself(InterruptsDisabled token)
    {
        if (HasRecursiveSlot)
        {
            using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session =
                s_tables.Open(ref KernelMemory.Source, token);
            Expect(session.Mapper.LinkToItself().NeverLoaded(), "KernelSpace.LinkToItself");
        }
    }

    /// <summary>Takes the pages below the stacks out of the tables, before anyone uses them.</summary>
    public static void OpenGuardPages(InterruptsDisabled token)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session =
            s_tables.Open(ref KernelMemory.Source, token);
        Expect(session.Mapper.UnmapRange(LinkerSymbols.BootStackGuard).NeverLoaded(), "KernelSpace.OpenGuardPages");
        for (int number = 1; number <= FaultStacks.Count; number++)
        {
            Expect(session.Mapper.UnmapRange(FaultStacks.GuardOf(number)).NeverLoaded(), "KernelSpace.OpenGuardPages");
        }
    }

    private static void Expect(MemoryMapError error, string what)
    {
        if (error != MemoryMapError.None)
        {
            Panic.Raise("memory map refused with MemoryMapError", (ulong)error, "no error", what);
        }
    }

    private static void Expect(MapError error, string where)
    {
        if (error != MapError.None)
        {
            Panic.Raise("mapping refused with MapError", (ulong)error, "no error", where);
        }
    }

    private static void Expect(UnmapError error, string where)
    {
        if (error != UnmapError.None)
        {
            Panic.Raise("unmapping refused with UnmapError", (ulong)error, "no error", where);
        }
    }

    [InlineArray(MaximumRegions)]
    private struct RegionStorage
    {
        private MemoryRegion _first;
    }
}
