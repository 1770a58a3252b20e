using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Paging;

/// <summary>A page in the model.</summary>
/// <param name="Level">The level of its leaf.</param>
/// <param name="Frame">The first physical byte.</param>
/// <param name="Attributes">Rights and cache type.</param>
public readonly record struct ModelPage(int Level, ulong Frame, PageAttributes Attributes);

/// <summary>What lies at an address: a page, a table that smaller pages go into, or nothing.</summary>
/// <param name="Level">The level of the entry that decides.</param>
/// <param name="Page">The page, if there is one.</param>
/// <param name="IsTable">Whether there is a table instead.</param>
public readonly record struct ModelEntry(int Level, ModelPage? Page, bool IsTable);

/// <summary>The first part of a range that one entry decides about.</summary>
/// <param name="Start">Its first address.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Entry">What lies there.</param>
public readonly record struct ModelPiece(ulong Start, ulong Length, ModelEntry Entry);

/// <summary>
/// What the mapper should do, said with two dictionaries: the pages by address, the tables by level and address.
/// </summary>
/// <remarks>Every operation first says which error it expects, and changes the dictionaries only if that is none.</remarks>
/// <param name="paging">What the hardware has.</param>
/// <param name="kernelStart">The first address of the kernel's part.</param>
/// <param name="fixedRoot">Whether the root entries of that part are fixed.</param>
public sealed class MappingModel(HardwarePaging paging, ulong kernelStart, bool fixedRoot)
{
    private readonly Dictionary<ulong, ModelPage> _pages = [];

    // The large ones among them, in an order that only depends on what was done, and where each is in it.
    private readonly List<ulong> _large = [];
    private readonly Dictionary<ulong, int> _largeAt = [];

    // How many entries of each table are in use.
    private readonly Dictionary<(int Level, ulong Prefix), int> _tables = [];

    /// <summary>The pages by their first address.</summary>
    public IReadOnlyDictionary<ulong, ModelPage> Pages => _pages;

    /// <summary>The first addresses of those that can be split.</summary>
    public IReadOnlyList<ulong> LargePages => _large;

    /// <summary>How many tables there are below the root.</summary>
    public int TableCount => _tables.Count;

    /// <summary>Adds the tables right below the root that decide about a range and that nothing is in yet.</summary>
    public void Populate(ulong start, ulong length)
    {
        for (ulong done = 0; done < length; done += BytesAt(paging.Levels))
        {
            if (!_tables.ContainsKey(TableKey(paging.Levels - 1, start + done)))
            {
                AddTable(paging.Levels - 1, start + done);
            }
        }
    }

    /// <summary>Adds a page in the root itself, before its entries are fixed.</summary>
    public void AddRootLeaf(ulong address, ulong frame, PageAttributes attributes) =>
        Add(address, new ModelPage(paging.Levels, frame, attributes));

    /// <summary>What lies at an address, seen from the root down to <paramref name="target"/>.</summary>
    public ModelEntry At(ulong address, int target = 1)
    {
        for (int level = paging.Levels; ; level--)
        {
            if (paging.HasLeavesAt(level) && _pages.TryGetValue(address & ~(BytesAt(level) - 1), out ModelPage page) && page.Level == level)
            {
                return new ModelEntry(level, page, false);
            }

            bool table = level > 1 && _tables.ContainsKey(TableKey(level - 1, address));
            if (level == target || !table)
            {
                return new ModelEntry(level, null, table);
            }
        }
    }

    /// <summary>Maps one page, if there are frames enough for the tables.</summary>
    public MapError Map(int level, ulong address, ulong frame, ModelRights rights, int frames)
    {
        PageAttributes attributes = rights.Attributes;
        if (!paging.HasLeavesAt(level))
        {
            return MapError.PageSizeUnsupported;
        }

        if (rights.AreRefused)
        {
            return rights.Refusal;
        }

        ModelEntry found = At(address, level);
        MapError error = found switch
        {
            { Page: not null } when found.Level > level => MapError.CoveredByLargerPage,
            { Page: not null } => MapError.AlreadyMapped,
            { IsTable: true } => MapError.SmallerPagesBelow,
            _ when (found.Level == paging.Levels && IsFixed(address)) || (attributes.IsUser && IsFixedAgainstUser(address)) => MapError.RootEntryFixed,
            _ when found.Level - level > frames => MapError.OutOfFrames,
            _ => MapError.None,
        };
        if (error == MapError.None)
        {
            Fill(found.Level, new ModelPiece(address, BytesAt(level), default), frame, attributes, level);
        }

        return error;
    }

