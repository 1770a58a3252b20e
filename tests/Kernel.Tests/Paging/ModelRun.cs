using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;
using Xunit.Sdk;

namespace Kernel.Tests.Paging;

/// <summary>Random operations on a mapper and on the model side by side, in a few places where they often meet.</summary>
/// <typeparam name="TMode">The paging mode.</typeparam>
/// <typeparam name="TMemory">Where tables are touched.</typeparam>
public sealed class ModelRun<TMode, TMemory> : IDisposable
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    private readonly int _seed;
    private readonly bool _fixedRoot;
    private readonly Random _random;
    private readonly MappingModel _model;
    private readonly ModelChoices<TMode> _choices;
    private readonly PagingMachine<TMode, TMemory> _machine;

    private int _fixedTables;
    private PendingFlush _owed = PendingFlush.None;
    private string _operation = "";
    private readonly Queue<string> _lastOperations = new();

    /// <summary>A run that does the same again for the same numbers.</summary>
    public ModelRun(int seed, HardwarePaging paging, bool fixedRoot)
    {
        _seed = seed;
        _fixedRoot = fixedRoot;
        _random = new Random(seed);
        _model = new MappingModel(paging, Places<TMode>.FirstOfUpperHalf.Value, fixedRoot);
        _choices = new ModelChoices<TMode>(_random, _model, PagingTests<TMode, TMemory>.EndOfPages);
        _machine = new PagingMachine<TMode, TMemory>(processors: 2, memoryBytes: 32 << 20, paging);
    }

    /// <summary>How many operations were done that changed something.</summary>
    public int Successes { get; private set; }

    /// <summary>Does that many operations, checks each, and takes everything apart at the end.</summary>
    public void Run(int operations)
    {
        int step = 0;
        try
        {
            Prepare();
            PageMapper<TMode, TMemory, CountingFrames> mapper = _machine.Mapper;
            for (; step < operations; step++)
            {
                Step(ref mapper);
                if (step % 4000 == 3999)
                {
                    CompareAll();
                }
            }

            TakeApart();
        }
        catch (Exception mistake) when (mistake is XunitException or KernelPanicException or FrameMistakeException)
        {
            string last = string.Join(Environment.NewLine, _lastOperations);
            throw new XunitException($"seed {_seed}, step {step}, {_operation}: {mistake.Message}{Environment.NewLine}The last operations were{Environment.NewLine}{last}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    private void Prepare()
    {
        if (_fixedRoot)
        {
            foreach (ulong start in new[] { _choices.KernelStart, _choices.KernelEnd })
            {
                VirtualRange range = VirtualRange.FromStart(VirtualAddress.FromValue(start), ModelChoices<TMode>.PlaceBytes);
                Assert.Equal(MapError.None, _machine.Mapper.PopulateRootEntries(range).Flush<SimulatedProcessor>());
                _model.Populate(start, range.Length);
            }

            _fixedTables = _model.Tree.TableCount;
            if (Places<TMode>.LargestLevel == TMode.RootLevel.Number)
            {
                MapRootLeaf(Places<TMode>.High.Value);
            }

            _machine.RootEntries = RootEntries.Fixed;
        }
    }

    // In the root it can neither be changed nor removed once root entries are fixed.
    private void MapRootLeaf(ulong address)
    {
        int level = TMode.RootLevel.Number;
        PageAttributes attributes = PageAttributes.KernelData.For<TMode>(_machine.Machine.Paging.Features);
        Assert.Equal(MapError.None, _machine.Map(level, VirtualAddress.FromValue(address), Places<TMode>.Frame, attributes));
        _model.AddRootLeaf(address, Places<TMode>.Frame, attributes);
    }

    private void Step(ref PageMapper<TMode, TMemory, CountingFrames> mapper)
    {
        MemorySnapshot? before = _random.Next(80) == 0 ? _machine.TakeSnapshot() : null;
        int frames = _random.Next(20) == 0 ? _random.Next(4) : int.MaxValue;
        _machine.Ledger.Limit = frames;
        ModelChange change = _random.Next(100) switch
        {
            < 20 => Map(ref mapper, frames),
            < 36 => Unmap(ref mapper),
            < 46 => Protect(ref mapper),
            < 53 => Split(ref mapper, frames),
            < 60 => Reclaim(ref mapper),
            < 82 => MapRange(ref mapper, frames),
            < 92 => UnmapRange(ref mapper),
            _ => ProtectRange(ref mapper),
        };
        Remember(change);
        if (!change.Done && before is not null)
        {
            Assert.Null(before.FirstDifference(_machine.TakeSnapshot()));
        }

        Assert.Equal(_model.Tree.TableCount, _machine.TableCount);
        if (_random.Next(4) != 0)
        {
            _owed.Flush<SimulatedProcessor>();
            _owed = PendingFlush.None;
            Compare(change.Start);
            Compare(change.Start - Size4KiB.Bytes);
            Compare(change.Start + change.Length - 1);
            Compare(change.Start + change.Length);
            Compare(_choices.Address(out _) + 0x123);
        }
    }

    private void Remember(ModelChange change)
    {
        Successes += change.Done ? 1 : 0;
        _lastOperations.Enqueue(change.Done ? _operation : $"{_operation} (refused)");
        if (_lastOperations.Count > 12)
        {
            _lastOperations.Dequeue();
        }
    }

    private ModelChange Map(ref PageMapper<TMode, TMemory, CountingFrames> mapper, int frames)
    {
        int level = _choices.Level();
        ulong bytes = Places<TMode>.BytesAt(level);
        ulong address = _choices.Address(out _) & ~(bytes - 1);
        for (int tries = _random.Next(6); tries > 0 && _model.Tree.At(address).Page is not null; tries--)
        {
            address = _choices.Address(out _) & ~(bytes - 1);
        }

        ulong frame = _choices.FrameFor(address) & ~(bytes - 1);
        ModelRights rights = _choices.Rights();
        _operation = $"map {address:x} level {level} to {frame:x}";
        MapError error = mapper.Map(
            level, VirtualAddress.FromValue(address), PhysicalAddress.FromValue(frame), rights.Attributes).HandOn(ref _owed);
        Assert.Equal(_model.Map(level, address, frame, rights, frames), error);
        return new(address, bytes, error == MapError.None);
    }

    private ModelChange Unmap(ref PageMapper<TMode, TMemory, CountingFrames> mapper)
    {
        (ulong address, int level) = _choices.Page();
        _operation = $"unmap {address:x} level {level}";
        ulong frame = _model.Tree.At(address, level).Page?.Frame ?? 0;
        UnmapError error = mapper.Unmap(level, VirtualAddress.FromValue(address), out PhysicalAddress unmapped).HandOn(ref _owed);
        Assert.Equal(_model.Unmap(level, address), error);
        Assert.Equal(error == UnmapError.None ? frame : 0, unmapped.Value);
        return new(address, Places<TMode>.BytesAt(level), error == UnmapError.None);
    }

    private ModelChange Protect(ref PageMapper<TMode, TMemory, CountingFrames> mapper)
    {
        (ulong address, int level) = _choices.Page();
        ModelRights rights = _choices.Rights();
        _operation = $"protect {address:x} level {level}";
        ProtectError error = mapper.Protect(level, VirtualAddress.FromValue(address), rights.Attributes).HandOn(ref _owed);
        Assert.Equal(_model.Protect(level, address, rights), error);
        return new(address, Places<TMode>.BytesAt(level), error == ProtectError.None);
    }

    private ModelChange Split(ref PageMapper<TMode, TMemory, CountingFrames> mapper, int frames)
    {
        (ulong address, int level) = _random.Next(3) == 0 ? _choices.Page() : _choices.LargePage();
        _operation = $"split {address:x} level {level}";
        SplitError error = mapper.Split(level, VirtualAddress.FromValue(address)).HandOn(ref _owed);
        Assert.Equal(_model.Split(level, address, frames), error);
        return new(address, Places<TMode>.BytesAt(level), error == SplitError.None);
    }

    private ModelChange Reclaim(ref PageMapper<TMode, TMemory, CountingFrames> mapper)
    {
        ulong start = _choices.Address(out ulong left) + (ulong)_random.Next(0x1000);
        left -= start & 0xFFF;
        ulong length = _random.Next(2) == 0 ? left : 1 + (ulong)_random.NextInt64((long)ulong.Min(left, 8 << 20));
        _operation = $"reclaim {start:x} length {length:x}";
        RetiredTables<TMemory> retired = mapper.ReclaimEmptyTables(
            VirtualRange.FromStart(VirtualAddress.FromValue(start), length));
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref _machine.Frames, _machine.Token);
        Assert.Equal((ulong)_model.Reclaim(start, length), retired.Count);
        return new(start, length, retired.Count > 0);
    }

    private ModelChange MapRange(ref PageMapper<TMode, TMemory, CountingFrames> mapper, int frames)
    {
        bool keepIfEqual = _random.Next(2) == 0;
        ulong start = _choices.Address(out ulong left);
        ulong frame = _choices.FrameFor(start);
        ModelRights rights = _choices.Rights();
        if (keepIfEqual && _random.Next(4) != 0 && _model.Tree.At(start).Page is { } there)
        {
            frame = there.Frame + (start & (Places<TMode>.BytesAt(there.Level) - 1));
            rights = new ModelRights(there.Attributes, MapError.None);
        }

        // Small pages by the hundred thousand would only take time.
        ulong most = ((start ^ frame) & (Places<TMode>.BytesAt(2) - 1)) == 0 ? left : ulong.Min(left, 4 << 20);
        ulong length = _choices.Length(most);
        if (_random.Next(4) != 0)
        {
            length = ulong.Min(length, _choices.FreeLength(start, length, frame, keepIfEqual ? rights.Attributes : null));
        }

        VirtualRange range = VirtualRange.FromStart(VirtualAddress.FromValue(start), length);
        PhysicalAddress frames0 = PhysicalAddress.FromValue(frame);
        _operation = $"map {(keepIfEqual ? "missing" : "range")} {start:x} length {length:x} to {frame:x}";
        MapError error = keepIfEqual
            ? mapper.MapMissing(range, frames0, rights.Attributes).HandOn(ref _owed)
            : mapper.MapRange(range, frames0, rights.Attributes).HandOn(ref _owed);
        Assert.Equal(_model.MapRange(start, length, frame, rights, keepIfEqual, frames), error);
        return new(start, length, error == MapError.None);
    }

    private ModelChange UnmapRange(ref PageMapper<TMode, TMemory, CountingFrames> mapper)
    {
        (ulong start, ulong length) = _choices.MappedRange();
        _operation = $"unmap range {start:x} length {length:x}";
        NotedFrames noted = new([]);
        VirtualRange range = VirtualRange.FromStart(VirtualAddress.FromValue(start), length);
        bool notes = _random.Next(2) == 0;
        UnmapError error = notes
            ? mapper.UnmapRange(range, ref noted).HandOn(ref _owed)
            : mapper.UnmapRange(range).HandOn(ref _owed);
        Assert.Equal(_model.UnmapRange(start, length), error);
        ulong expected = notes && error == UnmapError.None ? length : 0;
        Assert.Equal(expected, noted.Ranges.Aggregate(0UL, (sum, frames) => sum + frames.Length));
        return new(start, length, error == UnmapError.None);
    }

    private ModelChange ProtectRange(ref PageMapper<TMode, TMemory, CountingFrames> mapper)
    {
        (ulong start, ulong length) = _choices.MappedRange();
        ModelRights rights = _choices.Rights();
        _operation = $"protect range {start:x} length {length:x}";
        ProtectError error = mapper.ProtectRange(
            VirtualRange.FromStart(VirtualAddress.FromValue(start), length), rights.Attributes).HandOn(ref _owed);
        Assert.Equal(_model.ProtectRange(start, length, rights), error);
        return new(start, length, error == ProtectError.None);
    }

    /// <summary>Compares what the walker, the processor and the model say about an address.</summary>
    private void Compare(ulong raw)
    {
        bool tables = TMemory.IsRecursive && unchecked(raw - PagingTests<TMode, TMemory>.EndOfPages) < Places<TMode>.BytesAt(TMode.RootLevel.Number);
        if (tables || !VirtualAddress.TryFromValue(raw, out VirtualAddress address) || !Places<TMode>.Hardware.IsCanonical(address))
        {
            return;
        }

        ModelEntry expected = _model.Tree.At(raw);
        Translation translation = _machine.Translate(address);
        ProcessorCore processor = _machine.Machine.Processors[_random.Next(2)];
        if (expected.Page is not { } page)
        {
            bool agree = translation.Kind == TranslationKind.NotMapped && translation.Level.Number == expected.Level
                && processor.Read(address).Fault == PageFaultCode.None
                && processor.Write(address, user: true).Fault == (PageFaultCode.User | PageFaultCode.Write);
            if (!agree)
            {
                Assert.Fail($"{raw:x} should be absent at level {expected.Level}; walker: {Told(translation)}; processor: {processor.Read(address)}");
            }

            return;
        }

        ulong target = page.Frame + (raw & (Places<TMode>.BytesAt(page.Level) - 1));
        bool walked = translation.IsMapped && translation.Level.Number == page.Level
            && translation.Address.Value == target && translation.Attributes == page.Attributes;
        if (!walked)
        {
            Assert.Fail($"{raw:x} should be at {target:x}, level {page.Level}; walker: {Told(translation)}");
        }

        (bool read, bool write, bool execute, bool userRead, bool userWrite) granted = (
            processor.Read(address).Address.Value == target,
            processor.Write(address).Succeeded,
            processor.Execute(address).Succeeded,
            processor.Read(address, user: true).Succeeded,
            processor.Write(address, user: true).Succeeded);
        PageAttributes rights = page.Attributes;
        (bool, bool, bool, bool, bool) due =
            (true, rights.IsWritable, rights.IsExecutable, rights.IsUser, rights.IsUser && rights.IsWritable);
        if (granted != due)
        {
            Assert.Fail($"{raw:x} at {target:x}: the processor grants {granted}, due is {due}");
        }
    }

    private static string Told(Translation translation) =>
        $"{translation.Kind} at level {translation.Level.Number}, address {translation.Address.Value:x}";

    /// <summary>Compares every leaf and every table in memory with the model.</summary>
    private void CompareAll()
    {
        List<ScannedLeaf> leaves = LeafScan.Of(_machine);
        Assert.Equal(_model.Tree.Pages.Count, leaves.Count);
        foreach (ScannedLeaf leaf in leaves)
        {
            bool same = _model.Tree.Pages.TryGetValue(leaf.Address.Value, out ModelPage page)
                && page.Level == leaf.Level
                && page.Frame == leaf.Frames.Start.Value
                && (page.Attributes.IsUser, page.Attributes.IsWritable, page.Attributes.IsExecutable) == (leaf.User, leaf.Writable, leaf.Executable);
            if (!same)
            {
                Assert.Fail($"{leaf} is in the tables where the model has {page}");
            }
        }

        Assert.Equal(
            _model.Tree.TableCount + _machine.FirstFrames - 1, LeafScan.TablesOf(_machine.Machine, _machine.Root.Frame.Start).Count);
    }

    private void TakeApart()
    {
        CompareAll();
        foreach ((ulong address, ModelPage page) in _model.Tree.Pages.ToArray())
        {
            _operation = $"unmap {address:x} at the end";
            Assert.Equal(_model.Unmap(page.Level, address), _machine.Unmap(page.Level, VirtualAddress.FromValue(address)));
        }

        _operation = "reclaim everything";
        _machine.ReclaimAll();
        Assert.Equal(_fixedTables, _machine.TableCount);
        Assert.Equal(_model.Tree.Pages.Count, LeafScan.Of(_machine).Count);
        Assert.All(_model.Tree.Pages.Values, page => Assert.True(_fixedRoot && page.Level == TMode.RootLevel.Number));
    }
}
