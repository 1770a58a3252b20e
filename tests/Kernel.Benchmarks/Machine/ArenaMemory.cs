using System;
using System.Runtime.InteropServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Benchmarks.Machine;

/// <summary>Physical memory as one block of the process's, every page of it touched and dirty before anything is measured.</summary>
/// <remarks>
/// Its base is a constant for the optimising compiler, as the direct map's is in the kernel: a read-only static of a type that
/// is initialised before any method that reads it is compiled. Like a direct map it lies in large pages, if the system grants them.
/// </remarks>
internal readonly unsafe struct ArenaMemory : IPhysicalMemory
{
    private const int LargePageBytes = 1 << 21;
    private const int AdviseLargePages = 14;
    private const byte Dirt = 0xA5;

    private static readonly byte* s_base = Reserve();

    /// <summary>Where page tables come from: room for those of 1 Mi pages of 4 KiB.</summary>
    public static PhysicalRange Tables => PhysicalRange.FromStart(PhysicalAddress.Zero, 64UL << 20);

    /// <summary>Where the frame allocator keeps its metadata: room for that of 1 GiB.</summary>
    public static PhysicalRange Metadata => PhysicalRange.FromStart(Tables.End, 8UL << 20);

    /// <summary>The frame allocator's frames are numbers, which nobody touches; so all of them count as within reach.</summary>
    public static PhysicalAddress ReachEnd => PhysicalAddress.FromValue(1UL << PhysicalAddress.MaximumBits);

    public static bool HasWindows => false;

    public static void* PointerTo(PhysicalAddress address) => s_base + address.Value;

    public static void* PointerToTable(PhysicalAddress table, PageTableLevel level, VirtualAddress address) => PointerTo(table);

    public static void* PointerToNewTable(PhysicalAddress table, PageTableLevel level) => PointerTo(table);

    public static void ForgetTable(PageTableLevel level, VirtualAddress address)
    {
        // A table is always at the same place of the block.
    }

    private static byte* Reserve()
    {
        nuint bytes = (nuint)(Tables.Length + Metadata.Length);
        byte* block = (byte*)NativeMemory.AlignedAlloc(bytes, LargePageBytes);
        if (OperatingSystem.IsLinux())
        {
            // Only advice: where it is not taken, the numbers are those of small pages.
            _ = Advise(block, bytes, AdviseLargePages);
        }

        NativeMemory.Fill(block, bytes, Dirt);
        return block;
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int Advise(void* start, nuint length, int advice);
}
