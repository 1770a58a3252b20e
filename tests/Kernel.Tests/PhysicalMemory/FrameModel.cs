using System;
using System.Collections.Generic;
using Kernel.PhysicalMemory;

namespace Kernel.Tests.PhysicalMemory;

/// <summary>A memory map the plain way: the kind of each frame of a small memory, or null for a hole.</summary>
public static class FrameModel
{
    /// <summary>What the entries, whose edges are multiples of 512, say about each of <paramref name="frames"/> frames.</summary>
    public static MemoryRegionKind?[] Of(IEnumerable<RawMemoryRegion> entries, int frames)
    {
        MemoryRegionKind?[] kinds = new MemoryRegionKind?[frames];
        bool[] usable = new bool[frames * 8];
        foreach (RawMemoryRegion entry in entries)
        {
            ulong end = Math.Min(entry.Start + entry.Length, (ulong)frames * 4096);
            for (ulong at = entry.Start; at < end; at += 512)
            {
                ulong frame = at / 4096;
                if (entry.Kind == MemoryRegionKind.Usable)
                {
                    usable[at / 512] = true;
                }
                else if (kinds[frame] is not { } kind || kind < entry.Kind)
                {
                    kinds[frame] = entry.Kind;
                }
            }
        }

        for (int frame = 0; frame < frames; frame++)
        {
            if (kinds[frame] is null && !usable.AsSpan(frame * 8, 8).Contains(false))
            {
                kinds[frame] = MemoryRegionKind.Usable;
            }
        }

        return kinds;
    }

    /// <summary>What a map says about each of <paramref name="frames"/> frames.</summary>
    public static MemoryRegionKind?[] Of(MemoryMap map, int frames)
    {
        MemoryRegionKind?[] kinds = new MemoryRegionKind?[frames];
        foreach (MemoryRegion region in map.Regions)
        {
            for (ulong frame = region.Range.Start.FrameNumber; frame < region.Range.End.FrameNumber; frame++)
            {
                kinds[frame] = region.Kind;
            }
        }

        return kinds;
    }

    /// <summary>How many regions those frames make: runs of one kind.</summary>
    public static int RegionsIn(MemoryRegionKind?[] kinds)
    {
        int regions = 0;
        for (int frame = 0; frame < kinds.Length; frame++)
        {
            regions += kinds[frame] is not null && (frame == 0 || kinds[frame - 1] != kinds[frame]) ? 1 : 0;
        }

        return regions;
    }

    /// <summary>Some entries within about <paramref name="frames"/> frames, in any order, overlapping as they fall.</summary>
    public static RawMemoryRegion[] RandomEntries(Random random, int frames)
    {
        RawMemoryRegion[] entries = new RawMemoryRegion[random.Next(1, 14)];
        for (int index = 0; index < entries.Length; index++)
        {
            MemoryRegionKind kind = random.Next(2) == 0 ? MemoryRegionKind.Usable : (MemoryRegionKind)random.Next((int)MemoryRegionKind.Bad + 1);
            ulong start = (ulong)random.Next(frames * 8) * 512;
            ulong length = (ulong)random.Next(random.Next(1, frames * 8)) * 512;
            entries[index] = new RawMemoryRegion(start, length, kind);
        }

        return entries;
    }
}
