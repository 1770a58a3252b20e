using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.PhysicalMemory;

/// <summary>The metadata of all frames that can ever be handed out, found by frame number in two steps.</summary>
/// <remarks>
/// <code>
///  frame number   31            13 12            0
///                | section        | slot          |   a section covers 8192 frames: 32 MiB
/// </code>
/// <para>
/// Sections exist only where there is memory to hand out, so a hole of any size costs a pointer per 32 MiB. The cost is 16
/// bytes per frame of 4 KiB, 0.39 %: 4 MiB for a machine of 1 GiB, 4 GiB plus a directory of 256 KiB for one of 1 TiB.
/// Frame numbers have 32 bits: memory below 16 TiB.
/// </para>
/// <para>
/// All of it lies in a row and within reach, whatever the frames are that it speaks for: where the kernel reaches 512 MiB, up to
/// 128 GiB can be managed if nothing else is there.
/// </para>
/// </remarks>
public readonly unsafe struct FrameMetadataTable
{
    private const int SectionShift = 13;
    private const uint SectionFrames = 1 << SectionShift;
    private const ulong SectionBytes = (ulong)SectionFrames << Size4KiB.Shift;
    private const ulong MetadataFramesPerSection = SectionFrames * (ulong)FrameMetadata.Bytes >> Size4KiB.Shift;

    // The last number stands for no frame.
    private const ulong MaximumSections = uint.MaxValue >> SectionShift;

    private readonly FrameMetadata** _sections;
    private readonly uint _sectionCount;

    private FrameMetadataTable(PhysicalRange memory, FrameMetadata** sections, uint sectionCount)
    {
        Memory = memory;
        _sections = sections;
        _sectionCount = sectionCount;
    }

    /// <summary>Where the metadata itself lies. It is never handed out.</summary>
    public PhysicalRange Memory { get; }

    /// <summary>The address after the last frame that can have metadata; a multiple of 32 MiB.</summary>
    public PhysicalAddress End => PhysicalAddress.FromValue(_sectionCount * SectionBytes);

    /// <summary>The metadata of a frame; panics if there is none.</summary>
    internal ref FrameMetadata this[uint frame]
    {
        get
        {
            FrameMetadata* slots = SectionOf(frame);
            if (slots == null)
            {
                Panic.Raise("frame number", frame, "a frame with metadata", "FrameMetadataTable");
            }

            // SAFETY: the section exists, and the low bits of the number are an index into its 8192 slots.
            return ref slots[frame & (SectionFrames - 1)];
        }
    }

    /// <summary>How many frames the metadata takes for the memory in <paramref name="map"/>.</summary>
    public static ulong FramesNeededFor(MemoryMap map) =>
        DirectoryFrames(SectionsUpTo(map)) + (SectionsWithMemory(map) * MetadataFramesPerSection);

    /// <summary>Takes memory for the metadata of everything in the map that is usable, was, or can become so.</summary>
    /// <remarks>Every slot begins unused and unmanaged, or set aside where the map says that the memory can become usable.</remarks>
    /// <typeparam name="TMemory">Shows what lies below its reach's end in one piece, as the direct map does.</typeparam>
    public static FrameSetUpError Create<TMemory>(ref EarlyAllocator early, out FrameMetadataTable table)
        where TMemory : struct, IPhysicalMemory
    {
        table = default;
        ulong sections = SectionsUpTo(early.Map);
        if (sections > MaximumSections)
        {
            return FrameSetUpError.TooMuchMemory;
        }

        EarlyAllocationError error = early.Allocate(
            FramesNeededFor(early.Map), Size4KiB.Bytes, TMemory.ReachEnd, out PhysicalRange memory);
        if (error != EarlyAllocationError.None)
        {
            return error == EarlyAllocationError.MapFull ? FrameSetUpError.MapFull : FrameSetUpError.OutOfFrames;
        }

        // SAFETY: the memory was just taken below the reach's end, where TMemory shows it in one piece for good, and it begins at a
        // frame, so it is aligned for anything.
        FrameMetadata** directory = (FrameMetadata**)TMemory.PointerTo(memory.Start);
        table = new FrameMetadataTable(memory, directory, CheckedNarrowing.ToUInt32(sections));
        FrameMetadata* slots = (FrameMetadata*)TMemory.PointerTo(memory.Start + (DirectoryFrames(sections) << Size4KiB.Shift));
        table.Fill(early.Map, slots);
        return FrameSetUpError.None;
    }

    /// <summary>Whether there is metadata for the frame with that number.</summary>
    internal bool Covers(uint frame) => SectionOf(frame) != null;

    /// <summary>Whether the frame is the first of a free block of that order. A frame without metadata is not.</summary>
    internal bool IsFreeBlock(uint frame, int order)
    {
        FrameMetadata* slots = SectionOf(frame);
        if (slots == null)
        {
            return false;
        }

        // SAFETY: the section exists, and the low bits of the number are an index into its 8192 slots.
        ref readonly FrameMetadata slot = ref slots[frame & (SectionFrames - 1)];
        return slot.State == FrameState.Free && slot.Order == order;
    }

    /// <summary>The number of the first frame at or above <paramref name="frame"/> that has metadata; <see cref="FrameMetadata.NoFrame"/> if there is none.</summary>
    internal uint NextCovered(uint frame)
    {
        // The number after the last section still has 32 bits, because the last section of all is never used.
        while (frame >> SectionShift < _sectionCount && !Covers(frame))
        {
            frame = ((frame >> SectionShift) + 1) << SectionShift;
        }

        return frame >> SectionShift < _sectionCount ? frame : FrameMetadata.NoFrame;
    }

    /// <summary>The lowest run of frames in a range that are set aside, or false if none is.</summary>
    internal bool TryFindSetAside(PhysicalRange range, out PhysicalRange run)
    {
        // In this order: of two that share nothing the first one's start is left, and only zero surely has 32 bits as a frame number.
        PhysicalRange known = PhysicalRange.Between(PhysicalAddress.Zero, End).Intersect(range.ShrinkTo<Size4KiB>());
        uint end = CheckedNarrowing.ToUInt32(known.End.FrameNumber);
        uint first = NextCovered(CheckedNarrowing.ToUInt32(known.Start.FrameNumber));
        while (first < end && this[first].State != FrameState.SetAside)
        {
            first = NextCovered(first + 1);
        }

        uint after = first;
        while (after < end && Covers(after) && this[after].State == FrameState.SetAside)
        {
            after++;
        }

        run = PhysicalRange.Between(StartOf(first), StartOf(after));
        return after != first;
    }

    private static PhysicalAddress StartOf(uint frame) => PhysicalAddress.FromValue((ulong)frame << Size4KiB.Shift);

    private FrameMetadata* SectionOf(uint frame)
    {
        uint section = frame >> SectionShift;

        // SAFETY: the directory has that many entries.
        return section < _sectionCount ? _sections[section] : null;
    }

    private static bool CanBeHandedOut(MemoryRegion region) => IsReleasable(region) || region.Kind
        is MemoryRegionKind.Usable

        // What the early allocator handed out can come back.
        or MemoryRegionKind.KernelData;

    private static bool IsReleasable(MemoryRegion region) => region.Kind
        is MemoryRegionKind.BootloaderReclaimable
        or MemoryRegionKind.Modules
        or MemoryRegionKind.AcpiReclaimable;

    private static ulong SectionsUpTo(MemoryMap map)
    {
        ulong end = 0;
        foreach (ref readonly MemoryRegion region in map.Regions)
        {
            end = CanBeHandedOut(region) ? region.Range.End.Value : end;
        }

        return (end + (SectionBytes - 1)) / SectionBytes;
    }

    private static ulong SectionsWithMemory(MemoryMap map)
    {
        ulong count = 0;
        for (ulong section = NextSection(map, 0); section != ulong.MaxValue; section = NextSection(map, section + 1))
        {
            count++;
        }

        return count;
    }

    private static ulong NextSection(MemoryMap map, ulong from)
    {
        foreach (ref readonly MemoryRegion region in map.Regions)
        {
            ulong first = region.Range.Start.Value / SectionBytes;
            ulong last = (region.Range.End.Value - 1) / SectionBytes;
            if (CanBeHandedOut(region) && last >= from)
            {
                return first > from ? first : from;
            }
        }

        return ulong.MaxValue;
    }

    private static ulong DirectoryFrames(ulong sections) =>
        ((sections * (ulong)sizeof(FrameMetadata*)) + (Size4KiB.Bytes - 1)) >> Size4KiB.Shift;

    private void Fill(MemoryMap map, FrameMetadata* slots)
    {
        for (uint section = 0; section < _sectionCount; section++)
        {
            // SAFETY: the directory has that many entries.
            _sections[section] = null;
        }

        for (ulong section = NextSection(map, 0); section != ulong.MaxValue; section = NextSection(map, section + 1))
        {
            // SAFETY: the memory has room for each section that was counted before it was taken, and taking it moved none.
            _sections[section] = slots;
            for (uint slot = 0; slot < SectionFrames; slot++)
            {
                slots[slot].Initialise();
            }

            slots += SectionFrames;
        }

        foreach (ref readonly MemoryRegion region in map.Regions)
        {
            if (IsReleasable(region))
            {
                SetAside(region.Range);
            }
        }
    }

    private void SetAside(PhysicalRange range)
    {
        for (PhysicalAddress at = range.Start; at < range.End; at += Size4KiB.Bytes)
        {
            this[CheckedNarrowing.ToUInt32(at.FrameNumber)].BecomeSetAside();
        }
    }
}
