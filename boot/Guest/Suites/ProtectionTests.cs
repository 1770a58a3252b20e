using System.Runtime.CompilerServices;
using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;

namespace Boot.Guest;

/// <summary>What the kernel must not be able to do really faults, with the error code that the manuals give, and is recovered.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class ProtectionTests<TMode>
    where TMode : struct, IPagingMode
{
    private const PageFaultCode Write = PageFaultCode.Present | PageFaultCode.Write;
    private const PageFaultCode Fetch = PageFaultCode.Present | PageFaultCode.Fetch;
    private const ulong UserPlace = 0x40_0000;

    private static ulong s_variable;
    private static ulong s_sink;

    private static VirtualAddress TextAlias => DirectMap<TMode>.AddressOf(KernelSpace<TMode>.Image.Text.Start);

    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("a write to kernel text faults with present, write, supervisor", &WriteToText);
        Tap.Test("a write to kernel constants faults with present, write, supervisor", &WriteToReadOnlyData);
        Tap.Test("a write to kernel text through the direct map faults", &WriteToTextAlias);
        bool fetches = Laboratory<TMode>.CanForbidExecution;
        Tap.TestIf(fetches, "a fetch from kernel data faults with present, fetch", &ExecuteData, "no NX"u8);
        Tap.TestIf(fetches, "a fetch from kernel constants faults with present, fetch", &ExecuteReadOnlyData, "no NX"u8);
        Tap.TestIf(fetches, "a fetch from the stack faults with present, fetch", &ExecuteStack, "no NX"u8);
        Tap.TestIf(
            fetches && TextAlias != LinkerSymbols.Text.Start, "a fetch from kernel text through the direct map faults", &ExecuteTextAlias,
            fetches ? "the kernel runs in the direct map"u8 : "no NX"u8);
        Tap.Test("a read through null faults as not present", &ReadNull);
        Tap.Test("a write through null faults as not present", &WriteNull);
        Tap.Test("a call through null faults as a fetch that is not present", &CallNull);
        Tap.Test("an access to the stack guard faults as not present", &StackGuard);
        Tap.Test("an access to a fault stack's guard faults as not present", &FaultStackGuards);
        Tap.Test("a stack that overflows is caught by its guard as a double fault", &StackOverflow);
        Tap.Test("a user page opens its way to ring 3 and no other way", &UserPageOpensItsWay);
        Tap.TestIf(
            ProcessorFeatures.HasAccessPrevention, "the kernel cannot read a user page by accident", &ReadUserPage, "no SMAP"u8);
        Tap.TestIf(ProcessorFeatures.HasExecutionPrevention, "the kernel cannot execute a user page", &ExecuteUserPage, "no SMEP"u8);
    }

    private static void WriteToText()
    {
        VirtualAddress text = LinkerSymbols.Text.Start;
        Check.NoFault(Probes.Read(text, out nuint before));
        Check.Faulted(Probes.Write(text, ~before), Write, text.Value);
        Check.NoFault(Probes.Read(text, out nuint after));
        Check.Equal(before, after, "the text");
    }

    private static void WriteToReadOnlyData()
    {
        VirtualAddress constants = LinkerSymbols.ReadOnlyData.Start;
        Check.NoFault(Probes.Read(constants, out nuint before));
        Check.Faulted(Probes.Write(constants, ~before), Write, constants.Value);
        Check.NoFault(Probes.Read(constants, out nuint after));
        Check.Equal(before, after, "the constants");
    }

    private static void WriteToTextAlias()
    {
        VirtualAddress alias = TextAlias;
        Check.NoFault(Probes.Read(alias, out nuint shown));
        Check.NoFault(Probes.Read(LinkerSymbols.Text.Start, out nuint text));
        Check.Equal(text, shown, "the alias shows the text");
        Check.Faulted(Probes.Write(alias, 0), Write, alias.Value);
    }

    private static void ExecuteData()
    {
        VirtualAddress variable = VirtualAddress.Of(Unsafe.AsPointer(ref s_variable));
        s_variable = 0xC3;
        Check.Faulted(Probes.Execute(variable), Fetch, variable.Value);
    }

    private static void ExecuteReadOnlyData()
    {
        VirtualAddress constants = LinkerSymbols.ReadOnlyData.Start;
        Check.Faulted(Probes.Execute(constants), Fetch, constants.Value);
    }

    private static void ExecuteStack()
    {
        ulong local = 0xC3;
        VirtualAddress place = VirtualAddress.Of(&local);
        Check.True(LinkerSymbols.BootStack.Contains(place), "the local is on the boot stack");
        Check.Faulted(Probes.Execute(place), Fetch, place.Value);
        s_sink = local;
    }

    private static void ExecuteTextAlias()
    {
        VirtualAddress alias = TextAlias;
        Check.Faulted(Probes.Execute(alias), Fetch, alias.Value);
    }

    private static void ReadNull()
    {
        Check.Faulted(Probes.Read(VirtualAddress.Zero), PageFaultCode.None, 0);
        Check.Faulted(Probes.Read(VirtualAddress.FromValue(0xFF8)), PageFaultCode.None, 0xFF8);
    }

    private static void WriteNull() => Check.Faulted(Probes.Write(VirtualAddress.Zero, 1), PageFaultCode.Write, 0);

    private static void CallNull() => Check.Faulted(Probes.Execute(VirtualAddress.Zero), Probes.FetchCode, 0);

    private static void StackGuard()
    {
        VirtualAddress guard = LinkerSymbols.BootStackGuard.Start;
        Check.Faulted(Probes.Write(guard + 4088, 1), PageFaultCode.Write, (guard + 4088).Value);
        Check.Faulted(Probes.Read(guard), PageFaultCode.None, guard.Value);
        Check.NoFault(Probes.Read(guard + 4096));
    }

    private static void FaultStackGuards()
    {
        for (int number = 1; number <= FaultStacks.Count; number++)
        {
            VirtualAddress guard = FaultStacks.GuardOf(number).Start;
            Check.Faulted(Probes.Write(guard + 4088, 1), PageFaultCode.Write, (guard + 4088).Value);
            Check.NoFault(Probes.Read(guard + 4096));
        }

        VirtualRange last = FaultStacks.StackOf(FaultStacks.Count);
        VirtualRange all = LinkerSymbols.FaultStacks;
        Check.Equal(all.Start.Value + all.Length, last.Start.Value + last.Length, "the end of the last stack");
    }

    private static void StackOverflow()
    {
        FaultRecord record = Faults.Expect(ExceptionVector.DoubleFault, &OverflowNow);
        Check.True(record.Happened, "the double fault came");
        Check.True(
            VirtualAddress.TryFromValue(record.Address, out VirtualAddress touched) && LinkerSymbols.BootStackGuard.Contains(touched),
            "the guard was touched");
    }

    private static void UserPageOpensItsWay()
    {
        VirtualAddress place = VirtualAddress.FromValue(UserPlace);
        PhysicalAddress frame = MapUserPage(PageAttributes.UserData);
        ulong opened = FirstEntryWithRights(place);
        ulong kernel = FirstEntryWithRights(LinkerSymbols.Text.Start);
        Check.Equal(1ul, (opened >> 2) & 1, "the user bit of the first entry above the page");
        Check.Equal(1ul, kernel & 1, "the present bit of the first entry above the kernel");
        Check.Equal(0ul, (kernel >> 2) & 1, "its user bit");
        Unmap(frame);
    }

    private static void ReadUserPage()
    {
        PhysicalAddress frame = MapUserPage(PageAttributes.UserData);
        VirtualAddress place = VirtualAddress.FromValue(UserPlace);
        Check.Faulted(Probes.Read(place), PageFaultCode.Present, place.Value);
        Check.Faulted(Probes.Write(place, 1), Write, place.Value);
        Unmap(frame);
    }

    private static void ExecuteUserPage()
    {
        PhysicalAddress frame = MapUserPage(PageAttributes.UserCode);
        Laboratory<TMode>.Word(frame) = 0xC3;
        VirtualAddress place = VirtualAddress.FromValue(UserPlace);
        Check.Faulted(Probes.Execute(place), Fetch, place.Value);
        Unmap(frame);
    }

    // The root's, unless only the entries below have rights.
    private static ulong FirstEntryWithRights(VirtualAddress address)
    {
        PageTableLevel level = TMode.RootLevel;
        ulong entry = TableSurvey<TMode>.EntryOf(ThisProcessor.TableRoot, address.IndexAt<TMode>(level));
        if (TMode.TableBitsAt(level) != TMode.TableBitsAt(level.Below))
        {
            PhysicalAddress below = PhysicalAddress.FromValue(entry & TMode.AddressMask);
            entry = TableSurvey<TMode>.EntryOf(below, address.IndexAt<TMode>(level.Below));
        }

        return entry;
    }

    private static PhysicalAddress MapUserPage(PageAttributes attributes)
    {
        Frame<Size4KiB> page = Laboratory<TMode>.Take(0);
        FrameContents<DirectMap<TMode>>.Clear(page);
        PhysicalAddress frame = page.Start;
        MapError error = TableWork<TMode, DirectMap<TMode>>.Map<Size4KiB>(VirtualAddress.FromValue(UserPlace), frame, attributes.For<TMode>(ThisProcessor.PagingFeatures));
        Check.Equal((ulong)MapError.None, (ulong)error, "map");
        return frame;
    }

    private static void Unmap(PhysicalAddress frame)
    {
        VirtualAddress place = VirtualAddress.FromValue(UserPlace);
        Check.Equal((ulong)UnmapError.None, (ulong)TableWork<TMode, DirectMap<TMode>>.Unmap<Size4KiB>(place), "unmap");
        TableWork<TMode, DirectMap<TMode>>.Reclaim(place, Size4KiB.Bytes);
        Laboratory<TMode>.Give(Frame<Size4KiB>.FromStart(frame), 0);
    }

    private static void OverflowNow() => s_sink = Deeper(0);

    // Each call keeps its value until the deeper one has come back, so the stack grows until its guard.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Deeper(ulong depth) => Deeper(depth + 1) + depth + s_sink;
}
