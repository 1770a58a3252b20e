using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>Ranges of pages, and the tables that they need and give back.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
/// <typeparam name="TMemory">How the tables are touched.</typeparam>
internal static unsafe class RangeTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, IPhysicalMemory
{
    // 4 MiB: two pages of 2 MiB, or one of 4 MiB, when aligned.
    private const int BlockOrder = 10;
    private const ulong BlockBytes = 4 << 20;

    private static VirtualAddress Place => Laboratory<TMode>.Place;

    // Where tables below the root come and go.
    private static VirtualAddress LowerPlace => Laboratory<TMode>.LowerPlace;

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("a range is mapped with the largest pages that fit", &LargestPages);
        Tap.Test("a range shows each of its frames", &EveryFrame);
        Tap.Test("a range over a mapped page is refused and nothing is mapped", &RefusedRange);
        Tap.Test("a range that is not whole pages is refused", &Misaligned);
        Tap.Test("rights of a range change on every page of it and on no other", &ProtectRange);
        Tap.Test("unmapping a range reports every frame once", &UnmapReportsFrames);
        Tap.Test("a large flush leaves nothing stale", &LargeFlush);
        Tap.Test("tables that became empty go back to the allocator", &Reclaim);
        Tap.Test("without a free frame a mapping is refused and nothing changes", &OutOfFrames);
        Tap.Test("a table with one page left is not reclaimed", &KeepUsedTable);
    }

    private static void LargestPages()
    {
        ulong large = Laboratory<TMode>.LargeBytes;
        Frame<Size4KiB> block = Laboratory<TMode>.Take(BlockOrder);
        VirtualAddress start = LowerPlace + (large - Size4KiB.Bytes);
        PhysicalAddress frame = PhysicalAddress.FromValue(block.Start.Value - Size4KiB.Bytes);
        Check.Equal(
            (ulong)MapError.None,
            (ulong)TableWork<TMode, TMemory>.MapRange(start, frame, large + Size4KiB.Bytes, Laboratory<TMode>.ReadOnly), "map");
        Check.Equal(Size4KiB.Shift, TableWork<TMode, TMemory>.Translate(start).PageShift, "first page");
        Check.Equal(Laboratory<TMode>.LargeShift, TableWork<TMode, TMemory>.Translate(start + Size4KiB.Bytes).PageShift, "second page");
        Check.Equal(
            (block.Start + (large - 1)).Value, TableWork<TMode, TMemory>.Translate(LowerPlace + ((2 * large) - 1)).Address.Value, "last byte");
        Check.False(TableWork<TMode, TMemory>.Translate(LowerPlace + (large - Size4KiB.Bytes - 1)).IsMapped, "the byte before is mapped");
        Check.False(TableWork<TMode, TMemory>.Translate(LowerPlace + (2 * large)).IsMapped, "the byte after is mapped");
        CleanUp(start, large + Size4KiB.Bytes, block);
    }

    private static void EveryFrame()
    {
        Frame<Size4KiB> block = Laboratory<TMode>.Take(BlockOrder);
        for (ulong offset = 0; offset < BlockBytes; offset += Size4KiB.Bytes)
        {
            Laboratory<TMode>.Word(block.Start + offset) = (nuint)offset ^ 0xABCD;
        }

        // One frame off, so that no larger page fits.
        Map(block.Start + Size4KiB.Bytes, BlockBytes - Size4KiB.Bytes);
        for (ulong offset = 0; offset < BlockBytes - Size4KiB.Bytes; offset += Size4KiB.Bytes)
        {
            Check.NoFault(Probes.Read(Place + offset, out nuint seen));
            Check.Equal((offset + Size4KiB.Bytes) ^ 0xABCD, seen, "the frame's mark");
        }

        Check.Equal(Size4KiB.Shift, TableWork<TMode, TMemory>.Translate(Place + (BlockBytes / 2)).PageShift, "page size in the middle");
        CleanUp(Place, BlockBytes - Size4KiB.Bytes, block);
    }

    private static void RefusedRange()
    {
        Frame<Size4KiB> block = Laboratory<TMode>.Take(BlockOrder);
        Check.Equal(
            (ulong)MapError.None,
            (ulong)TableWork<TMode, TMemory>.Map<Size4KiB>(Place + 0x30_0000, block.Start, Laboratory<TMode>.Data), "map one page");
        ulong free = Laboratory<TMode>.FreeFrames;
        MapError error = TableWork<TMode, TMemory>.MapRange(Place, block.Start + 0x1000, 0x3F_F000, Laboratory<TMode>.Data);
        Check.Equal((ulong)MapError.AlreadyMapped, (ulong)error, "the error");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames");
        Check.Faulted(Probes.Read(Place), PageFaultCode.None, Place.Value);
        Check.False(TableWork<TMode, TMemory>.Translate(Place + 0x2F_F000).IsMapped, "the page before is mapped");
        CleanUp(Place + 0x30_0000, Size4KiB.Bytes, block);
    }

    private static void Misaligned()
    {
        MapError start = TableWork<TMode, TMemory>.MapRange(Place + 8, PhysicalAddress.Zero, Size4KiB.Bytes, Laboratory<TMode>.ReadOnly);
        Check.Equal((ulong)MapError.Misaligned, (ulong)start, "a start inside a page");
        MapError length = TableWork<TMode, TMemory>.MapRange(Place, PhysicalAddress.Zero, 4097, Laboratory<TMode>.ReadOnly);
        Check.Equal((ulong)MapError.Misaligned, (ulong)length, "a length of pages and a byte");
        Check.Equal((ulong)UnmapError.Misaligned, (ulong)TableWork<TMode, TMemory>.UnmapRange(Place, 1), "unmapping a byte");
    }

    private static void ProtectRange()
    {
        Frame<Size4KiB> block = Laboratory<TMode>.Take(BlockOrder);
        Map(block.Start + Size4KiB.Bytes, 0x10_0000);
        Check.NoFault(Probes.Write(Place + 0x1_0000, 0));
        Check.Equal(
            (ulong)ProtectError.None,
            (ulong)TableWork<TMode, TMemory>.ProtectRange(Place + 0x1_0000, 0x2_0000, Laboratory<TMode>.ReadOnly), "protect");
        for (ulong offset = 0x1_0000; offset < 0x3_0000; offset += Size4KiB.Bytes)
        {
            Check.Faulted(Probes.Write(Place + offset, 1), PageFaultCode.Present | PageFaultCode.Write, Place.Value + offset);
        }

        Check.NoFault(Probes.Write(Place + 0xF000, 1));
        Check.NoFault(Probes.Write(Place + 0x3_0000, 1));
        CleanUp(Place, 0x10_0000, block);
    }

    private static void UnmapReportsFrames()
    {
        Frame<Size4KiB> block = Laboratory<TMode>.Take(BlockOrder);
        Map(block.Start + Size4KiB.Bytes, 0x10_0000);
        FrameNotes notes = default;
        InterruptsDisabled token = Laboratory<TMode>.Token();
        using (KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session =
            KernelSpace<TMode>.Tables.Open(ref KernelMemory.Source, token))
        {
            UnmapError error = session.Mapper.Through<TMemory>().UnmapRange(VirtualRange.FromStart(Place, 0x10_0000), ref notes).Flush<ThisProcessor>();
            Check.Equal((ulong)UnmapError.None, (ulong)error, "unmap");
        }

        Check.Equal(0x10_0000ul, notes.Bytes, "bytes reported");
        Check.Equal((block.Start + Size4KiB.Bytes).Value, notes.First, "first frame reported");
        TableWork<TMode, TMemory>.Reclaim(Place, 0x10_0000);
        Laboratory<TMode>.Give(block, BlockOrder);
    }

    private static void LargeFlush()
    {
        Frame<Size4KiB> block = Laboratory<TMode>.Take(BlockOrder);
        Map(block.Start + Size4KiB.Bytes, 0x10_0000);
        for (ulong offset = 0; offset < 0x10_0000; offset += Size4KiB.Bytes)
        {
            Check.NoFault(Probes.Read(Place + offset));
        }

        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, TMemory>.UnmapRange(Place, 0x10_0000), "unmap");
        for (ulong offset = 0; offset < 0x10_0000; offset += Size4KiB.Bytes)
        {
            Check.Faulted(Probes.Read(Place + offset), PageFaultCode.None, Place.Value + offset);
        }

        TableWork<TMode, TMemory>.Reclaim(Place, 0x10_0000);
        Laboratory<TMode>.Give(block, BlockOrder);
    }

    private static void Reclaim()
    {
        Frame<Size4KiB> block = Laboratory<TMode>.Take(BlockOrder);
        ulong free = Laboratory<TMode>.FreeFrames;
        Map(LowerPlace, block.Start + Size4KiB.Bytes, BlockBytes - Size4KiB.Bytes);
        ulong tables = free - Laboratory<TMode>.FreeFrames;
        Check.True(tables >= (ulong)TMode.RootLevel.Number - 1, "a table was needed at each level below the root");
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, TMemory>.UnmapRange(LowerPlace, BlockBytes - Size4KiB.Bytes), "unmap");
        Check.Equal(free - tables, Laboratory<TMode>.FreeFrames, "free frames before they are reclaimed");
        Check.Equal(tables, TableWork<TMode, TMemory>.Reclaim(LowerPlace, BlockBytes), "tables reclaimed");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames afterwards");
        Laboratory<TMode>.Give(block, BlockOrder);
    }

    private static void OutOfFrames()
    {
        Frame<Size4KiB> block = Laboratory<TMode>.Take(BlockOrder);
        ulong free = Laboratory<TMode>.FreeFrames;
        Hoard hoard = Hoard.Take<TMode>();
        Check.Equal(0ul, Laboratory<TMode>.FreeFrames, "free frames while all are taken");
        MapError page = TableWork<TMode, TMemory>.Map<Size4KiB>(LowerPlace, block.Start, Laboratory<TMode>.Data);
        MapError range = TableWork<TMode, TMemory>.MapRange(LowerPlace, block.Start + Size4KiB.Bytes, 0x10_0000, Laboratory<TMode>.Data);
        bool mapped = TableWork<TMode, TMemory>.Translate(LowerPlace).IsMapped;
        hoard.Give<TMode>();
        Check.Equal((ulong)MapError.OutOfFrames, (ulong)page, "the error for a page");
        Check.Equal((ulong)MapError.OutOfFrames, (ulong)range, "the error for a range");
        Check.False(mapped, "mapped");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames afterwards");
        Check.Equal((ulong)MapError.None, (ulong)TableWork<TMode, TMemory>.Map<Size4KiB>(LowerPlace, block.Start, Laboratory<TMode>.Data), "map now");
        CleanUp(LowerPlace, Size4KiB.Bytes, block);
    }

    private static void KeepUsedTable()
    {
        Frame<Size4KiB> block = Laboratory<TMode>.Take(BlockOrder);
        Map(block.Start + Size4KiB.Bytes, 0x10_0000);
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, TMemory>.UnmapRange(Place, 0xF_F000), "unmap all but one");
        Check.Equal(0ul, TableWork<TMode, TMemory>.Reclaim(Place, 0x10_0000), "tables reclaimed");
        Check.NoFault(Probes.Write(Place + 0xF_F000, 1));
        CleanUp(Place + 0xF_F000, Size4KiB.Bytes, block);
    }

    private static void Map(PhysicalAddress frames, ulong length) => Map(Place, frames, length);

    private static void Map(VirtualAddress start, PhysicalAddress frames, ulong length) =>
        Check.Equal((ulong)MapError.None, (ulong)TableWork<TMode, TMemory>.MapRange(start, frames, length, Laboratory<TMode>.Data), "map");

    private static void CleanUp(VirtualAddress start, ulong length, Frame<Size4KiB> block)
    {
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, TMemory>.UnmapRange(start, length), "unmap");
        TableWork<TMode, TMemory>.Reclaim(start, length);
        Laboratory<TMode>.Give(block, BlockOrder);
    }

    // Adds up what an unmapping reports.
    private struct FrameNotes : IUnmappedFrames
    {
        public static bool TakesNote => true;

        public ulong Bytes { get; private set; }

        public ulong First { get; private set; }

        public void Add(PhysicalRange frames)
        {
            First = Bytes == 0 ? frames.Start.Value : First;
            Bytes += frames.Length;
        }
    }
}
