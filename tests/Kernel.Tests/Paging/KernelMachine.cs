using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Paging;

/// <summary>A machine of 1 GiB with a kernel at 1 MiB, whose own page tables can be built. Used with <c>using</c>.</summary>
/// <remarks>Only the part of the memory where the tables go is really there; nobody touches the rest.</remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
public sealed class KernelMachine<TMode> : IDisposable
    where TMode : struct, IPagingMode
{
    /// <summary>The physical address width that QEMU gives its processors by default.</summary>
    public const int PhysicalBits = 40;

    private CountingFrames _frames;
    private KernelPageTables<TMode, SimulatedProcessor, SimulatedMemory, CountingFrames> _tables;

    /// <summary>A machine whose kernel tables are not built yet.</summary>
    public KernelMachine(int processors = 1, HardwarePaging? paging = null)
    {
        Machine = new TestMachine(memoryBytes: 2 << 20, processors, memoryStart: 16 << 20);
        Machine.Paging = paging ?? Hardware;
        _frames = CountingFrames.Of(Machine);
    }

    /// <summary>
    /// All RAM of a machine of 1 GiB, as a PC reports it: with a hole below 1 MiB and a few frames missing at the end.
    /// </summary>
    public static PhysicalRange[] Memory { get; } = [Range(0, 0x9_F000), Range(0x10_0000, 0x3FFE_0000)];

    /// <summary>A device that can be shown in the direct map: where wide addresses make it large, at the usual place of one; else in the hole.</summary>
    public static ulong Device => Places<TMode>.Hardware.ExtendsSign ? 0xFEE0_0000UL : 0xC_0000;

    /// <summary>What of that the direct map reaches: half of the kernel's part.</summary>
    public static PhysicalRange[] ShownMemory { get; } =
        [.. Memory.Select(range => Range(range.Start.Value, ulong.Min(range.End.Value, Places<TMode>.UpperBytes / 2)))];

    /// <summary>Where the kernel lies: where addresses are narrow, inside the direct map.</summary>
    public static KernelImage Image { get; } = new(
        VirtualAddress.FromValue(Places<TMode>.Hardware.ExtendsSign ? 0xFFFF_FFFF_8010_0000 : 0xC010_0000),
        text: Range(0x10_0000, 0x14_3000),
        readOnlyData: Range(0x14_3000, 0x15_1000),
        data: Range(0x15_1000, 0x28_0000));

    /// <summary>What the paging unit can do, unless a test asks for another.</summary>
    public static HardwarePaging Hardware { get; } = Places<TMode>.Hardware with { PhysicalAddressBits = PhysicalBits };

    /// <summary>The machine.</summary>
    public TestMachine Machine { get; }

    /// <summary>The kernel's tables.</summary>
    public ref KernelPageTables<TMode, SimulatedProcessor, SimulatedMemory, CountingFrames> Tables => ref _tables;

    /// <summary>Where tables get their frames.</summary>
    public ref CountingFrames Frames => ref _frames;

    /// <summary>Who has which frame.</summary>
    public FrameLedger Ledger => _frames.Ledger;

    /// <summary>The processor that the test runs on.</summary>
    public ProcessorCore Processor => Machine.Processor;

    /// <summary>Interrupts are disabled.</summary>
    public InterruptsDisabled Token => Machine.Token;

    /// <summary>Every present leaf of the tables that the processor uses.</summary>
    public List<ScannedLeaf> Leaves => LeafScan.Of(Machine, Processor.TableRoot);

    /// <summary>The tables below the root that translate addresses of the direct map, and no other.</summary>
    public int DirectMapTables => LeafScan.TablesOf(Machine, Processor.TableRoot)
        .Count(table => table.Address - TMode.UpperHalfStart.Value < DirectMap<TMode>.Limit);

    /// <summary>The physical bytes between two addresses.</summary>
    public static PhysicalRange Range(ulong start, ulong end) =>
        PhysicalRange.Between(PhysicalAddress.FromValue(start), PhysicalAddress.FromValue(end));

    /// <summary>Where the direct map shows a physical address.</summary>
    public static VirtualAddress Shown(ulong address) => DirectMap<TMode>.AddressOf(PhysicalAddress.FromValue(address));

    /// <summary>A machine whose kernel tables are built, and in use by all of its processors.</summary>
    public static KernelMachine<TMode> Running(int processors = 1, HardwarePaging? paging = null)
    {
        KernelMachine<TMode> machine = new(processors, paging);
        Xunit.Assert.Equal(MapError.None, machine.Build());
        for (int number = processors - 1; number >= 0; number--)
        {
            machine.Machine.Enter(number);
            machine.Tables.Activate(Image, machine.Token);
        }

        return machine;
    }

    /// <summary>Builds the tables for <see cref="Memory"/>, or for other memory.</summary>
    public MapError Build(params PhysicalRange[] memory) =>
        _tables.Build(memory.Length == 0 ? Memory : memory, Image, ref _frames, Token);

    /// <summary>Makes sure that a device is mapped, in a session of its own.</summary>
    public MapError EnsureMapped(ulong start, ulong end, CacheType cache)
    {
        using KernelTableSession<TMode, SimulatedProcessor, SimulatedMemory, CountingFrames> session =
            _tables.Open(ref _frames, Token);
        return session.EnsureMapped(Range(start, end), cache);
    }

    /// <summary>Maps one small kernel page, in a session of its own.</summary>
    public MapError Map(VirtualAddress address, ulong frame)
    {
        using KernelTableSession<TMode, SimulatedProcessor, SimulatedMemory, CountingFrames> session =
            _tables.Open(ref _frames, Token);
        return session.Mapper.Map(1, address, PhysicalAddress.FromValue(frame), PageAttributes.KernelData.For<TMode>(Machine.Paging.Features))
            .Flush<SimulatedProcessor>();
    }

    /// <summary>Unmaps one small kernel page, in a session of its own.</summary>
    public UnmapError Unmap(VirtualAddress address)
    {
        using KernelTableSession<TMode, SimulatedProcessor, SimulatedMemory, CountingFrames> session =
            _tables.Open(ref _frames, Token);
        return session.Mapper.Unmap(1, address, out _).Flush<SimulatedProcessor>();
    }

    /// <summary>Opens a session and closes it again.</summary>
    public void OpenAndClose()
    {
        using KernelTableSession<TMode, SimulatedProcessor, SimulatedMemory, CountingFrames> session =
            _tables.Open(ref _frames, Token);
    }

    /// <inheritdoc/>
    public void Dispose() => Machine.Dispose();
}
