using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Boot.Protocols;

/// <summary>Multiboot 1, as QEMU's <c>-kernel</c> and GRUB do it (Multiboot specification 0.6.96, 3.3).</summary>
/// <remarks>
/// Everything is copied into the image, and every place where the loader put something is noted, so that nobody is given its
/// frames before the kernel releases them. Whatever does not make sense ends in a panic: without a trustworthy memory map there
/// is nothing to go on with.
/// </remarks>
/// <typeparam name="TMemory">Where the loader's data can be read.</typeparam>
internal static class Multiboot<TMemory>
    where TMemory : struct, ILoaderMemory
{
    private const uint InformationBytes = 116;

    // Bits of the first field: which of the others the loader has filled in.
    private const int CommandLineBit = 2;
    private const int ModulesBit = 3;
    private const int OldSymbolsBit = 4;
    private const int SectionsBit = 5;
    private const int MemoryMapBit = 6;
    private const int DrivesBit = 7;
    private const int LoaderNameBit = 9;
    private const int PowerTableBit = 10;
    private const int VideoModesBit = 11;
    private const int FrameBufferBit = 12;

    // Where the fields are.
    private const uint CommandLineField = 16;
    private const uint ModuleCountField = 20;
    private const uint ModulesField = 24;
    private const uint SymbolsField = 28;
    private const uint MemoryMapLengthField = 44;
    private const uint MemoryMapField = 48;
    private const uint DrivesLengthField = 52;
    private const uint DrivesField = 56;
    private const uint LoaderNameField = 64;
    private const uint PowerTableField = 68;
    private const uint VideoControlField = 72;
    private const uint VideoModeField = 76;

    private const uint ModuleBytes = 16;
    private const uint SmallestMapEntry = 20;
    private const uint PowerTableBytes = 20;
    private const uint VideoControlBytes = 512;
    private const uint VideoModeBytes = 256;

    /// <summary>Reads the structure at <paramref name="start"/> into <paramref name="information"/>.</summary>
    public static void Read(PhysicalAddress start, ref BootInformation information)
    {
        uint flags = LoaderData<TMemory>.Read32(start);
        if (!Has(flags, MemoryMapBit))
        {
            Panic.Raise("Multiboot flags", flags, "bit 6 set, which says that there is a memory map", "Multiboot.Read");
        }

        Place(ref information, start, InformationBytes);
        ReadMemoryMap(Field(start, MemoryMapField), Field(start, MemoryMapLengthField), ref information);
        if (Has(flags, ModulesBit))
        {
            ReadModules(Field(start, ModulesField), Field(start, ModuleCountField), ref information);
        }

        if (Has(flags, CommandLineBit))
        {
            ReadCommandLine(Field(start, CommandLineField), ref information);
        }

        if (Has(flags, LoaderNameBit))
        {
            ReadLoaderName(Field(start, LoaderNameField), ref information);
        }

        if (Has(flags, FrameBufferBit))
        {
            MultibootFrameBuffer<TMemory>.Read(start, ref information);
        }

        PlaceTables(start, flags, ref information);
    }

    // Each entry begins with how many bytes follow, so that it may grow.
    private static void ReadMemoryMap(uint start, uint length, ref BootInformation information)
    {
        if (length == 0)
        {
            Panic.Raise("Multiboot memory map length", length, "at least one entry", "Multiboot.ReadMemoryMap");
        }

        PhysicalAddress map = PhysicalAddress.FromValue(start);
        Place(ref information, map, length);
        for (ulong offset = 0; offset < length;)
        {
            PhysicalAddress entry = map + offset;
            uint bytes = LoaderData<TMemory>.Read32(entry);
            offset += sizeof(uint) + (ulong)bytes;
            if (bytes < SmallestMapEntry || offset > length)
            {
                Panic.Raise("Multiboot memory map entry of size", bytes, "20 bytes or more, inside the map", "Multiboot.ReadMemoryMap");
            }

            Add(
                ref information,
                LoaderData<TMemory>.Read64(entry + 4),
                LoaderData<TMemory>.Read64(entry + 12),
                FirmwareMemory.KindOf(LoaderData<TMemory>.Read32(entry + 20)));
        }
    }

    private static void ReadModules(uint start, uint count, ref BootInformation information)
    {
        if (count > BootInformation.MaximumModules)
        {
            Panic.Raise("Multiboot modules", count, "at most 32", "Multiboot.ReadModules");
        }

        if (count == 0)
        {
            return;
        }

        PhysicalAddress list = PhysicalAddress.FromValue(start);
        Place(ref information, list, (ulong)count * ModuleBytes);
        for (uint index = 0; index < count; index++)
        {
            ReadModule(list + ((ulong)index * ModuleBytes), ref information);
        }
    }

    private static void ReadModule(PhysicalAddress entry, ref BootInformation information)
    {
        uint start = LoaderData<TMemory>.Read32(entry);
        uint end = LoaderData<TMemory>.Read32(entry + 4);
        if (end < start)
        {
            Panic.Raise("Multiboot module ending at", end, "an end that is not below its start", "Multiboot.ReadModule");
        }

        Span<byte> buffer = stackalloc byte[BootInformation.MaximumCommandLine];
        ReadOnlySpan<byte> text = ReadText(LoaderData<TMemory>.Read32(entry + 8), buffer, ref information);
        Add(ref information, start, end - start, MemoryRegionKind.Modules);
        PhysicalRange range = PhysicalRange.Between(PhysicalAddress.FromValue(start), PhysicalAddress.FromValue(end));
        if (!information.TryAddModule(range, text))
        {
            Panic.Raise("modules up to the one at", start, "4096 bytes of text at most", "Multiboot.ReadModule");
        }
    }

    private static void ReadCommandLine(uint address, ref BootInformation information)
    {
        Span<byte> buffer = stackalloc byte[BootInformation.MaximumCommandLine];
        if (!information.TrySetCommandLine(ReadText(address, buffer, ref information)))
        {
            Panic.Raise("command line at", address, "room for 4096 bytes of text", "Multiboot.ReadCommandLine");
        }
    }

    private static void ReadLoaderName(uint address, ref BootInformation information)
    {
        Span<byte> buffer = stackalloc byte[BootInformation.MaximumCommandLine];
        if (!information.TrySetLoaderName(ReadText(address, buffer, ref information)))
        {
            Panic.Raise("name of the loader at", address, "room for 4096 bytes of text", "Multiboot.ReadLoaderName");
        }
    }

    // Empty when the loader has put a zero in place of an address.
    private static ReadOnlySpan<byte> ReadText(uint address, Span<byte> buffer, ref BootInformation information)
    {
        if (address == 0)
        {
            return default;
        }

        PhysicalAddress start = PhysicalAddress.FromValue(address);
        int length = LoaderData<TMemory>.ReadText(start, buffer);
        Place(ref information, start, (ulong)(uint)length + 1);
        return buffer.Slice(0, length);
    }

    // What the kernel does not read is the loader's all the same, until it is released with the rest.
    private static void PlaceTables(PhysicalAddress start, uint flags, ref BootInformation information)
    {
        if (Has(flags, OldSymbolsBit))
        {
            // The table is preceded by its size and followed by the strings', each of which counts itself.
            ulong bytes = sizeof(uint) + (ulong)Field(start, SymbolsField) + Field(start, SymbolsField + 4);
            PlaceAt(ref information, Field(start, SymbolsField + 8), bytes);
        }

        if (Has(flags, SectionsBit))
        {
            PlaceAt(ref information, Field(start, SymbolsField + 8), (ulong)Field(start, SymbolsField) * Field(start, SymbolsField + 4));
        }

        if (Has(flags, DrivesBit))
        {
            PlaceAt(ref information, Field(start, DrivesField), Field(start, DrivesLengthField));
        }

        if (Has(flags, PowerTableBit))
        {
            PlaceAt(ref information, Field(start, PowerTableField), PowerTableBytes);
        }

        if (Has(flags, VideoModesBit))
        {
            PlaceAt(ref information, Field(start, VideoControlField), VideoControlBytes);
            PlaceAt(ref information, Field(start, VideoModeField), VideoModeBytes);
        }
    }

    private static bool Has(uint flags, int bit) => (flags & (1u << bit)) != 0;

    private static uint Field(PhysicalAddress start, uint offset) => LoaderData<TMemory>.Read32(start + offset);

    private static void PlaceAt(ref BootInformation information, uint address, ulong length)
    {
        if (address != 0)
        {
            Place(ref information, PhysicalAddress.FromValue(address), length);
        }
    }

    private static void Place(ref BootInformation information, PhysicalAddress start, ulong length) =>
        Add(ref information, start.Value, length, MemoryRegionKind.BootloaderReclaimable);

    private static void Add(ref BootInformation information, ulong start, ulong length, MemoryRegionKind kind)
    {
        if (!information.TryAdd(new RawMemoryRegion(start, length, kind)))
        {
            Panic.Raise("memory region at", start, "at most 256 of them", "Multiboot.Add");
        }
    }
}
