using System;
using System.Runtime.InteropServices;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Boot.Protocols;

/// <summary>Xen's PVH start, as QEMU's <c>-kernel</c> does it (Xen, <c>public/arch-x86/hvm/start_info.h</c>).</summary>
/// <remarks>
/// Runs under the boot tables, which show the first 4 GiB at their physical addresses. Whatever does not make sense ends in a
/// panic: without a trustworthy memory map there is nothing to go on with.
/// </remarks>
internal static unsafe class Pvh
{
    private const uint Magic = 0x336E_C578;
    private const uint VersionWithMemoryMap = 1;
    private const ulong Reachable = 1ul << 32;

    /// <summary>Reads the start info at a physical address into <paramref name="information"/>.</summary>
    public static void Read(uint startInfo, ref BootInformation information)
    {
        StartInfo* start = (StartInfo*)Reach(startInfo, (ulong)sizeof(StartInfo), "PVH start info");

        // SAFETY: `Reach` has checked that the boot tables show all of it; so for each structure below.
        if (start->MagicNumber != Magic)
        {
            Panic.Raise("PVH start info magic", start->MagicNumber, "0x336ec578", "Pvh.Read");
        }

        if (start->Version < VersionWithMemoryMap)
        {
            Panic.Raise("PVH start info version", start->Version, "1 or later, which carries a memory map", "Pvh.Read");
        }

        if (start->MemoryMapEntries == 0)
        {
            Panic.Raise("PVH memory map entries", 0, "a memory map", "Pvh.Read");
        }

        information.AcpiRootPointer = start->AcpiRootPointer;
        Place(ref information, startInfo, (ulong)sizeof(StartInfo));
        ReadMemoryMap(start, ref information);
        ReadModules(start, ref information);
        ReadCommandLine(start->CommandLine, ref information);
    }

    private static void ReadMemoryMap(StartInfo* start, ref BootInformation information)
    {
        ulong length = start->MemoryMapEntries * (ulong)sizeof(MemoryMapEntry);
        MemoryMapEntry* entries = (MemoryMapEntry*)Reach(start->MemoryMap, length, "PVH memory map");
        Place(ref information, start->MemoryMap, length);

        for (uint index = 0; index < start->MemoryMapEntries; index++)
        {
            Add(ref information, entries[index].Start, entries[index].Length, FirmwareMemory.KindOf(entries[index].Kind));
        }
    }

    private static void ReadModules(StartInfo* start, ref BootInformation information)
    {
        if (start->ModuleCount == 0)
        {
            return;
        }

        ulong length = start->ModuleCount * (ulong)sizeof(Module);
        Module* modules = (Module*)Reach(start->Modules, length, "PVH module list");
        Place(ref information, start->Modules, length);

        for (uint index = 0; index < start->ModuleCount; index++)
        {
            ReadModule(modules + index, ref information);
        }
    }

    private static void ReadModule(Module* module, ref BootInformation information)
    {
        Add(ref information, module->Start, module->Length, MemoryRegionKind.Modules);
        if (!PhysicalAddress.TryFromValue(module->Start, out PhysicalAddress start) || !start.TryAdd(module->Length, out PhysicalAddress end))
        {
            Panic.Raise("PVH module at", module->Start, "an end of at most 52 bits", "Pvh.ReadModule");
            return;
        }

        ReadOnlySpan<byte> text = module->CommandLine == 0 ? default : ReadText(module->CommandLine, ref information);
        if (!information.TryAddModule(PhysicalRange.Between(start, end), text))
        {
            Panic.Raise("PVH modules up to the one at", module->Start, "at most 32, with 4096 bytes of text", "Pvh.ReadModule");
        }
    }

    private static void ReadCommandLine([AddressValue] ulong address, ref BootInformation information)
    {
        if (address != 0 && !information.TrySetCommandLine(ReadText(address, ref information)))
        {
            Panic.Raise("command line at", address, "at most 1024 bytes", "Pvh.ReadCommandLine");
        }
    }

    private static ReadOnlySpan<byte> ReadText([AddressValue] ulong address, ref BootInformation information)
    {
        uint length = LengthOf(address);
        Place(ref information, address, length + 1);
        return new(Reach(address, length + 1, "PVH text"), (int)length);
    }

    private static uint LengthOf([AddressValue] ulong address)
    {
        byte* text = (byte*)Reach(address, BootInformation.MaximumCommandLine + 1, "PVH text");
        uint length = 0;
        while (text[length] != 0)
        {
            if (++length > BootInformation.MaximumCommandLine)
            {
                Panic.Raise("PVH text length", length, "a terminating zero within 1024 bytes", "Pvh.LengthOf");
            }
        }

        return length;
    }

    private static void Place(ref BootInformation information, [AddressValue] ulong start, ulong length) =>
        Add(ref information, start, length, MemoryRegionKind.BootloaderReclaimable);

    private static void Add(ref BootInformation information, [AddressValue] ulong start, ulong length, MemoryRegionKind kind)
    {
        if (!information.TryAdd(new RawMemoryRegion(start, length, kind)))
        {
            Panic.Raise("memory region at", start, "at most 256 of them", "Pvh.Add");
        }
    }

    // The pointer under the boot tables, which show physical addresses below 4 GiB unchanged. QEMU uses all of page 0 but its start.
    private static void* Reach([AddressValue] ulong address, ulong length, string what)
    {
        if (address == 0 || address > Reachable || length > Reachable - address)
        {
            Panic.Raise(what, address, "an address above 0 and below 4 GiB", "Pvh.Reach");
        }

        return (void*)CheckedNarrowing.ToNative(address);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct StartInfo
    {
        public readonly uint MagicNumber;
        public readonly uint Version;
        public readonly uint Flags;
        public readonly uint ModuleCount;
        [AddressValue] public readonly ulong Modules;
        [AddressValue] public readonly ulong CommandLine;
        [AddressValue] public readonly ulong AcpiRootPointer;
        [AddressValue] public readonly ulong MemoryMap;
        public readonly uint MemoryMapEntries;
        public readonly uint Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Module
    {
        [AddressValue] public readonly ulong Start;
        public readonly ulong Length;
        [AddressValue] public readonly ulong CommandLine;
        public readonly ulong Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MemoryMapEntry
    {
        [AddressValue] public readonly ulong Start;
        public readonly ulong Length;
        public readonly uint Kind;
        public readonly uint Reserved;
    }
}
