using System;
using Boot.Guest;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;

namespace Boot.Processor;

/// <summary>The tables as they show themselves in the last root entry: the same as in the direct map, and as good to work with.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class RecursiveMapTests<TMode>
    where TMode : struct, IPagingMode
{
    private const nuint Marker = 0x600D_F00D;

    private static VirtualRange Slot => KernelLayout<TMode>.LastRootEntry;

    /// <summary>Runs the suite, and the paging suites once more.</summary>
    public static void Run()
    {
        Tap.SkipAllBecause(KernelSpace<TMode>.HasRecursiveSlot ? "" : "a root of four entries has none to lead back to itself");
        Tap.Test("the last root entry leads back to the root", &SlotLeadsToRoot);
        Tap.Test("the recursive map and the direct map show the same tables", &BothShowTheSame);
        Tap.Test("nothing is mapped over the recursive slot or taken out of it", &SlotIsKept);
        Tap.Test("a window shows one frame after the other", &WindowFollows);
        Tap.TestIf(
            FarMemoryTests<TMode>.HasMemoryOutOfReach, "a window shows what the direct map does not", &WindowOutOfReach, FarMemoryTests<TMode>.AllInReach);

        Tap.EndDescriptionsWith(", through the recursive map");
        PagingTests<TMode, RecursiveMap<TMode, ThisProcessor>>.Run();
        RangeTests<TMode, RecursiveMap<TMode, ThisProcessor>>.Run();
        DeferralTests<TMode, RecursiveMap<TMode, ThisProcessor>>.Run();
        Tap.EndDescriptionsWith("");
        Tap.SkipAllBecause("");
    }

    private static void SlotLeadsToRoot()
    {
        nuint slot = TableSurvey<TMode>.IndexOf(Slot.Start);
        Check.Equal(TableSurvey<TMode>.RootEntryCount - 1, slot, "the slot is the last");
        Check.Equal(
            ThisProcessor.TableRoot.Value, TableSurvey<TMode>.EntryOf(ThisProcessor.TableRoot, slot) & TMode.AddressMask, "the root");
        TableSurvey<TMode> survey = TableSurvey<TMode>.Take(ThisProcessor.TableRoot, 0, slot, default);
        Check.Equal(1ul, survey.RecursiveEntries, "entries that lead back");
    }

    private static void BothShowTheSame()
    {
        ulong tables = 0;
        for (nuint index = 0; index < TableSurvey<TMode>.RootEntryCount; index++)
        {
            ulong entry = TableSurvey<TMode>.EntryOf(ThisProcessor.TableRoot, index);
            if ((entry & 0x81) == 1)
            {
                VirtualAddress address = VirtualAddress.FromValue((ulong)index << TMode.ShiftAt(TMode.RootLevel));
                CheckTable(PhysicalAddress.FromValue(entry & TMode.AddressMask), PageTableLevel.Lowest, address);
                tables++;
            }
        }

        CheckTable(ThisProcessor.TableRoot, TMode.RootLevel, VirtualAddress.Zero);
        Check.True(tables > 60, "tables were compared");
    }

    private static void CheckTable(PhysicalAddress table, PageTableLevel level, VirtualAddress address)
    {
        // SAFETY: the table is linked, so that both maps show it, and nobody changes it meanwhile.
        nuint* recursive = (nuint*)RecursiveMap<TMode, ThisProcessor>.PointerToTable(table, level, address);
        nuint differences = 0;
        for (nuint word = 0; word < Laboratory<TMode>.WordsPerFrame; word++)
        {
            differences |= recursive[word] ^ Laboratory<TMode>.Word(table, word);
        }

        // The processor may note an access between the two reads, in a table that the reads themselves go through.
        Check.Equal(0ul, differences & ~(nuint)0x60, "bits that differ");
        Check.Equal(
            table.Value, TableWork<TMode, RecursiveMap<TMode, ThisProcessor>>.Translate(VirtualAddress.Of(recursive)).Address.Value,
            "the table's address, by the tables");
    }

    private static void SlotIsKept()
    {
        PhysicalAddress frame = Laboratory<TMode>.Take(0).Start;
        VirtualAddress last = Slot.Last.AlignDown<Size4KiB>();
        foreach (VirtualAddress place in (ReadOnlySpan<VirtualAddress>)[Slot.Start, last])
        {
            Check.Equal(
                (ulong)MapError.RecursiveSlot,
                (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(place, frame, Laboratory<TMode>.Data), "map");
            Check.Equal(
                (ulong)UnmapError.RecursiveSlot, (ulong)TableWork<TMode, DirectMap<TMode>>.Unmap<Size4KiB>(place), "unmap");
            Check.Equal(
                (ulong)ProtectError.RecursiveSlot,
                (ulong)TableWork<TMode, DirectMap<TMode>>.Protect<Size4KiB>(place, Laboratory<TMode>.ReadOnly), "protect");
        }

        MapError error = TableWork<TMode, DirectMap<TMode>>.MapRange(
            Slot.Start + (Slot.Length - Size4KiB.Bytes), frame, Size4KiB.Bytes, Laboratory<TMode>.Data);
        Check.Equal((ulong)MapError.RecursiveSlot, (ulong)error, "a range that ends with the address space");
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void WindowFollows()
    {
        PhysicalAddress first = Laboratory<TMode>.Take(0).Start;
        PhysicalAddress second = Laboratory<TMode>.Take(0).Start;
        Laboratory<TMode>.Word(first, 3) = 1;
        Laboratory<TMode>.Word(second, 3) = 2;
        for (int turn = 0; turn < 3; turn++)
        {
            Check.Equal(1ul, SeenInWindow(first), "the first frame");
            Check.Equal(2ul, SeenInWindow(second), "the second frame");
        }

        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(first), 0);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(second), 0);
    }

    private static void WindowOutOfReach()
    {
        PhysicalAddress frame = FarMemoryTests<TMode>.TakeUserFrame();
        Check.True(frame >= DirectMap<TMode>.ReachEnd, "the frame is out of reach");
        VirtualAddress place = Laboratory<TMode>.LowerPlace;
        Check.Equal(
            (ulong)MapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(place, frame, Laboratory<TMode>.Data), "map");
        Check.NoFault(Probes.Write(place + (3 * (ulong)sizeof(nuint)), Marker));
        Check.Equal(Marker, SeenInWindow(frame), "what was written through a page");
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Unmap<Size4KiB>(place), "unmap");
        TableWork<TMode, DirectMap<TMode>>.Reclaim(place, Size4KiB.Bytes);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    // SAFETY: the frame is the caller's, and the window shows it until the next call for another.
    private static nuint SeenInWindow(PhysicalAddress frame) => ((nuint*)RecursiveMap<TMode, ThisProcessor>.PointerTo(frame))[3];
}
