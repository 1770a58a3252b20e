using System;
using System.Runtime.CompilerServices;
using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>Frames on a machine with more memory than the kernel shows itself. Where all of it is shown there is nothing to test.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class ReachTests<TMode>
    where TMode : struct, IPagingMode
{
    private const nuint Marker = 0x600D_F00D;

    private static FrameZoneStatistics OutOfReach =>
        KernelMemory.Frames.GetStatistics(Laboratory<TMode>.Token()).Of(FrameZone.OutOfReach);

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        bool hasMore = OutOfReach.ManagedFrames != 0;
        Tap.TestIf(hasMore, "what the kernel touches lies within reach, and a program's memory out of it", &PurposeDecides, Reason);
        Tap.TestIf(hasMore, "without a frame within reach there is no page table, whatever is free out of it", &ReachRunsOut, Reason);
        Tap.TestIf(
            hasMore && KernelSpace<TMode>.HasRecursiveSlot,
            "tables out of reach are made, walked and freed through the recursive map",
            &TablesAreOutOfReach,
            hasMore ? "the tables do not show themselves"u8 : Reason);
    }

    private static ReadOnlySpan<byte> Reason => "all memory is within reach"u8;

    private static void PurposeDecides()
    {
        for (FramePurpose purpose = FramePurpose.PageTable; purpose <= FramePurpose.DeviceBuffer; purpose++)
        {
            ulong free = OutOfReach.FreeFrames;
            AllocationError error = KernelMemory.Frames.Allocate(purpose, Laboratory<TMode>.Token(), out Frame<Size4KiB> frame);
            Check.Equal((ulong)AllocationError.None, (ulong)error, "a frame");
            Check.Equal(purpose.NeedsReach() ? free : free - 1, OutOfReach.FreeFrames, "frames free out of reach");
            Check.True(frame.Start < DirectMap<TMode>.ReachEnd == purpose.NeedsReach(), "the frame lies in its zone");
            Laboratory<TMode>.Give(frame, 0);
            Check.Equal(free, OutOfReach.FreeFrames, "frames free out of reach afterwards");
        }
    }

    private static void ReachRunsOut()
    {
        ulong free = OutOfReach.FreeFrames;
        Hoard hoard = Hoard.TakeWithinReach<TMode>();
        AllocationError error = KernelMemory.Frames.Allocate(FramePurpose.PageTable, Laboratory<TMode>.Token(), out _);
        Check.Equal((ulong)AllocationError.OutOfReachableFrames, (ulong)error, "a page table");
        Check.False(KernelMemory.Source.TryTake(Laboratory<TMode>.Token(), out _), "a frame for the kernel's tables");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "frames free, all of them out of reach");
        Frame<Size4KiB> distant = TakeDistant();
        Laboratory<TMode>.Give(distant, 0);
        hoard.Give<TMode>();
    }

    private static void TablesAreOutOfReach()
    {
        InterruptsDisabled token = Laboratory<TMode>.Token();
        ulong free = Laboratory<TMode>.FreeFrames;
        ulong freeDistant = OutOfReach.FreeFrames;
        Frame<Size4KiB> frame = TakeDistant();
        VirtualAddress place = Laboratory<TMode>.LowerPlace;
        SelfMappedTables<ThisProcessor> source = new((FrameAllocator<ThisProcessor>*)Unsafe.AsPointer(ref KernelMemory.Frames));
        using (KernelTableSession<TMode, ThisProcessor, DirectMap<TMode>, KernelFrames> session =
            KernelSpace<TMode>.Tables.Open(ref KernelMemory.Source, token))
        {
            PageMapper<TMode, RecursiveMap<TMode, ThisProcessor>, SelfMappedTables<ThisProcessor>> mapper =
                session.Mapper.Through<RecursiveMap<TMode, ThisProcessor>, SelfMappedTables<ThisProcessor>>(ref source);
            MapError mapped = mapper.Map(Page<Size4KiB>.FromStart(place), frame, Laboratory<TMode>.Data).Flush<ThisProcessor>();
            Check.Equal((ulong)MapError.None, (ulong)mapped, "map");
            ulong entry = TableSurvey<TMode>.EntryOf(ThisProcessor.TableRoot, TableSurvey<TMode>.IndexOf(place));
            Check.True((entry & TMode.AddressMask) >= DirectMap<TMode>.ReachEnd.Value, "the new table lies out of reach");
            Check.True(OutOfReach.FreeFrames < freeDistant - 1, "it comes from there");
            CheckWord(place, Marker);
            CheckWord(place + (Size4KiB.Bytes - (ulong)sizeof(nuint)), ~Marker);
            UnmapError unmapped = mapper.Unmap(Page<Size4KiB>.FromStart(place), out Frame<Size4KiB> was).Flush<ThisProcessor>();
            Check.Equal((ulong)UnmapError.None, (ulong)unmapped, "unmap");
            Check.True(was == frame, "the frame that was mapped");
            mapper.ReclaimEmptyTables(VirtualRange.FromStart(place, Size4KiB.Bytes))
                .FlushAndRelease<ThisProcessor, SelfMappedTables<ThisProcessor>>(ref source, token);
        }

        Laboratory<TMode>.Give(frame, 0);
        Check.Equal(freeDistant, OutOfReach.FreeFrames, "frames free out of reach");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "frames free");
    }

    private static Frame<Size4KiB> TakeDistant()
    {
        AllocationError error = KernelMemory.Frames.Allocate(FramePurpose.UserData, Laboratory<TMode>.Token(), out Frame<Size4KiB> frame);
        Check.Equal((ulong)AllocationError.None, (ulong)error, "a frame for a program");
        Check.True(frame.Start >= DirectMap<TMode>.ReachEnd, "it lies out of reach");
        return frame;
    }

    private static void CheckWord(VirtualAddress address, nuint value)
    {
        // SAFETY: the caller has mapped a frame of its own there, writable.
        nuint* word = (nuint*)address.ToPointer();
        *word = value;
        Check.Equal(value, *word, "a word of the frame");
    }
}
