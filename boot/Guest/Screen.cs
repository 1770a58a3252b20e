using System;
using Boot.Devices;
using Boot.Processor;
using Boot.Protocols;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>The frame buffer that the loader has set up, shown to the kernel in large write-combining pages at the end of its dynamic area.</summary>
/// <remarks>
/// It often lies far above all memory, where no direct map of 32 bits reaches (EYN-OS: <c>vmm_init</c>). Whole large pages are taken
/// as long as no memory is among them, because two cache types for the same memory corrupt it; otherwise no more than its own frames.
/// </remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
internal static class Screen<TMode>
    where TMode : struct, IPagingMode
{
    /// <summary>Where it is shown, and what was taken on both sides to get to whole pages; empty if there is none.</summary>
    public static VirtualRange Shown { get; private set; }

    /// <summary>The frames that are shown there.</summary>
    public static PhysicalRange Frames { get; private set; }

    /// <summary>How it is mapped.</summary>
    public static PageAttributes Attributes =>
        PageAttributes.KernelData.For<TMode>(ThisProcessor.PagingFeatures).With(CacheType.WriteCombining);

    private static ulong LargeBytes => 1ul << TMode.ShiftAt(PageTableLevel.Lowest.Above);

    /// <summary>Maps it in the kernel's tables, before their root entries are fixed. What cannot be shown is reported and left alone.</summary>
    public static void Map(InterruptsDisabled token)
    {
        if (Entry.Information.FrameBuffer is not FrameBufferDescription description || description.Range.IsEmpty)
        {
            return;
        }

        if (!TryChooseFrames(description.Range, out PhysicalRange frames) || !TryChoosePlace(frames.Length, out VirtualRange place))
        {
            Print("# frame buffer not shown "u8, description.Range);
            return;
        }

        MapAt(place, frames, token);
        Shown = place;
        Frames = frames;
        Print("# frame buffer "u8, frames);
    }

    private static void MapAt(VirtualRange place, PhysicalRange frames, InterruptsDisabled token)
    {
        using KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session =
            KernelSpace<TMode>.Tables.Open(ref KernelMemory.Source, token);

        // The dynamic area got its tables when the root entries were filled. A root entry that can be a page needs none.
        session.Mapper.ReclaimEmptyTables(place).ReleaseNeverLoaded(ref KernelMemory.Source, token);
        MapError error = session.Mapper.MapRange(place, frames.Start, Attributes).NeverLoaded();
        if (error != MapError.None)
        {
            Panic.Raise("frame buffer refused with MapError", (ulong)error, "no error", "Screen.MapAt");
        }
    }

    private static bool TryChooseFrames(PhysicalRange range, out PhysicalRange frames)
    {
        frames = PhysicalRange.Between(
            PhysicalAddress.FromValue(range.Start.Value & ~(LargeBytes - 1)),
            PhysicalAddress.FromValue((range.End.Value + (LargeBytes - 1)) & ~(LargeBytes - 1)));
        if (KernelSpace<TMode>.Map.TouchesMemory(frames))
        {
            frames = range.GrowTo<Size4KiB>();
        }

        return !KernelSpace<TMode>.Map.TouchesMemory(frames) && frames.End.Value <= 1ul << ProcessorFeatures.PhysicalAddressBits;
    }

    // As high as whole large pages go below the windows.
    private static bool TryChoosePlace(ulong length, out VirtualRange place)
    {
        VirtualRange dynamic = KernelLayout<TMode>.Dynamic;
        ulong below = (dynamic.Start.Value + dynamic.Length) & ~(LargeBytes - 1);
        ulong bytes = (length + (LargeBytes - 1)) & ~(LargeBytes - 1);
        bool fits = bytes <= dynamic.Length / 2;
        place = fits ? VirtualRange.FromStart(VirtualAddress.FromValue(below - bytes), length) : default;
        return fits;
    }

    private static void Print(ReadOnlySpan<byte> what, PhysicalRange range)
    {
        SerialLine.Write(what);
        SerialLine.WriteHexadecimal(range.Start.Value, 16);
        SerialLine.Write((byte)'-');
        SerialLine.WriteHexadecimal(range.End.Value - 1, 16);
        if (!Shown.IsEmpty)
        {
            SerialLine.Write(" at "u8);
            SerialLine.WriteAddress(Shown.Start.Value);
        }

        SerialLine.WriteLine(""u8);
    }
}
