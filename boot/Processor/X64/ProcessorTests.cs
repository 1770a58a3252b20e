using Boot.Guest;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;

namespace Boot.Processor;

/// <summary>What only this architecture has: addresses that are not canonical, pages of 1 GiB, a choice of modes.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class ProcessorTests<TMode>
    where TMode : struct, IPagingMode
{
    private static VirtualAddress Place => Laboratory<TMode>.Place;

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        bool gigabytes = (ThisProcessor.PagingFeatures & PagingFeatures.GigabytePages) != 0;
        Tap.TestIf(gigabytes, "a mapped 1 GiB page shows the kernel where it lies in memory", &HugePage, "no 1 GiB pages"u8);
        Tap.TestIf(gigabytes, "a split 1 GiB page shows the same in 2 MiB pages", &SplitHugePage, "no 1 GiB pages"u8);
        Tap.Test("an address that only five levels translate is judged by the mode", &CanonicalForm);
        Tap.Test("an address that is not canonical is a general protection fault", &NotCanonical);
        Tap.Test("the paging mode is the processor's best", &PagingMode);
    }

    private static void HugePage()
    {
        MapHuge();
        CheckTranslation(Size1GiB.Shift);
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Unmap<Size1GiB>(Place), "unmap");
        TableWork<TMode, DirectMap<TMode>>.Reclaim(Place, Size1GiB.Bytes);
    }

    private static void SplitHugePage()
    {
        MapHuge();
        Check.Equal((ulong)SplitError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Split<Size1GiB>(Place), "split");
        CheckTranslation(Size2MiB.Shift);
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.UnmapRange(Place, Size1GiB.Bytes), "unmap");

        // The table below the root stays, because root entries of the kernel's half are fixed.
        Check.Equal(
            (ulong)TMode.RootLevel.Number - 3, TableWork<TMode, DirectMap<TMode>>.Reclaim(Place, Size1GiB.Bytes), "tables that became empty");
    }

    private static void CanonicalForm()
    {
        VirtualAddress wide = VirtualAddress.FromValue(0x0010_0000_0000_0000);
        bool five = TMode.RootLevel.Number == 5;
        Check.Equal(
            (ulong)(five ? TranslationKind.NotMapped : TranslationKind.NotCanonical),
            (ulong)TableWork<TMode, DirectMap<TMode>>.Translate(wide).Kind, "kind");
        if (five)
        {
            Check.Faulted(Probes.Read(wide), PageFaultCode.None, wide.Value);
        }
        else
        {
            Check.True(Probes.ReadOutside(wide.Value).Happened, "the processor refuses the address before it walks");
            Check.Equal(
                (ulong)MapError.NotCanonical,
                (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(wide, PhysicalAddress.Zero, PageAttributes.KernelReadOnly), "map");
        }
    }

    private static void NotCanonical()
    {
        FaultRecord record = Probes.ReadOutside(unchecked((nuint)0x0800_0000_0000_0000));
        Check.True(record.Happened, "the exception came");
        Check.Equal(0ul, record.ErrorCode, "its error code");
    }

    private static void PagingMode()
    {
        Check.Equal(ProcessorFeatures.HasFiveLevels ? 5 : 4, TMode.RootLevel.Number, "levels");
        Check.True(ControlRegisters.UsesFiveLevels == (TMode.RootLevel.Number == 5), "CR4.LA57");
    }

    private static void MapHuge() => Check.Equal(
        (ulong)MapError.None,
        (ulong)TableWork<TMode, DirectMap<TMode>>.Map<Size1GiB>(Place, PhysicalAddress.Zero, PageAttributes.KernelReadOnly), "map");

    // Physical memory from 0 on is mapped there: the kernel's text must show up.
    private static void CheckTranslation(int shift)
    {
        Translation translation = TableWork<TMode, DirectMap<TMode>>.Translate(Place + 0x3456_7890);
        Check.Equal(0x3456_7890ul, translation.Address.Value, "physical address");
        Check.Equal(shift, translation.PageShift, "page size");
        Check.True(translation.Attributes == PageAttributes.KernelReadOnly, "rights and cache type");

        VirtualAddress text = LinkerSymbols.Text.Start;
        VirtualAddress shown = Place + KernelSpace<TMode>.Image.Text.Start.Value;
        for (ulong offset = 0; offset < Size4KiB.Bytes; offset += 512)
        {
            Check.NoFault(Probes.Read(text + offset, out nuint expected));
            Check.NoFault(Probes.Read(shown + offset, out nuint actual));
            Check.Equal(expected, actual, "a word of the kernel's text");
        }
    }
}