    /// <summary>Maps a range; pages that are there already are refused, or kept if they are equal.</summary>
    public MapError MapRange(ulong start, ulong length, ulong frame, ModelRights rights, bool keepIfEqual, int frames)
    {
        PageAttributes attributes = rights.Attributes;
        if (rights.AreRefused)
        {
            return rights.Refusal;
        }

        if (attributes.IsUser && IsFixedAgainstUser(start))
        {
            return MapError.RootEntryFixed;
        }

        List<ModelPiece> missing = [];
        long tables = 0;
        foreach (ModelPiece piece in PiecesOf(start, length))
        {
            if (piece.Entry.Page is { } page)
            {
                if (!keepIfEqual)
                {
                    return piece.Length == BytesAt(page.Level) ? MapError.AlreadyMapped : MapError.CoveredByLargerPage;
                }

                ulong shown = page.Frame + (piece.Start & (BytesAt(page.Level) - 1));
                if (shown != frame + (piece.Start - start) || page.Attributes != attributes)
                {
                    return MapError.MappedDifferently;
                }
            }
            else if (piece.Entry.Level == paging.Levels && IsFixed(piece.Start))
            {
                return MapError.RootEntryFixed;
            }
            else
            {
                missing.Add(piece);
                tables += TablesFor(piece.Entry.Level, piece.Start, piece.Length, frame + (piece.Start - start));
            }
        }

        if (tables > frames)
        {
            return MapError.OutOfFrames;
        }

        foreach (ModelPiece piece in missing)
        {
            Fill(piece.Entry.Level, piece, frame + (piece.Start - start), attributes, null);
        }

        return MapError.None;
    }

    /// <summary>Removes one page.</summary>
    public UnmapError Unmap(int level, ulong address)
    {
        UnmapError error = WhyNoPage(level, address);
        if (error == UnmapError.None)
        {
            Remove(address);
        }

        return error;
    }

    /// <summary>Gives one page other attributes.</summary>
    public ProtectError Protect(int level, ulong address, ModelRights rights)
    {
        if (rights.AreRefused)
        {
            return Enum.Parse<ProtectError>(rights.Refusal.ToString());
        }

        UnmapError error = WhyNoPage(level, address);
        if (error == UnmapError.None && rights.Attributes.IsUser && IsFixedAgainstUser(address))
        {
            return ProtectError.RootEntryFixed;
        }

        if (error == UnmapError.None)
        {
            _pages[address] = _pages[address] with { Attributes = rights.Attributes };
        }

        return Enum.Parse<ProtectError>(error.ToString());
    }

    /// <summary>Replaces one page by smaller ones.</summary>
    public SplitError Split(int level, ulong address, int frames)
    {
        if (level == 1 || level > paging.Levels)
        {
            return SplitError.PageSizeUnsupported;
        }

        UnmapError error = WhyNoPage(level, address);
        if (error != UnmapError.None)
        {
            return Enum.Parse<SplitError>(error.ToString());
        }

        if (frames < 1)
        {
            return SplitError.OutOfFrames;
        }

        ModelPage whole = _pages[address];
        Remove(address);
        AddTable(level - 1, address);
        for (ulong part = 0; part < (ulong)paging.EntriesAt(level - 1); part++)
        {
            ulong offset = part * BytesAt(level - 1);
            Add(address + offset, new ModelPage(level - 1, whole.Frame + offset, whole.Attributes));
        }

        return SplitError.None;
    }

    /// <summary>Removes every page of a range.</summary>
    public UnmapError UnmapRange(ulong start, ulong length)
    {
        UnmapError error = FindPages(start, length, out List<ModelPiece> pieces);
        if (error == UnmapError.None)
        {
            pieces.ForEach(piece => Remove(piece.Start));
        }

        return error;
    }

    /// <summary>Gives every page of a range other attributes.</summary>
    public ProtectError ProtectRange(ulong start, ulong length, ModelRights rights)
    {
        PageAttributes attributes = rights.Attributes;
        if (rights.AreRefused)
        {
            return Enum.Parse<ProtectError>(rights.Refusal.ToString());
        }

        UnmapError error = FindPages(start, length, out List<ModelPiece> pieces);
        if (error == UnmapError.None && attributes.IsUser && IsFixedAgainstUser(start))
        {
            return ProtectError.RootEntryFixed;
        }

        if (error == UnmapError.None)
        {
            pieces.ForEach(piece => _pages[piece.Start] = _pages[piece.Start] with { Attributes = attributes });
        }

        return Enum.Parse<ProtectError>(error.ToString());
    }

    /// <summary>Removes the empty tables that decide about a part of the range; returns how many there were.</summary>
    public int Reclaim(ulong start, ulong length)
    {
        int before = _tables.Count;
        ulong last = start + (length - 1);
        for (int level = 1; level < paging.Levels; level++)
        {
            int shift = paging.ShiftAt(level + 1);
            foreach ((int Level, ulong Prefix) key in _tables
                .Where(table => table.Key.Level == level && table.Value == 0)
                .Select(table => table.Key)
                .Where(key => start >> shift <= key.Prefix && key.Prefix <= last >> shift)
                .ToArray())
            {
                if (level < paging.Levels - 1 || !IsFixed(key.Prefix << shift))
                {
                    _tables.Remove(key);
                    Use(level + 1, key.Prefix << shift, -1);
                }
            }
        }

        return before - _tables.Count;
    }

