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
public sealed class ModelRun<TMode>(int seed, bool gigabytePages, bool fixedRoot) : IDisposable
    where TMode : struct, IPagingMode
{
    private static readonly ulong[] s_fewLarge = [0, 1, 2, 510, 511];
    private static readonly ulong[] s_fewSmall = [0, 1, 2, 3, 510, 511];
    private static readonly PageAttributes[] s_rights =
    [
        PageAttributes.KernelData, PageAttributes.KernelReadOnly, PageAttributes.KernelCode, PageAttributes.UserData,
        PageAttributes.UserReadOnly, PageAttributes.UserCode, PageAttributes.KernelData.With(CacheType.WriteThrough),
        PageAttributes.UserData.With(CacheType.Uncached), PageAttributes.UserData.WithExecution(),
    ];

    private readonly Random _random = new(seed);
    private readonly MappingModel _model = new(TMode.RootLevel.Number, gigabytePages, fixedRoot);
    private readonly PagingMachine<TMode> _machine = new(
        processors: 2, memoryBytes: 32 << 20, paging: PagingMachine<TMode>.Hardware with { GigabytePages = gigabytePages });

    // 2 GiB each: both ends of both halves, the edge between two root entries, and a place in the kernel half.
    private readonly ulong[] _regions =
    [
        0,
        Places<TMode>.HalfBytes - (2 * Size1GiB.Bytes),
        Places<TMode>.FirstOfUpperHalf.Value,
        unchecked(0UL - (2 * Size1GiB.Bytes)),
        (1UL << TMode.ShiftAt(TMode.RootLevel)) - Size1GiB.Bytes,
        Places<TMode>.High.Value,
    ];

    private PendingFlush _owed = PendingFlush.None;
    private string _operation = "";

    /// <summary>How many operations were done that changed something.</summary>
    public int Successes { get; private set; }

    /// <summary>Does that many operations, checks each, and takes everything apart at the end.</summary>
    public void Run(int operations)
    {
        int step = 0;
        try
        {
            Prepare();
            PageMapper<TMode, SimulatedMemory, CountingFrames> mapper = _machine.Mapper;
            for (; step < operations; step++)
            {
                Step(ref mapper);
                if (step % 2000 == 1999)
                {
                    CompareAll();
                }
            }

            TakeApart();
        }
        catch (Exception mistake) when (mistake is XunitException or KernelPanicException or FrameMistakeException)
        {
            throw new XunitException($"seed {seed}, step {step}, {_operation}: {mistake.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    private void Prepare()
    {
        if (fixedRoot)
        {
            foreach (ulong start in new[] { _regions[2], _regions[3] })
            {
                VirtualRange range = VirtualRange.FromStart(VirtualAddress.FromValue(start), Size1GiB.Bytes);
                Assert.Equal(MapError.None, _machine.Mapper.PopulateRootEntries(range).Flush<SimulatedProcessor>());
                _model.Populate(start);
            }

            _machine.RootEntries = RootEntries.Fixed;
        }
    }

    private void Step(ref PageMapper<TMode, SimulatedMemory, CountingFrames> mapper)
    {
        MemorySnapshot? before = _random.Next(16) == 0 ? _machine.Ledger.TakeSnapshot() : null;
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
        Successes += change.Done ? 1 : 0;
        if (!change.Done && before is not null)
        {
            Assert.Null(before.FirstDifference(_machine.Ledger.TakeSnapshot()));
        }

        Assert.Equal(1 + _model.TableCount, _machine.Ledger.OutstandingCount);
        if (_random.Next(4) != 0)
        {
            _owed.Flush<SimulatedProcessor>();
            _owed = PendingFlush.None;
            Compare(change.Start);
            Compare(change.Start - Size4KiB.Bytes);
            Compare(change.Start + change.Length - 1);
            Compare(change.Start + change.Length);
            Compare(RandomAddress(out _) + 0x123);
        }
    }

    private ModelChange Map(ref PageMapper<TMode, SimulatedMemory, CountingFrames> mapper, int frames)
    {
        int level = RandomLevel();
        ulong bytes = Places<TMode>.BytesAt(level);
        ulong address = RandomAddress(out _) & ~(bytes - 1);
        for (int tries = _random.Next(6); tries > 0 && _model.At(address).Page is not null; tries--)
        {
            address = RandomAddress(out _) & ~(bytes - 1);
        }

        ulong frame = RandomFrame(address) & ~(bytes - 1);
        PageAttributes attributes = RandomRights();
        _operation = $"map {address:x} level {level} to {frame:x}";
        MapError error = mapper.Map(
            level, VirtualAddress.FromValue(address), PhysicalAddress.FromValue(frame), attributes).HandOn(ref _owed);
        Assert.Equal(_model.Map(level, address, frame, attributes, frames), error);
        return new(address, bytes, error == MapError.None);
    }

    private ModelChange Unmap(ref PageMapper<TMode, SimulatedMemory, CountingFrames> mapper)
    {
        (ulong address, int level) = RandomPage();
        _operation = $"unmap {address:x} level {level}";
        ulong frame = _model.At(address, level).Page?.Frame ?? 0;
        UnmapError error = mapper.Unmap(level, VirtualAddress.FromValue(address), out PhysicalAddress unmapped).HandOn(ref _owed);
        Assert.Equal(_model.Unmap(level, address), error);
        Assert.Equal(error == UnmapError.None ? frame : 0, unmapped.Value);
        return new(address, Places<TMode>.BytesAt(level), error == UnmapError.None);
    }

    private ModelChange Protect(ref PageMapper<TMode, SimulatedMemory, CountingFrames> mapper)
    {
        (ulong address, int level) = RandomPage();
        PageAttributes attributes = RandomRights();
        _operation = $"protect {address:x} level {level}";
        ProtectError error = mapper.Protect(level, VirtualAddress.FromValue(address), attributes).HandOn(ref _owed);
        Assert.Equal(_model.Protect(level, address, attributes), error);
        return new(address, Places<TMode>.BytesAt(level), error == ProtectError.None);
    }

    private ModelChange Split(ref PageMapper<TMode, SimulatedMemory, CountingFrames> mapper, int frames)
    {
        (ulong address, int level) = _random.Next(3) == 0 ? RandomPage() : RandomLargePage();
        _operation = $"split {address:x} level {level}";
        SplitError error = mapper.Split(level, VirtualAddress.FromValue(address)).HandOn(ref _owed);
        Assert.Equal(_model.Split(level, address, frames), error);
        return new(address, Places<TMode>.BytesAt(level), error == SplitError.None);
    }

    private ModelChange Reclaim(ref PageMapper<TMode, SimulatedMemory, CountingFrames> mapper)
    {
        ulong start = RandomAddress(out ulong left) + (ulong)_random.Next(0x1000);
        left -= start & 0xFFF;
        ulong length = _random.Next(2) == 0 ? left : 1 + (ulong)_random.NextInt64((long)ulong.Min(left, 8 << 20));
        _operation = $"reclaim {start:x} length {length:x}";
        RetiredTables<SimulatedMemory> retired = mapper.ReclaimEmptyTables(
            VirtualRange.FromStart(VirtualAddress.FromValue(start), length));
        retired.FlushAndRelease<SimulatedProcessor, CountingFrames>(ref _machine.Frames, _machine.Token);
        Assert.Equal((ulong)_model.Reclaim(start, length), retired.Count);
        return new(start, length, retired.Count > 0);
    }

    private ModelChange MapRange(ref PageMapper<TMode, SimulatedMemory, CountingFrames> mapper, int frames)
    {
        bool keepIfEqual = _random.Next(2) == 0;
        ulong start = RandomAddress(out ulong left);
        ulong frame = RandomFrame(start);
        PageAttributes attributes = RandomRights();
        if (keepIfEqual && _random.Next(4) != 0 && _model.At(start).Page is { } there)
        {
            frame = there.Frame + (start & (Places<TMode>.BytesAt(there.Level) - 1));
            attributes = there.Attributes;
        }

        // Small pages by the hundred thousand would only take time.
        ulong most = ((start ^ frame) & (Size2MiB.Bytes - 1)) == 0 ? left : ulong.Min(left, 4 << 20);
        ulong length = RandomLength(most);
        if (_random.Next(4) != 0)
        {
            length = ulong.Min(length, FreeLength(start, length, frame, keepIfEqual ? attributes : null));
        }

        VirtualRange range = VirtualRange.FromStart(VirtualAddress.FromValue(start), length);
        PhysicalAddress frames0 = PhysicalAddress.FromValue(frame);
        _operation = $"map {(keepIfEqual ? "missing" : "range")} {start:x} length {length:x} to {frame:x}";
        MapError error = keepIfEqual
            ? mapper.MapMissing(range, frames0, attributes).HandOn(ref _owed)
            : mapper.MapRange(range, frames0, attributes).HandOn(ref _owed);
        Assert.Equal(_model.MapRange(start, length, frame, attributes, keepIfEqual, frames), error);
        return new(start, length, error == MapError.None);
    }

    private ModelChange UnmapRange(ref PageMapper<TMode, SimulatedMemory, CountingFrames> mapper)
    {
        (ulong start, ulong length) = RandomMappedRange();
        _operation = $"unmap range {start:x} length {length:x}";
        NotedFrames noted = new([]);
        UnmapError error = mapper.UnmapRange(
            VirtualRange.FromStart(VirtualAddress.FromValue(start), length), ref noted).HandOn(ref _owed);
        Assert.Equal(_model.UnmapRange(start, length), error);
        Assert.Equal(error == UnmapError.None ? length : 0, noted.Ranges.Aggregate(0UL, (sum, range) => sum + range.Length));
        return new(start, length, error == UnmapError.None);
    }

    private ModelChange ProtectRange(ref PageMapper<TMode, SimulatedMemory, CountingFrames> mapper)
    {
        (ulong start, ulong length) = RandomMappedRange();
        PageAttributes attributes = RandomRights();
        _operation = $"protect range {start:x} length {length:x}";
        ProtectError error = mapper.ProtectRange(
            VirtualRange.FromStart(VirtualAddress.FromValue(start), length), attributes).HandOn(ref _owed);
        Assert.Equal(_model.ProtectRange(start, length, attributes), error);
        return new(start, length, error == ProtectError.None);
    }

    /// <summary>Compares what the walker, the processor and the model say about an address.</summary>
    private void Compare(ulong raw)
    {
        if (!VirtualAddress.TryFromValue(raw, out VirtualAddress address) || !PagingMachine<TMode>.Hardware.IsCanonical(address))
        {
            return;
        }

        ModelEntry expected = _model.At(raw);
        Translation translation = _machine.Translate(address);
        ProcessorCore processor = _machine.Machine.Processors[_random.Next(2)];
        Assert.Equal(expected.Level, translation.Level.Number);
        if (expected.Page is not { } page)
        {
            Assert.Equal(TranslationKind.NotMapped, translation.Kind);
            Assert.Equal(PageFaultCode.None, processor.Read(address).Fault);
            Assert.Equal(PageFaultCode.User | PageFaultCode.Write, processor.Write(address, user: true).Fault);
            return;
        }

        ulong target = page.Frame + (raw & (Places<TMode>.BytesAt(page.Level) - 1));
        Assert.Equal(target, translation.Address.Value);
        Assert.Equal(page.Attributes, translation.Attributes);
        Assert.Equal(target, processor.Read(address).Address.Value);
        Assert.Equal(page.Attributes.IsWritable, processor.Write(address).Succeeded);
        Assert.Equal(page.Attributes.IsExecutable, processor.Execute(address).Succeeded);
        Assert.Equal(page.Attributes.IsUser, processor.Read(address, user: true).Succeeded);
        Assert.Equal(page.Attributes.IsUser && page.Attributes.IsWritable, processor.Write(address, user: true).Succeeded);
    }

    /// <summary>Compares every leaf and every table in memory with the model.</summary>
    private void CompareAll()
    {
        List<ScannedLeaf> leaves = LeafScan.Of(_machine);
        Assert.Equal(_model.Pages.Count, leaves.Count);
        foreach (ScannedLeaf leaf in leaves)
        {
            ModelPage page = Assert.Contains(leaf.Address.Value, _model.Pages);
            Assert.Equal((page.Level, page.Frame, page.Attributes.IsUser), (leaf.Level, leaf.Frames.Start.Value, leaf.User));
            Assert.Equal((page.Attributes.IsWritable, page.Attributes.IsExecutable), (leaf.Writable, leaf.Executable));
        }

        Assert.Equal(
            _model.TableCount, LeafScan.TablesOf(_machine.Machine, _machine.Root.Frame.Start, TMode.RootLevel.Number).Count);
    }

    private void TakeApart()
    {
        CompareAll();
        foreach ((ulong address, ModelPage page) in _model.Pages.ToArray())
        {
            _operation = $"unmap {address:x} at the end";
            Assert.Equal(UnmapError.None, _machine.Unmap(page.Level, VirtualAddress.FromValue(address)));
            Assert.Equal(UnmapError.None, _model.Unmap(page.Level, address));
        }

        _operation = "reclaim everything";
        _machine.ReclaimAll();
        Assert.Equal(fixedRoot ? 1 + 2 : 1, _machine.Ledger.OutstandingCount);
        Assert.Empty(LeafScan.Of(_machine));
    }

    private T Any<T>(T[] values) => values[_random.Next(values.Length)];

    private int RandomLevel() => _random.Next(10) switch { < 5 => 1, < 8 => 2, _ => 3 };

    private PageAttributes RandomRights() => Any(s_rights);

    /// <summary>The first address of a small page in one of the places, and how many bytes the place has from there on.</summary>
    private ulong RandomAddress(out ulong left)
    {
        ulong gigabyte = (ulong)_random.Next(2) * Size1GiB.Bytes;
        ulong offset = gigabyte + (Any(s_fewLarge) * Size2MiB.Bytes) + (Any(s_fewSmall) * Size4KiB.Bytes);
        left = (2 * Size1GiB.Bytes) - offset;
        return Any(_regions) + offset;
    }

    /// <summary>A frame that lies in its gigabyte, or in its 2 MiB, as the page does, or just anywhere.</summary>
    private ulong RandomFrame(ulong address)
    {
        ulong anywhere = (ulong)_random.NextInt64(16, 1L << 27) << Size4KiB.Shift;
        ulong kept = _random.Next(5) switch { < 2 => Size1GiB.Bytes - 1, < 4 => Size2MiB.Bytes - 1, _ => 0 };
        return ((anywhere & ~kept) | (address & kept)) + Size1GiB.Bytes;
    }

    private ulong RandomLength(ulong most) => Size4KiB.Bytes * _random.Next(4) switch
    {
        0 => (ulong)_random.NextInt64(1, 1 + (long)ulong.Min(most >> Size4KiB.Shift, 5)),
        1 => (ulong)_random.NextInt64(1, 1 + (long)(most >> Size4KiB.Shift)),
        2 => ulong.Min(most, ((ulong)_random.Next(1, 4) * Size2MiB.Bytes) + Size4KiB.Bytes) >> Size4KiB.Shift,
        _ => most >> Size4KiB.Shift,
    };

    /// <summary>Mostly a page that is there, of its size; else any page of any size.</summary>
    private (ulong Address, int Level) RandomPage()
    {
        ulong address = RandomAddress(out _);
        int level = _random.Next(10) < 7 && _model.At(address).Page is { } page ? page.Level : RandomLevel();
        return (address & ~(Places<TMode>.BytesAt(level) - 1), level);
    }

    /// <summary>A page that can be split, if there is one.</summary>
    private (ulong Address, int Level) RandomLargePage()
    {
        KeyValuePair<ulong, ModelPage>[] large = [.. _model.Pages.Where(page => page.Value.Level > 1)];
        if (large.Length == 0)
        {
            return RandomPage();
        }

        KeyValuePair<ulong, ModelPage> page = Any(large);
        return (page.Key, page.Value.Level);
    }

    /// <summary>
    /// How much of a range, at least one page, a mapping would not be refused for; with attributes, equal pages are no obstacle.
    /// </summary>
    private ulong FreeLength(ulong start, ulong length, ulong frame, PageAttributes? equal)
    {
        ulong free = 0;
        foreach (ModelPiece piece in _model.PiecesOf(start, length))
        {
            if (piece.Entry.Page is { } page
                && (page.Attributes != equal
                    || page.Frame + (piece.Start & (Places<TMode>.BytesAt(page.Level) - 1)) != frame + (piece.Start - start)))
            {
                break;
            }

            free += piece.Length;
        }

        return ulong.Max(free, Size4KiB.Bytes);
    }

    /// <summary>Mostly pages that are there, one after another; else any range.</summary>
    private (ulong Start, ulong Length) RandomMappedRange()
    {
        ulong start = RandomAddress(out ulong left);
        if (_random.Next(4) == 0 || _model.At(start).Page is not { } first)
        {
            return (start, RandomLength(left));
        }

        ulong offset = start & (Places<TMode>.BytesAt(first.Level) - 1);
        ulong length = 0;
        int most = _random.Next(1, 1500);
        foreach (ModelPiece piece in _model.PiecesOf(start - offset, left + offset).Take(most))
        {
            if (piece.Entry.Page is null)
            {
                break;
            }

            length += piece.Length;
        }

        return (start - offset, length);
    }
}
