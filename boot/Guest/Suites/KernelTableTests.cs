using System;
using Boot.Devices;
using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;

namespace Boot.Guest;

/// <summary>The tables that the kernel runs on, and the processor's settings beside them.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class KernelTableTests<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong LocalInterruptController = 0xFEE0_0000;
    private const ulong EventTimer = 0xFED0_0000;

    private static ReadOnlySpan<byte> OutOfReach => "the direct map does not reach device registers"u8;

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("the kernel runs on tables of its own", &RunsOnOwnTables);
        Tap.Test("every page of text is executable and read-only", &TextRights);
        Tap.Test("every page of constants is read-only and not executable", &ReadOnlyDataRights);
        Tap.Test("every page of data is writable and not executable, but for the guards", &DataRights);
        Tap.TestIf(
            Laboratory<TMode>.CanForbidExecution, "no leaf in all of the tables is writable and executable", &NothingIsWritableAndExecutable,
            "no NX"u8);
        Tap.Test("no leaf in all of the tables is ring 3's", &NothingIsTheUsers);
        Tap.Test("no leaf in all of the tables makes text or constants writable", &NoWritableAlias);
        Tap.Test("the lower half of the address space is empty", &LowerHalfIsEmpty);
        Tap.Test("the direct map shows all memory at its distance", &DirectMapShowsMemory);
        Tap.Test("the direct map shows no hole and no device", &DirectMapShowsNoHoles);
        Tap.Test("the direct map is writable where it is not the kernel's constants", &DirectMapRights);
        Tap.TestIf(
            MemoryBytes() <= 1ul << 30, "the direct map of a 1 GiB machine needs at most 8 frames", &DirectMapIsSmall, "this machine is larger"u8);
        bool reachesDevices = IsInReach(PhysicalAddress.FromValue(LocalInterruptController));
        Tap.TestIf(reachesDevices, "device registers are mapped uncached when asked for", &DeviceRegisters, OutOfReach);
        Tap.TestIf(reachesDevices, "device registers mapped twice stay as they are", &DeviceRegistersTwice, OutOfReach);
        Tap.Test("memory of another cache type is not mapped again", &OtherCacheType);
        Tap.Test("a range partly shown is not shown", &PartlyShown);
        Tap.Test("write protection is on, and no-execute and global pages where the processor has them", &BasicProtections);
        Tap.Test("SMEP, SMAP, UMIP and machine checks are on where the processor has them", &OptionalProtections);
        Tap.Test("the page attribute table gives each cache type its number", &CacheTypesAreProgrammed);
    }

    private static void RunsOnOwnTables()
    {
        PhysicalAddress root = ThisProcessor.TableRoot;
        Check.True(KernelSpace<TMode>.Tables.IsBuilt, "tables are built");
        Check.False(LinkerSymbols.BootCode.Contains(root), "the root is a boot table");
        Check.True(
            KernelSpace<TMode>.Map.TryFind(root, out MemoryRegion region) && region.Kind == MemoryRegionKind.KernelData,
            "the root lies in the kernel's memory");
    }

    private static void TextRights() => CheckPages(LinkerSymbols.Text, PageAttributes.KernelCode);

    private static void ReadOnlyDataRights() => CheckPages(LinkerSymbols.ReadOnlyData, Laboratory<TMode>.ReadOnly);

    private static void DataRights()
    {
        CheckPages(LinkerSymbols.Data, Laboratory<TMode>.Data);
        Check.False(TableWork<TMode, DirectMap<TMode>>.Translate(LinkerSymbols.BootStackGuard.Start).IsMapped, "the boot stack's guard is mapped");
        for (int number = 1; number <= FaultStacks.Count; number++)
        {
            Check.False(TableWork<TMode, DirectMap<TMode>>.Translate(FaultStacks.GuardOf(number).Start).IsMapped, "a fault stack's guard is mapped");
        }
    }

    private static void NothingIsWritableAndExecutable()
    {
        TableSurvey<TMode> survey = SurveyAll();
        Check.True(survey.Leaves > 50, "there are leaves");
        Check.Equal(0ul, survey.WritableAndExecutable, "leaves that are both");
    }

    private static void NothingIsTheUsers()
    {
        TableSurvey<TMode> survey = SurveyAll();
        Check.True(survey.Leaves > 50, "there are leaves");
        Check.Equal(0ul, survey.UserLeaves, "leaves that ring 3 may use");
    }

    private static void NoWritableAlias() => Check.Equal(0ul, SurveyAll().WritableAliases, "writable leaves");

    private static void LowerHalfIsEmpty()
    {
        Check.Equal(0ul, TableSurvey<TMode>.Take(ThisProcessor.TableRoot, 0, TableSurvey<TMode>.FirstKernelEntry - 1, default).Leaves, "leaves in the lower half");
        Check.Faulted(Probes.Read(VirtualAddress.FromValue(0x10_0000)), PageFaultCode.None, 0x10_0000);
    }

    private static void DirectMapShowsMemory()
    {
        PhysicalAddress at = PhysicalAddress.Zero;
        while (TryNextInReach(at, out PhysicalRange run))
        {
            CheckIsShown(run);
            VirtualAddress last = DirectMap<TMode>.AddressOf(run.Start) + (run.Length - 8);
            Check.NoFault(Probes.Read(last));
            at = run.End;
        }
    }

    private static void DirectMapShowsNoHoles()
    {
        PhysicalAddress end = PhysicalAddress.Zero;
        while (TryNextInReach(end, out PhysicalRange run))
        {
            if (run.Start > end)
            {
                CheckIsNotShown(end, "the first byte of a hole");
                CheckIsNotShown(PhysicalAddress.FromValue(run.Start.Value - 1), "the last byte of a hole");
            }

            end = run.End;
        }

        CheckIsNotShown(end, "the byte after all memory");
        CheckIsNotShown(PhysicalAddress.FromValue(0xA_0000), "the video memory");
        CheckIsNotShown(PhysicalAddress.FromValue(EventTimer), "the event timer");
        VirtualAddress video = DirectMap<TMode>.AddressOf(PhysicalAddress.FromValue(0xA_0000));
        Check.Faulted(Probes.Read(video), PageFaultCode.None, video.Value);
    }

    private static void DirectMapRights()
    {
        // Where the image lies inside the direct map it is shown once, and text is executable there.
        KernelImage image = KernelSpace<TMode>.Image;
        bool once = DirectMap<TMode>.AddressOf(image.Text.Start) == LinkerSymbols.Text.Start;
        Check.True(
            AttributesOf(image.Text.Start) == (once ? PageAttributes.KernelCode : Laboratory<TMode>.ReadOnly), "text is read-only");
        Check.True(AttributesOf(image.ReadOnlyData.Start) == Laboratory<TMode>.ReadOnly, "constants are read-only");
        Check.True(AttributesOf(image.Data.Start) == Laboratory<TMode>.Data, "data is writable");
        Frame<Size4KiB> frame = Laboratory<TMode>.Take(0);
        Check.True(AttributesOf(frame.Start) == Laboratory<TMode>.Data, "memory of the allocator is writable");
        Laboratory<TMode>.Give(frame, 0);
    }

    private static void DirectMapIsSmall()
    {
        VirtualRange shown = KernelLayout<TMode>.DirectMapOf(ProcessorFeatures.PhysicalAddressBits);
        TableSurvey<TMode> survey = TableSurvey<TMode>.Take(
            ThisProcessor.TableRoot, TableSurvey<TMode>.IndexOf(shown.Start), TableSurvey<TMode>.IndexOf(shown.Last), default);
        SerialLine.Write("# direct map: page-table frames "u8);
        SerialLine.WriteDecimal(survey.Tables);
        SerialLine.WriteLine(""u8);
        Check.True(survey.Tables >= (ulong)TMode.RootLevel.Number, "tables of each level were counted");
        Check.AtMost(8, survey.Tables, "tables, the root included");
    }

    private static void DeviceRegisters()
    {
        PhysicalRange registers = PhysicalRange.FromStart(PhysicalAddress.FromValue(LocalInterruptController), 0x400);
        Check.False(Laboratory<TMode>.IsShown(registers), "shown before");
        Check.Equal((ulong)MapError.None, (ulong)Laboratory<TMode>.EnsureMapped(registers, CacheType.Uncached), "the error");
        Check.True(Laboratory<TMode>.IsShown(registers), "shown now");
        Check.True(AttributesOf(registers.Start) == Laboratory<TMode>.Data.With(CacheType.Uncached), "rights and cache type");

        // The version register of an integrated controller reads 10h to 15h in its low byte (Intel SDM volume 3A, 11.4.8).
        Check.NoFault(Probes.ReadHalf(DirectMap<TMode>.AddressOf(registers.Start + 0x30), out uint version));
        Check.Equal(0x10u, version & 0xF0, "the version register");
    }

    private static void DeviceRegistersTwice()
    {
        PhysicalRange registers = PhysicalRange.FromStart(PhysicalAddress.FromValue(LocalInterruptController), 0x400);
        Check.Equal((ulong)MapError.None, (ulong)Laboratory<TMode>.EnsureMapped(registers, CacheType.Uncached), "the first time");
        ulong free = Laboratory<TMode>.FreeFrames;
        Check.Equal((ulong)MapError.None, (ulong)Laboratory<TMode>.EnsureMapped(registers, CacheType.Uncached), "the second time");
        Check.Equal(free, Laboratory<TMode>.FreeFrames, "free frames");
        MapError other = Laboratory<TMode>.EnsureMapped(registers, CacheType.WriteBack);
        Check.Equal((ulong)MapError.MappedDifferently, (ulong)other, "another cache type");
    }

    private static void OtherCacheType()
    {
        Frame<Size4KiB> memory = Laboratory<TMode>.Take(0);
        MapError error = Laboratory<TMode>.EnsureMapped(memory.Range, CacheType.Uncached);
        Check.Equal((ulong)MapError.MappedDifferently, (ulong)error, "uncached");
        Check.Equal((ulong)MapError.None, (ulong)Laboratory<TMode>.EnsureMapped(memory.Range, CacheType.WriteBack), "write-back");
        Laboratory<TMode>.Give(memory, 0);
    }

    private static void PartlyShown()
    {
        PhysicalAddress end = KernelSpace<TMode>.Map.MemoryEnd;
        end = end < DirectMap<TMode>.ReachEnd ? end : DirectMap<TMode>.ReachEnd;
        PhysicalRange across = PhysicalRange.FromStart(PhysicalAddress.FromValue(end.Value - Size4KiB.Bytes), 2 * Size4KiB.Bytes);
        Check.False(Laboratory<TMode>.IsShown(across), "shown across the end of memory or of the direct map");
        Check.True(Laboratory<TMode>.IsShown(PhysicalRange.FromStart(across.Start, Size4KiB.Bytes)), "the part that is memory");
    }

    private static void BasicProtections()
    {
        Check.True((Instructions.ReadCr0() & ControlRegisters.Cr0WriteProtect) != 0, "CR0.WP");
        Check.True(
            (Instructions.ReadCr4() & ControlRegisters.Cr4GlobalPages) != 0 == Has(PagingFeatures.GlobalPages), "CR4.PGE");
        Check.True(Has(PagingFeatures.GlobalPages) == (ProcessorFeatures.HasGlobalPages && ProcessorFeatures.InvalidatesSinglePages), "PGE");
        Check.True(Has(PagingFeatures.NoExecute) == (ProcessorFeatures.HasNoExecute && TMode.NoExecuteBit != 0), "NX");
        if (Has(PagingFeatures.NoExecute))
        {
            Check.True((Instructions.ReadMsr(ControlRegisters.EferMsr) & ControlRegisters.EferNoExecute) != 0, "EFER.NXE");
        }
    }

    private static void OptionalProtections()
    {
        nuint flags = Instructions.ReadCr4();
        Check.True((flags & ControlRegisters.Cr4MachineCheck) != 0 == ProcessorFeatures.HasMachineCheck, "MCE");
        Check.True((flags & ControlRegisters.Cr4ExecutionPrevention) != 0 == ProcessorFeatures.HasExecutionPrevention, "SMEP");
        Check.True((flags & ControlRegisters.Cr4AccessPrevention) != 0 == ProcessorFeatures.HasAccessPrevention, "SMAP");
        Check.True(
            (flags & ControlRegisters.Cr4UserInstructionPrevention) != 0 == ProcessorFeatures.HasUserInstructionPrevention, "UMIP");
    }

    private static void CacheTypesAreProgrammed()
    {
        const ulong WriteBack = 6;
        ulong table = ControlRegisters.CacheTypes;
        Check.Equal(WriteBack, TypeOf(table, CacheType.WriteBack), "write-back");
        Check.Equal(1ul, TypeOf(table, CacheType.WriteCombining), "write-combining");
        Check.Equal(7ul, TypeOf(table, CacheType.UncachedMinus), "uncached unless overruled");
        Check.Equal(0ul, TypeOf(table, CacheType.Uncached), "uncached");
        Check.Equal(5ul, TypeOf(table, CacheType.WriteProtected), "write-protected");
        Check.Equal(4ul, TypeOf(table, CacheType.WriteThrough), "write-through");
    }

    private static ulong TypeOf(ulong table, CacheType index) => (table >> ((int)index * 8)) & 0xFF;

    private static TableSurvey<TMode> SurveyAll() =>
        TableSurvey<TMode>.Take(ThisProcessor.TableRoot, 0, TableSurvey<TMode>.RootEntryCount - 1, KernelSpace<TMode>.Image.ReadOnly);

    private static bool Has(PagingFeatures feature) => (ThisProcessor.PagingFeatures & feature) != 0;

    private static bool IsInReach(PhysicalAddress address) => address < DirectMap<TMode>.ReachEnd;

    // The next run of memory, as far as the direct map can show it.
    private static bool TryNextInReach(PhysicalAddress at, out PhysicalRange run)
    {
        bool found = KernelSpace<TMode>.Map.TryNextMemory(at, out run);
        run = run.Intersect(PhysicalRange.Between(PhysicalAddress.Zero, DirectMap<TMode>.ReachEnd));
        return found && !run.IsEmpty;
    }

    // Where the image lies inside the direct map, its guard pages are absent there too.
    private static void CheckIsShown(PhysicalRange run)
    {
        PhysicalAddress start = run.Start;
        for (int number = 0; number <= FaultStacks.Count; number++)
        {
            VirtualRange guard = number == 0 ? LinkerSymbols.BootStackGuard : FaultStacks.GuardOf(number);
            PhysicalRange absent = LinkerSymbols.PhysicalOf(guard);
            if (run.Contains(absent) && DirectMap<TMode>.AddressOf(absent.Start) == guard.Start)
            {
                Check.True(Laboratory<TMode>.IsShown(PhysicalRange.Between(start, absent.Start)), "memory below a guard page is shown");
                start = absent.End;
            }
        }

        Check.True(Laboratory<TMode>.IsShown(PhysicalRange.Between(start, run.End)), "a run of memory is shown");
    }

    private static void CheckIsNotShown(PhysicalAddress address, string what)
    {
        if (IsInReach(address))
        {
            Check.False(TableWork<TMode, DirectMap<TMode>>.Translate(DirectMap<TMode>.AddressOf(address)).IsMapped, what);
        }
    }

    private static PageAttributes AttributesOf(PhysicalAddress address) =>
        TableWork<TMode, DirectMap<TMode>>.Translate(DirectMap<TMode>.AddressOf(address)).Attributes;

    private static ulong MemoryBytes()
    {
        ulong bytes = 0;
        foreach (ref readonly MemoryRegion region in KernelSpace<TMode>.Map.Regions)
        {
            bytes += region.IsMemory ? region.Range.Length : 0;
        }

        return bytes;
    }

    private static void CheckPages(VirtualRange part, PageAttributes attributes)
    {
        for (ulong offset = 0; offset < part.Length; offset += Size4KiB.Bytes)
        {
            VirtualAddress page = part.Start + offset;
            if (page == LinkerSymbols.BootStackGuard.Start || FaultStacks.IsGuard(page))
            {
                continue;
            }

            Translation translation = TableWork<TMode, DirectMap<TMode>>.Translate(page);
            Check.True(translation.IsMapped, "mapped");
            Check.Equal(page.Value - LinkerSymbols.ImageBase, translation.Address.Value, "physical address");
            Check.True(translation.Attributes == attributes, "rights and cache type");
        }
    }
}