    /// <summary>The parts of a range that one entry each decides about.</summary>
    public IEnumerable<ModelPiece> PiecesOf(ulong start, ulong length)
    {
        while (length > 0)
        {
            ModelEntry entry = At(start);
            ulong left = BytesAt(entry.Level) - (start & (BytesAt(entry.Level) - 1));
            ulong here = ulong.Min(left, length);
            yield return new ModelPiece(start, here, entry);
            length -= here;
            start = unchecked(start + here);
        }
    }

    private ulong BytesAt(int level) => 1UL << paging.ShiftAt(level);

    private (int Level, ulong Prefix) TableKey(int level, ulong address) =>
        (level, address >> paging.ShiftAt(level + 1));

    // Root entries of PAE have no rights: nothing in them closes the kernel's part to ring 3.
    private bool IsFixedAgainstUser(ulong address) => IsFixed(address) && !paging.KeepsRootEntries;

    private bool IsFixed(ulong address) => fixedRoot && address >= kernelStart;

    private bool FitsAsPage(int level, ulong length, ulong frame) =>
        length == BytesAt(level) && (frame & (length - 1)) == 0 && paging.HasLeavesAt(level);

    private UnmapError WhyNoPage(int level, ulong address) => At(address, level) switch
    {
        _ when level > paging.Levels => UnmapError.NotMapped,
        _ when level == paging.Levels && IsFixed(address) => UnmapError.RootEntryFixed,
        { Page: not null } found when found.Level > level => UnmapError.CoveredByLargerPage,
        { Page: not null } => UnmapError.None,
        { IsTable: true } => UnmapError.SmallerPagesBelow,
        _ => UnmapError.NotMapped,
    };

    private UnmapError FindPages(ulong start, ulong length, out List<ModelPiece> pieces)
    {
        pieces = [];
        foreach (ModelPiece piece in PiecesOf(start, length))
        {
            if (piece.Entry.Page is null)
            {
                return UnmapError.NotMapped;
            }

            if (piece.Length != BytesAt(piece.Entry.Level))
            {
                return UnmapError.CoveredByLargerPage;
            }

            if (piece.Entry.Level == paging.Levels && IsFixed(piece.Start))
            {
                return UnmapError.RootEntryFixed;
            }

            pieces.Add(piece);
        }

        return UnmapError.None;
    }

    /// <summary>How many tables an empty entry needs below it.</summary>
    private long TablesFor(int level, ulong start, ulong length, ulong frame)
    {
        if (level == 1 || FitsAsPage(level, length, frame))
        {
            return 0;
        }

        long tables = 1;
        for (ulong done = 0; level > 2 && done < length;)
        {
            ulong here = ulong.Min(BytesAt(level - 1) - ((start + done) & (BytesAt(level - 1) - 1)), length - done);
            tables += TablesFor(level - 1, start + done, here, frame + done);
            done += here;
        }

        return tables;
    }

    /// <summary>
    /// Fills an empty entry at <paramref name="level"/> with the largest pages that fit, or with pages of one size.
    /// </summary>
    private void Fill(int level, ModelPiece piece, ulong frame, PageAttributes attributes, int? only)
    {
        if (only is null ? level == 1 || FitsAsPage(level, piece.Length, frame) : level == only)
        {
            Add(piece.Start, new ModelPage(level, frame, attributes));
            return;
        }

        AddTable(level - 1, piece.Start);
        for (ulong done = 0; done < piece.Length;)
        {
            ulong start = piece.Start + done;
            ulong here = ulong.Min(BytesAt(level - 1) - (start & (BytesAt(level - 1) - 1)), piece.Length - done);
            Fill(level - 1, new ModelPiece(start, here, default), frame + done, attributes, only);
            done += here;
        }
    }

    private void Add(ulong address, ModelPage page)
    {
        _pages.Add(address, page);
        if (page.Level > 1)
        {
            _largeAt.Add(address, _large.Count);
            _large.Add(address);
        }

        Use(page.Level, address, 1);
    }

    private void Remove(ulong address)
    {
        _pages.Remove(address, out ModelPage page);
        if (page.Level > 1)
        {
            _largeAt.Remove(address, out int index);
            ulong last = _large[^1];
            _large.RemoveAt(_large.Count - 1);
            if (last != address)
            {
                _large[index] = last;
                _largeAt[last] = index;
            }
        }

        Use(page.Level, address, -1);
    }

    private void AddTable(int level, ulong address)
    {
        _tables.Add(TableKey(level, address), 0);
        Use(level + 1, address, 1);
    }

    private void Use(int level, ulong address, int change)
    {
        if (level < paging.Levels)
        {
            _tables[TableKey(level, address)] += change;
        }
    }
}
