using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.PhysicalMemory;
using static Kernel.Tests.Make;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>What a Multiboot loader leaves in memory, as entries of a memory map: RAM with a hole below 1 MiB, a kernel at 1 MiB, and what it placed.</summary>
public sealed class LoaderMemory
{
    private readonly List<RawMemoryRegion> _entries;
    private readonly List<PhysicalRange> _payload = [];

    /// <summary>RAM from 0 to <paramref name="end"/> with the PC's usual hole, and <paramref name="highStretches"/> besides.</summary>
    public LoaderMemory(ulong end, params PhysicalRange[] highStretches) => _entries =
    [
        new(0, 0x9_FC00, MemoryRegionKind.Usable),
        new(0x9_FC00, 0x400, MemoryRegionKind.Reserved),
        new(0xF_0000, 0x1_0000, MemoryRegionKind.Reserved),
        new(0x10_0000, end - 0x10_0000, MemoryRegionKind.Usable),
        .. highStretches.Select(range => new RawMemoryRegion(range.Start.Value, range.Length, MemoryRegionKind.Usable)),
        new(0x10_0000, KernelEnd - 0x10_0000, MemoryRegionKind.KernelImage),
    ];

    /// <summary>Where the kernel's image ends; not on a frame.</summary>
    public static ulong KernelEnd => 0x14_3210;

    /// <summary>The entries of the memory map.</summary>
    public RawMemoryRegion[] Entries => [.. _entries];

    /// <summary>Everything that the loader placed, to the byte.</summary>
    public IReadOnlyList<PhysicalRange> Payload => _payload;

    /// <summary>The loader's own structures: information, memory map, module list, command lines.</summary>
    public LoaderMemory Structure(ulong start, ulong bytes) => Place(start, bytes, MemoryRegionKind.BootloaderReclaimable);

    /// <summary>A module.</summary>
    public LoaderMemory Module(ulong start, ulong bytes) => Place(start, bytes, MemoryRegionKind.Modules);

    /// <summary>Whether any byte of a range is the loader's.</summary>
    public bool IsTouchedBy(PhysicalRange range) =>
        _payload.Any(placed => placed.Overlaps(range)) || Range(0x10_0000, KernelEnd).Overlaps(range);

    /// <summary>The layouts that loaders produce, and the ones that break kernels, by name.</summary>
    public static LoaderMemory Layout(string name, ulong end) => name switch
    {
        "nothing placed" => new LoaderMemory(end),
        "structures below 640 KiB" => new LoaderMemory(end).Structure(0x9500, 116).Structure(0x9_F000, 0xBFF),
        "modules directly behind the kernel" =>
            new LoaderMemory(end).Structure(KernelEnd, 300).Module(0x14_4000, 0x5_4321).Module(0x19_9000, 1),
        "module in the kernel's last frame" => new LoaderMemory(end).Module(KernelEnd + 1, 0x3000),
        "modules that share a frame" => new LoaderMemory(end).Module(0x20_0000, 0x1800).Module(0x20_1800, 0x1800),
        "module at the top of RAM" => new LoaderMemory(end).Module(end - 0x8_0000, 0x8_0000).Structure(end - 0x8_1000, 0x40),
        "module over the end of RAM" => new LoaderMemory(end).Module(end - 0x1000, 0x2345),
        "module over the hole" => new LoaderMemory(end).Module(0x9_E000, 0x6_2000),
        "everything but one frame" => new LoaderMemory(end).Module(0x14_4000, end - 0x14_5000),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private LoaderMemory Place(ulong start, ulong bytes, MemoryRegionKind kind)
    {
        _entries.Add(new RawMemoryRegion(start, bytes, kind));
        _payload.Add(Range(start, start + bytes));
        return this;
    }
}
