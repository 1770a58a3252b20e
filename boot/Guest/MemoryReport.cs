using System;
using Boot.Devices;
using Kernel.PhysicalMemory;

namespace Boot.Guest;

/// <summary>The physical memory and its use, as comments on the serial line.</summary>
internal static class MemoryReport
{
    /// <summary>Prints each region of the map.</summary>
    public static void Print(MemoryMap map)
    {
        foreach (ref readonly MemoryRegion region in map.Regions)
        {
            SerialLine.Write("# memory "u8);
            SerialLine.WriteHexadecimal(region.Range.Start.Value, 16);
            SerialLine.Write((byte)'-');
            SerialLine.WriteHexadecimal(region.Range.End.Value - 1, 16);
            SerialLine.Write((byte)' ');
            SerialLine.Write(NameOf(region.Kind));
            SerialLine.Write((byte)' ');
            SerialLine.WriteDecimal(region.Range.Length >> 10);
            SerialLine.WriteLine(" KiB"u8);
        }
    }

    /// <summary>Prints how the frames are used.</summary>
    /// <param name="statistics">How.</param>
    /// <param name="keptFrames">How many of them nobody uses because bring-up could not give them back.</param>
    public static void Print(in FrameStatistics statistics, ulong keptFrames)
    {
        SerialLine.Write("# frames "u8);
        SerialLine.WriteDecimal(statistics.ManagedFrames);
        SerialLine.Write(" managed, "u8);
        SerialLine.WriteDecimal(statistics.FreeFrames);
        SerialLine.Write(" free, largest free block of order "u8);
        SerialLine.WriteDecimal((ulong)(statistics.LargestFreeOrder < 0 ? 0 : statistics.LargestFreeOrder));
        FrameZoneStatistics outOfReach = statistics.Of(FrameZone.OutOfReach);
        SerialLine.Write("; out of reach "u8);
        SerialLine.WriteDecimal(outOfReach.ManagedFrames);
        SerialLine.Write(" managed, "u8);
        SerialLine.WriteDecimal(outOfReach.FreeFrames);
        SerialLine.Write(" free; kept by bring-up "u8);
        SerialLine.WriteDecimal(keptFrames);
        SerialLine.WriteLine(""u8);
        SerialLine.Write("# frames free blocks by order"u8);
        for (int order = 0; order <= BuddyAllocator.MaximumOrder; order++)
        {
            SerialLine.Write((byte)' ');
            SerialLine.WriteDecimal(statistics.FreeBlocksOf(order));
        }

        SerialLine.WriteLine(""u8);
    }

    private static ReadOnlySpan<byte> NameOf(MemoryRegionKind kind) => kind switch
    {
        MemoryRegionKind.Usable => "usable"u8,
        MemoryRegionKind.BootloaderReclaimable => "boot data"u8,
        MemoryRegionKind.KernelData => "kernel data"u8,
        MemoryRegionKind.Modules => "modules"u8,
        MemoryRegionKind.KernelImage => "kernel image"u8,
        MemoryRegionKind.AcpiReclaimable => "ACPI tables"u8,
        MemoryRegionKind.AcpiNonVolatile => "ACPI storage"u8,
        MemoryRegionKind.FrameBuffer => "frame buffer"u8,
        MemoryRegionKind.Mmio => "devices"u8,
        MemoryRegionKind.Bad => "bad"u8,
        _ => "reserved"u8,
    };
}
