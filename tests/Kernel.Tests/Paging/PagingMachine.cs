using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>A simulated machine with one tree of page tables, in use by all of its processors. Used with <c>using</c>.</summary>
/// <remarks>
/// Tables lie in the first megabytes of memory; pages are mapped to addresses above, where there need be no memory.
/// </remarks>
/// <typeparam name="TMode">The paging mode.</typeparam>
/// <typeparam name="TMemory">Where tables are touched.</typeparam>
public class PagingMachine<TMode, TMemory> : IDisposable
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    private CountingFrames _frames;

    /// <summary>A machine whose processors have loaded an empty root.</summary>
    public PagingMachine(int processors = 1, ulong memoryBytes = 1 << 20, HardwarePaging? paging = null, bool load = true)
    {
        Machine = new TestMachine(memoryBytes, processors);
        Machine.Paging = paging ?? Places<TMode>.Hardware;
        _frames = CountingFrames.Of(Machine);
        Assert.True(
            PageTableFrame.TryAllocate<SimulatedMemory, CountingFrames>(ref _frames, Machine.Token, out PageTableFrame root));
        Root = root;
        if (load)
        {
            Load();
        }

        if (TMemory.IsRecursive)
        {
            Machine.Windows = Windows;
            LinkToItself();
        }

        FirstFrames = Ledger.OutstandingCount;
    }

    /// <summary>Where the recursive map shows frames; empty if there is none.</summary>
    public static VirtualRange Windows => TMemory.IsRecursive ? KernelLayout<TMode>.Windows : default;

    /// <summary>The frames that the tree has from the start: the root, and what the recursive map needs for its windows.</summary>
    public int FirstFrames { get; }

    /// <summary>How many tables have come on top of those.</summary>
    public int TableCount => Ledger.OutstandingCount - FirstFrames;

    /// <summary>The machine.</summary>
    public TestMachine Machine { get; }

    /// <summary>The root of the tree.</summary>
    public PageTableFrame Root { get; }

    /// <summary>Whether mappers made from now on may add root entries in the kernel half.</summary>
    public RootEntries RootEntries { get; set; } = RootEntries.Growing;

    /// <summary>Where the tables get their frames.</summary>
    public ref CountingFrames Frames => ref _frames;

    /// <summary>Who has which frame.</summary>
    public FrameLedger Ledger => _frames.Ledger;

    /// <summary>Interrupts are disabled.</summary>
    public InterruptsDisabled Token => Machine.Token;

    /// <summary>The processor that the test runs on.</summary>
    public ProcessorCore Processor => Machine.Processor;

    /// <summary>A new mapper, which remembers nothing yet.</summary>
    public PageMapper<TMode, TMemory, CountingFrames> Mapper =>
        new(Root, Machine.Paging.Features, RootEntries, ref _frames, Machine.Token);

    /// <summary>The outermost scope of a deferral that gives frames back to where the tables get theirs.</summary>
    public FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> Defer(
        [UnscopedRef] out FlushDebt<TMemory> debt, Span<PhysicalRange> room = default) => new(out debt, ref _frames, Token, room);

    /// <summary>The bytes of every table, to compare with later.</summary>
    /// <remarks>
    /// A recursive map uses table entries as leaves: what the processor notes in them as such is left out, and its windows too.
    /// </remarks>
    public MemorySnapshot TakeSnapshot() => TMemory.IsRecursive
        ? MemorySnapshot.Of(Machine, Ledger.Outstanding.Except([WindowTable]), LeafScan.TableEntriesOf(Machine, Root.Frame.Start))
        : Ledger.TakeSnapshot();

    /// <summary>Makes every processor use the tree.</summary>
    public void Load()
    {
        foreach (ProcessorCore processor in Machine.Processors)
        {
            processor.LoadTableRoot(Root.Frame.Start);
        }
    }

    /// <summary>Maps through a new mapper and flushes.</summary>
    public MapError Map(int level, VirtualAddress address, ulong frame, PageAttributes attributes)
    {
        PageMapper<TMode, TMemory, CountingFrames> mapper = Mapper;
        return mapper.Map(level, address, PhysicalAddress.FromValue(frame), attributes).Flush<SimulatedProcessor>();
    }

    /// <summary>Maps a range through a new mapper and flushes.</summary>
    public MapError MapRange(VirtualAddress address, ulong length, ulong frames, PageAttributes attributes) =>
        Mapper.MapRange(VirtualRange.FromStart(address, length), PhysicalAddress.FromValue(frames), attributes)
            .Flush<SimulatedProcessor>();

    /// <summary>Maps what is missing of a range through a new mapper and flushes.</summary>
    public MapError MapMissing(VirtualAddress address, ulong length, ulong frames, PageAttributes attributes) =>
        Mapper.MapMissing(VirtualRange.FromStart(address, length), PhysicalAddress.FromValue(frames), attributes)
            .Flush<SimulatedProcessor>();

    /// <summary>Unmaps through a new mapper and flushes.</summary>
    public UnmapError Unmap(int level, VirtualAddress address)
    {
        PageMapper<TMode, TMemory, CountingFrames> mapper = Mapper;
        return mapper.Unmap(level, address, out _).Flush<SimulatedProcessor>();
    }

    /// <summary>Unmaps a range through a new mapper and flushes.</summary>
    public UnmapError UnmapRange(VirtualAddress address, ulong length) =>
        Mapper.UnmapRange(VirtualRange.FromStart(address, length)).Flush<SimulatedProcessor>();

    /// <summary>Protects through a new mapper and flushes.</summary>
    public ProtectError Protect(int level, VirtualAddress address, PageAttributes attributes)
    {
        PageMapper<TMode, TMemory, CountingFrames> mapper = Mapper;
        return mapper.Protect(level, address, attributes).Flush<SimulatedProcessor>();
    }

    /// <summary>Protects a range through a new mapper and flushes.</summary>
    public ProtectError ProtectRange(VirtualAddress address, ulong length, PageAttributes attributes) =>
        Mapper.ProtectRange(VirtualRange.FromStart(address, length), attributes).Flush<SimulatedProcessor>();

    /// <summary>Splits through a new mapper and flushes.</summary>
    public SplitError Split(int level, VirtualAddress address)
    {
        PageMapper<TMode, TMemory, CountingFrames> mapper = Mapper;
        return mapper.Split(level, address).Flush<SimulatedProcessor>();
    }

    /// <summary>Reclaims empty tables through a new mapper; returns how many there were.</summary>
    public ulong Reclaim(VirtualRange within)
    {
        RetiredTables<TMemory> retired = Mapper.ReclaimEmptyTables(within);
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref _frames, Token);
        return retired.Count;
    }

    /// <summary>Reclaims empty tables in both halves.</summary>
    public ulong ReclaimAll() => Reclaim(Places<TMode>.LowerHalf) + Reclaim(Places<TMode>.UpperHalf);

    /// <summary>What an address is mapped to, as the kernel's walker sees it.</summary>
    public Translation Translate(VirtualAddress address) => Mapper.Translate(address);

    /// <summary>Where the entry for an address lies, found without the kernel's code; the tables above it must exist.</summary>
    public PhysicalAddress SlotOf(VirtualAddress address, int level)
    {
        HardwarePaging paging = Machine.Paging;
        PhysicalAddress table = Root.Frame.Start;
        for (int above = paging.Levels; above > level; above--)
        {
            ulong entry = Machine.ReadEntry(paging.SlotOf(table, address, above));
            Assert.True((entry & HardwareWalk.Present) != 0 && !paging.IsLeaf(entry, above));
            table = PhysicalAddress.FromValue(entry & paging.AddressBits);
        }

        return paging.SlotOf(table, address, level);
    }

    /// <summary>The raw entry for an address, read without the kernel's code.</summary>
    public ulong EntryOf(VirtualAddress address, int level) => Machine.ReadEntry(SlotOf(address, level));

    /// <summary>Overwrites the raw entry for an address.</summary>
    public void SetEntry(VirtualAddress address, int level, ulong entry) => Machine.WriteEntry(SlotOf(address, level), entry);

    /// <summary>
    /// Fails unless the call is refused for that reason and every table, byte for byte, and every frame is where it was.
    /// </summary>
    public void ExpectRefused<TError>(TError reason, Func<TError> call)
    {
        MemorySnapshot before = TakeSnapshot();
        TError error = call();
        Assert.Equal(reason, error);
        Assert.Null(before.FirstDifference(TakeSnapshot()));
    }

    private Frame<Size4KiB> WindowTable => Frame<Size4KiB>.FromStart(SlotOf(Windows.Start, 1).AlignDown<Size4KiB>());

    // Only a mapper that touches tables directly can do that: there is nothing to touch them through yet.
    private unsafe void LinkToItself()
    {
        PageMapper<TMode, SimulatedMemory, CountingFrames> mapper =
            new(Root, Machine.Paging.Features, RootEntries.Growing, ref _frames, Machine.Token);
        Assert.Equal(MapError.None, mapper.LinkToItself().Flush<SimulatedProcessor>());
        _ = TMemory.PointerTo(Root.Frame.Start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Machine.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>One whose tables are touched directly.</summary>
/// <inheritdoc cref="PagingMachine{TMode, TMemory}"/>
public sealed class PagingMachine<TMode>(int processors = 1, ulong memoryBytes = 1 << 20, HardwarePaging? paging = null, bool load = true)
    : PagingMachine<TMode, SimulatedMemory>(processors, memoryBytes, paging, load)
    where TMode : struct, IPagingMode;
