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

/// <summary>Random changes in random nestings of deferrals, from any processor, while all processors go on using the pages.</summary>
/// <remarks>After each outermost scope every processor must see every page as the model has it; the ledger throws for frames that come back too early.</remarks>
public sealed class FlushDeferralRun<TMode, TMemory> : IDisposable
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    private const int Processors = 3;
    private const int DeepestScope = 4;

    private readonly int _seed;
    private readonly Random _random;
    private readonly PagingMachine<TMode, TMemory> _machine;
    private readonly VirtualAddress[] _pages;
    private readonly PhysicalAddress?[] _frames;
    private readonly bool[] _writable;
    private readonly HashSet<int> _changed = [];

    private readonly int _framesBefore;

    private bool _onlyOwesForPages;

    /// <summary>A run that does the same again for the same seed.</summary>
    public FlushDeferralRun(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _machine = new PagingMachine<TMode, TMemory>(Processors, memoryBytes: 4 << 20);
        _framesBefore = _machine.Ledger.OutstandingCount;
        _pages = [.. Edges().Concat(Stretch(Places<TMode>.Low, 60)).Concat(Stretch(Places<TMode>.High, 30))];
        _frames = new PhysicalAddress?[_pages.Length];
        _writable = new bool[_pages.Length];
    }

    /// <summary>The rights of a page that may be written.</summary>
    private static PageAttributes Data => PageAttributes.KernelData.For<TMode>(Places<TMode>.Hardware.Features);

    /// <summary>The rights of a page that may not.</summary>
    private static PageAttributes Constants => PageAttributes.KernelReadOnly.For<TMode>(Places<TMode>.Hardware.Features);

    /// <summary>Opens that many outermost scopes, one after another, and takes everything apart at the end.</summary>
    public void Run(int scopes)
    {
        int scope = 0;
        try
        {
            for (; scope < scopes; scope++)
            {
                OutermostScope();
                CompareAll();
            }

            TakeApart();
        }
        catch (Exception mistake) when (mistake is XunitException or KernelPanicException or FrameMistakeException)
        {
            throw new XunitException($"seed {_seed}, scope {scope}: {mistake.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    private static IEnumerable<VirtualAddress> Edges() =>
    [
        VirtualAddress.Zero, Places<TMode>.LastOfLowerHalf(1), Places<TMode>.FirstOfUpperHalf,
        VirtualAddress.FromValue(unchecked(PagingTests<TMode, TMemory>.EndOfPages - Size4KiB.Bytes)),
    ];

    // Every third page is left out, so that there are runs and gaps; the stretch lies in two tables.
    private static IEnumerable<VirtualAddress> Stretch(VirtualAddress middle, int pages) =>
        from page in Enumerable.Range(0, pages)
        where page % 3 != 2
        select VirtualAddress.FromValue(middle.Value + ((ulong)page * Size4KiB.Bytes) - ((ulong)(pages / 2) * Size4KiB.Bytes));

    private void OutermostScope()
    {
        _machine.Machine.Enter(_random.Next(Processors));
        _machine.Machine.InvalidatesSinglePages = _random.Next(4) != 0;
        _machine.Machine.SingleInvalidationLimit = !_machine.Machine.InvalidatesSinglePages ? 1U : _random.Next(3) switch { 0 => 3U, 1 => 20U, _ => 64U };
        _changed.Clear();
        _onlyOwesForPages = _random.Next(2) == 0;
        PhysicalRange[] room = new PhysicalRange[_onlyOwesForPages ? _pages.Length : _random.Next(6)];
        ProcessorCore here = _machine.Processor;
        ProcessorCore there = _machine.Machine.Processors[(int)((here.Number + 1) % Processors)];
        (int pages, int full, int requests) = (here.PageInvalidations, here.FullInvalidations, there.RemoteInvalidations);
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = _machine.Defer(out _, room))
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = _machine.Mapper;
            Change(ref mapper, deferral, depth: 1);
        }

        if (_onlyOwesForPages)
        {
            ExpectPaid(here.PageInvalidations - pages, here.FullInvalidations - full, there.RemoteInvalidations - requests);
        }
    }

    private void ExpectPaid(int pages, int full, int requests)
    {
        bool owed = _changed.Count != 0;
        bool single = _machine.Machine.InvalidatesSinglePages && _changed.Count <= _machine.Machine.SingleInvalidationLimit;
        Assert.Equal(single ? (_changed.Count, 0) : (0, owed ? 1 : 0), (pages, full));
        Assert.Equal(owed ? 1 : 0, requests);
    }

    private void Change(
        ref PageMapper<TMode, TMemory, CountingFrames> mapper,
        scoped FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral,
        int depth)
    {
        for (int left = _random.Next(25); left > 0; left--)
        {
            int page = _random.Next(_pages.Length);
            switch (_random.Next(12))
            {
                case 0 when depth < DeepestScope:
                    using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> inner = deferral.Nest())
                    {
                        Change(ref mapper, inner, depth + 1);
                    }

                    break;
                case 1 when !_onlyOwesForPages:
                    deferral.TakeOver(mapper.ReclaimEmptyTables(_random.Next(2) == 0 ? Places<TMode>.LowerHalf : Places<TMode>.UpperHalf));
                    break;
                case 2 or 3:
                    Protect(ref mapper, deferral, page);
                    break;
                case 4 or 5 or 6:
                    Unmap(ref mapper, deferral, page);
                    break;
                case 7 or 8 or 9 when !_onlyOwesForPages:
                    Map(ref mapper, deferral, page);
                    break;
                case 10 when _random.Next(4) == 0:
                    return;
                default:
                    _machine.Machine.Processors[_random.Next(Processors)].Write(_pages[page]);
                    break;
            }
        }
    }

    private void Map(
        ref PageMapper<TMode, TMemory, CountingFrames> mapper,
        scoped FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral,
        int page)
    {
        if (_frames[page] is null && _machine.Frames.TryTake(_machine.Token, out Frame<Size4KiB> frame))
        {
            _writable[page] = _random.Next(2) == 0;
            _frames[page] = frame.Start;
            PageAttributes attributes = _writable[page] ? Data : Constants;
            Assert.Equal(MapError.None, deferral.TakeOver(mapper.Map(Page<Size4KiB>.FromStart(_pages[page]), frame, attributes)));
        }
    }

    private void Unmap(
        ref PageMapper<TMode, TMemory, CountingFrames> mapper,
        scoped FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral,
        int page)
    {
        bool mapped = _frames[page] is not null;
        UnmapError error = _random.Next(2) == 0
            ? mapper.Unmap(Page<Size4KiB>.FromStart(_pages[page]), deferral)
            : mapper.UnmapRange(VirtualRange.FromStart(_pages[page], Size4KiB.Bytes), deferral);
        Assert.Equal(mapped ? UnmapError.None : UnmapError.NotMapped, error);
        _frames[page] = null;
        NoteChange(page, mapped);
    }

    private void Protect(
        ref PageMapper<TMode, TMemory, CountingFrames> mapper,
        scoped FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral,
        int page)
    {
        bool mapped = _frames[page] is not null;
        bool writable = _random.Next(2) == 0;
        ProtectError error = deferral.TakeOver(mapper.Protect(Page<Size4KiB>.FromStart(_pages[page]), writable ? Data : Constants));
        Assert.Equal(mapped ? ProtectError.None : ProtectError.NotMapped, error);
        _writable[page] = mapped ? writable : _writable[page];
        NoteChange(page, mapped);
    }

    private void NoteChange(int page, bool changed)
    {
        if (changed)
        {
            _changed.Add(page);
        }
    }

    private void CompareAll()
    {
        foreach (ProcessorCore processor in _machine.Machine.Processors)
        {
            for (int page = 0; page < _pages.Length; page++)
            {
                AccessResult read = processor.Read(_pages[page]);
                Assert.Equal(_frames[page], read.Succeeded ? read.Address : null);
                Assert.Equal(_frames[page] is not null && _writable[page], processor.Write(_pages[page]).Succeeded);
            }
        }
    }

    private void TakeApart()
    {
        using (FlushDeferral<SimulatedProcessor, TMemory, CountingFrames> deferral = _machine.Defer(out _))
        {
            PageMapper<TMode, TMemory, CountingFrames> mapper = _machine.Mapper;
            for (int page = 0; page < _pages.Length; page++)
            {
                Unmap(ref mapper, deferral, page);
            }

            deferral.TakeOver(mapper.ReclaimEmptyTables(Places<TMode>.LowerHalf));
            deferral.TakeOver(mapper.ReclaimEmptyTables(Places<TMode>.UpperHalf));
        }

        Assert.Equal(_framesBefore, _machine.Ledger.OutstandingCount);
    }
}
