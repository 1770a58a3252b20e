using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Boot.Protocols;

/// <summary>The picture in Multiboot's information (Multiboot specification 0.6.96, 3.3, "framebuffer").</summary>
/// <typeparam name="TMemory">Where the loader's data can be read.</typeparam>
internal static class MultibootFrameBuffer<TMemory>
    where TMemory : struct, ILoaderMemory
{
    private const uint AddressField = 88;
    private const uint PitchField = 96;
    private const uint WidthField = 100;
    private const uint HeightField = 104;
    private const uint BitsField = 108;
    private const uint KindField = 109;
    private const uint PaletteField = 110;
    private const uint ColoursField = 114;
    private const uint BytesPerColour = 3;

    /// <summary>Reads it out of the information at <paramref name="start"/>, whose flags say that it is there.</summary>
    public static void Read(PhysicalAddress start, ref BootInformation information)
    {
        ulong address = LoaderData<TMemory>.Read64(start + AddressField);
        uint pitch = LoaderData<TMemory>.Read32(start + PitchField);
        uint width = LoaderData<TMemory>.Read32(start + WidthField);
        uint height = LoaderData<TMemory>.Read32(start + HeightField);
        byte bits = LoaderData<TMemory>.Read8(start + BitsField);
        byte kind = LoaderData<TMemory>.Read8(start + KindField);
        ulong length = (ulong)pitch * height;
        if (kind > (byte)FrameBufferKind.Text)
        {
            Panic.Raise("Multiboot frame buffer of kind", kind, "0, 1 or 2", "MultibootFrameBuffer.Read");
        }

        if (length == 0 || bits == 0 || width == 0 || (ulong)width * bits > (ulong)pitch * 8)
        {
            Panic.Raise("Multiboot frame buffer with rows of", pitch, "rows that hold their pixels", "MultibootFrameBuffer.Read");
        }

        if (!PhysicalAddress.TryFromValue(address, out PhysicalAddress first) || !first.TryAdd(length, out PhysicalAddress end))
        {
            Panic.Raise("Multiboot frame buffer at", address, "an end of at most 52 bits", "MultibootFrameBuffer.Read");
            return;
        }

        Add(ref information, first, length, MemoryRegionKind.FrameBuffer);
        PlacePalette(start, (FrameBufferKind)kind, ref information);
        information.FrameBuffer = new FrameBufferDescription
        {
            Range = PhysicalRange.Between(first, end),
            Pitch = pitch,
            Width = width,
            Height = height,
            BitsPerPixel = bits,
            Kind = (FrameBufferKind)kind,
        };
    }

    private static void PlacePalette(PhysicalAddress start, FrameBufferKind kind, ref BootInformation information)
    {
        if (kind != FrameBufferKind.Indexed)
        {
            return;
        }

        PhysicalAddress palette = PhysicalAddress.FromValue(LoaderData<TMemory>.Read32(start + PaletteField));
        ulong length = (ulong)LoaderData<TMemory>.Read16(start + ColoursField) * BytesPerColour;
        Add(ref information, palette, length, MemoryRegionKind.BootloaderReclaimable);
    }

    private static void Add(ref BootInformation information, PhysicalAddress start, ulong length, MemoryRegionKind kind)
    {
        if (!information.TryAdd(new RawMemoryRegion(start.Value, length, kind)))
        {
            Panic.Raise("memory region at", start.Value, "at most 256 of them", "MultibootFrameBuffer.Add");
        }
    }
}
