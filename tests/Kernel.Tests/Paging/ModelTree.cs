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

/// <summary>Pages by address and tables by level and address: what a tree of tables says, without any table.</summary>
/// <param name="paging">What the hardware has.</param>
public sealed class ModelTree(HardwarePaging paging)
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

            // The rest of a table of the smallest pages is looked up without coming from the root each time.
            while (entry.Level == 1 && length > 0 && (start & (BytesAt(2) - 1)) != 0)
            {
                bool mapped = _pages.TryGetValue(start, out ModelPage page);
                here = ulong.Min(BytesAt(1), length);
                yield return new ModelPiece(start, here, new ModelEntry(1, mapped ? page : null, false));
                length -= here;
                start = unchecked(start + here);
            }
        }
    }

    /// <summary>The bytes of a leaf at a level.</summary>
    public ulong BytesAt(int level) => 1UL << paging.ShiftAt(level);

    /// <summary>Whether there is a table at that level for an address.</summary>
    public bool HasTable(int level, ulong address) => _tables.ContainsKey(TableKey(level, address));

    /// <summary>The empty tables at a level that decide about a part of a range: the first address of each.</summary>
    public IEnumerable<ulong> EmptyTables(int level, ulong start, ulong last)
    {
        int shift = paging.ShiftAt(level + 1);
        return _tables
            .Where(table => table.Key.Level == level && table.Value == 0)
            .Select(table => table.Key.Prefix)
            .Where(prefix => start >> shift <= prefix && prefix <= last >> shift)
            .Select(prefix => prefix << shift)
            .ToArray();
    }

    /// <summary>Removes an empty table.</summary>
    public void RemoveTable(int level, ulong address)
    {
        _tables.Remove(TableKey(level, address));
        Use(level + 1, address, -1);
    }

    /// <summary>Changes the attributes of a page.</summary>
    public void Protect(ulong address, PageAttributes attributes) =>
        _pages[address] = _pages[address] with { Attributes = attributes };

    /// <summary>Adds a page where nothing is; the table for it is there.</summary>
    public void Add(ulong address, ModelPage page)
    {
        _pages.Add(address, page);
        if (page.Level > 1)
        {
            _largeAt.Add(address, _large.Count);
            _large.Add(address);
        }

        Use(page.Level, address, 1);
    }

    /// <summary>Removes a page.</summary>
    public void Remove(ulong address)
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

    /// <summary>Adds an empty table.</summary>
    public void AddTable(int level, ulong address)
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

    private (int Level, ulong Prefix) TableKey(int level, ulong address) =>
        (level, address >> paging.ShiftAt(level + 1));
}
