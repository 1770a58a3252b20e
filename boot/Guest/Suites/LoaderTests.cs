using System;
using Boot.Processor;
using Boot.Protocols;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;

namespace Boot.Guest;

/// <summary>What the loader has left in memory: it stays until it is released, and the picture can be drawn on.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class LoaderTests<TMode>
    where TMode : struct, IPagingMode
{
    private const nuint Marker = 0x00C0_FFEE;

    /// <summary>Runs the suite. It gives the modules' memory away, so it comes last.</summary>
    public static void Run()
    {
        bool hasScreen = !Screen<TMode>.Shown.IsEmpty;
        Tap.TestIf(hasScreen, "the frame buffer is shown write-combining from a large page's start on", &ScreenIsShown, NoScreen);
        Tap.TestIf(hasScreen, "the frame buffer is shown apart from memory, windows and tables", &ScreenIsApart, NoScreen);
        Tap.TestIf(hasScreen, "the frame buffer keeps what is written into its corners", &ScreenIsWritable, NoScreen);

        bool hasModules = !Entry.Information.Modules.IsEmpty;
        Tap.Test("bring-up took nothing of what the loader has placed", &EarlyMemoryIsApart);
        Tap.TestIf(hasModules, "a module's memory is nobody's until it is released", &ModulesAreKept, NoModules);
        Tap.TestIf(hasModules, "modules hold what they held before the first test", &ModuleSums<TMode>.CheckUnchanged, NoModules);
        Tap.TestIf(hasModules, "a module that is released becomes free memory once", &ModulesAreReleased, NoModules);
    }

    private static ReadOnlySpan<byte> NoScreen => "the loader has set up no frame buffer"u8;

    private static ReadOnlySpan<byte> NoModules => "the loader has brought no modules"u8;

    private static void ScreenIsShown()
    {
        VirtualRange shown = Screen<TMode>.Shown;
        PhysicalRange frames = Screen<TMode>.Frames;
        Check.Equal(0ul, shown.Start.Value & (Laboratory<TMode>.LargeBytes - 1), "where it starts inside a large page");
        Check.True(frames.Contains(Entry.Information.FrameBuffer!.Value.Range), "all of it is shown");
        bool whole = ((frames.Start.Value | frames.Length) & (Laboratory<TMode>.LargeBytes - 1)) == 0;
        for (ulong offset = 0; offset < shown.Length; offset += Size4KiB.Bytes)
        {
            Translation translation = TableWork<TMode, DirectMap<TMode>>.Translate(shown.Start + offset);
            Check.Equal((frames.Start + offset).Value, translation.Address.Value, "physical address");
            Check.Equal(whole ? Laboratory<TMode>.LargeShift : Size4KiB.Shift, translation.PageShift, "page size");
            Check.True(translation.Attributes == Laboratory<TMode>.Data.With(CacheType.WriteCombining), "rights and cache type");
        }
    }

    private static void ScreenIsApart()
    {
        VirtualRange shown = Screen<TMode>.Shown;
        Check.False(KernelSpace<TMode>.HasRecursiveSlot && shown.Overlaps(KernelLayout<TMode>.LastRootEntry), "over the recursive slot");
        Check.False(shown.Overlaps(KernelLayout<TMode>.Windows), "over the windows");
        Check.False(shown.Overlaps(KernelLayout<TMode>.DirectMapOf(ProcessorFeatures.PhysicalAddressBits)), "over the direct map");
        foreach (ref readonly MemoryRegion region in KernelSpace<TMode>.Map.Regions)
        {
            Check.False(region.IsMemory && region.Range.Overlaps(Screen<TMode>.Frames), "memory among its frames");
        }
    }

    private static void ScreenIsWritable()
    {
        FrameBufferDescription screen = Entry.Information.FrameBuffer!.Value;
        VirtualAddress first = Screen<TMode>.Shown.Start + (screen.Range.Start - Screen<TMode>.Frames.Start);
        ulong lastOffset = (screen.Range.Length - (ulong)sizeof(nuint)) & ~7ul;
        foreach (ulong offset in (ReadOnlySpan<ulong>)[0, (screen.Range.Length / 2) & ~7ul, lastOffset])
        {
            Check.NoFault(Probes.Read(first + offset, out nuint before));
            Check.NoFault(Probes.Write(first + offset, Marker));
            Check.NoFault(Probes.Read(first + offset, out nuint seen));
            Check.Equal(Marker, seen, "what was written");
            Check.NoFault(Probes.Write(first + offset, before));
        }
    }

    private static void EarlyMemoryIsApart()
    {
        ulong compared = 0;
        foreach (ref readonly MemoryRegion region in KernelSpace<TMode>.Map.Regions)
        {
            foreach (RawMemoryRegion placed in Entry.Information.Memory)
            {
                if (region.Kind == MemoryRegionKind.KernelData && IsTheLoaders(placed.Kind))
                {
                    compared++;
                    Check.False(
                        region.Range.Overlaps(PhysicalRange.FromStart(PhysicalAddress.FromValue(placed.Start), placed.Length)),
                        "memory that bring-up took, in what the loader has placed");
                }
            }
        }

        Check.True(compared > 0, "there was something to compare");
    }

    private static void ModulesAreKept()
    {
        foreach (LoadedModule module in Entry.Information.Modules)
        {
            for (PhysicalAddress at = module.Range.Start.AlignDown<Size4KiB>(); at < module.Range.End; at += Size4KiB.Bytes)
            {
                bool found = KernelSpace<TMode>.Map.TryFind(at, out MemoryRegion region);
                Check.True(found && region.Kind == MemoryRegionKind.Modules, "the map says that a module is there");
                FreeError error = KernelMemory.Frames.Free(Frame<Size4KiB>.FromStart(at), 0, Laboratory<TMode>.Token());
                Check.True(error is FreeError.NotManaged or FreeError.NotAllocated, "nobody has its frames");
            }
        }
    }

    private static void ModulesAreReleased()
    {
        foreach (LoadedModule module in Entry.Information.Modules)
        {
            ulong free = Laboratory<TMode>.FreeFrames;
            ulong added = KernelMemory.Frames.Add(module.Range, Laboratory<TMode>.Token());
            Check.Equal(module.Range.ShrinkTo<Size4KiB>().Length >> Size4KiB.Shift, added, "whole frames of the module");
            Check.Equal(free + added, Laboratory<TMode>.FreeFrames, "free frames");
            Check.Equal(0ul, KernelMemory.Frames.Add(module.Range, Laboratory<TMode>.Token()), "frames added by a second release");
        }

        // Now nobody needs any of them, so the frames that they shared, and what lies behind their ends, can go too.
        foreach (ref readonly MemoryRegion region in KernelSpace<TMode>.Map.Regions)
        {
            if (region.Kind == MemoryRegionKind.Modules)
            {
                KernelMemory.Frames.Add(region.Range, Laboratory<TMode>.Token());
                FreeError error = KernelMemory.Frames.Free(Frame<Size4KiB>.FromStart(region.Range.Start), 0, Laboratory<TMode>.Token());
                Check.Equal((ulong)FreeError.NotAllocated, (ulong)error, "a frame of modules is the allocator's, and free");
            }
        }
    }

    private static bool IsTheLoaders(MemoryRegionKind kind) =>
        kind is MemoryRegionKind.BootloaderReclaimable or MemoryRegionKind.Modules;
}
