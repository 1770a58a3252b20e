using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>A processor's TLB and paging-structure caches. They keep everything until they are told to forget it, however stale.</summary>
/// <remarks>Intel SDM volume 3A, 4.10. A real one may forget at any time, which hides a missing invalidation; this one never does.</remarks>
/// <param name="machine">The machine, whose paging mode says which addresses a table translates.</param>
public sealed class TranslationCaches(TestMachine machine)
{
    // The base-2 logarithms of the page sizes that were ever cached.
    private int[] _shifts = [];
    private readonly Dictionary<(ulong Page, int Shift), CachedTranslation> _translations = [];
    private readonly Dictionary<(ulong Prefix, int Level), CachedTable> _tables = [];

    /// <summary>How many translations are cached.</summary>
    public int TranslationCount => _translations.Count;

    /// <summary>How many table addresses are cached.</summary>
    public int TableCount => _tables.Count;

    /// <summary>Looks a translation up.</summary>
    public bool TryFind(VirtualAddress address, out CachedTranslation translation)
    {
        foreach (int shift in _shifts)
        {
            if (_translations.TryGetValue((address.Value >> shift, shift), out translation))
            {
                return true;
            }
        }

        translation = default;
        return false;
    }

    /// <summary>Looks up the table that translates <paramref name="address"/> at <paramref name="level"/>.</summary>
    public bool TryFindTable(VirtualAddress address, int level, out CachedTable table) =>
        _tables.TryGetValue(KeyOf(address, level), out table);

    /// <summary>Keeps a translation.</summary>
    public void Keep(VirtualAddress address, CachedTranslation translation)
    {
        if (Array.IndexOf(_shifts, translation.Shift) < 0)
        {
            _shifts = [.. _shifts, translation.Shift];
        }

        _translations[(address.Value >> translation.Shift, translation.Shift)] = translation;
    }

    /// <summary>Keeps the address of the table that translates <paramref name="address"/> at <paramref name="level"/>.</summary>
    public void KeepTable(VirtualAddress address, int level, CachedTable table) =>
        _tables[KeyOf(address, level)] = table;

    /// <summary>INVLPG: the translations of that page, global or not, and every cached table.</summary>
    public void ForgetPage(VirtualAddress address)
    {
        foreach (int shift in _shifts)
        {
            _translations.Remove((address.Value >> shift, shift));
        }

        _tables.Clear();
    }

    /// <summary>What a page fault at <paramref name="address"/> forgets (Intel SDM volume 3A, 4.10.4.1).</summary>
    public void ForgetFaulted(VirtualAddress address)
    {
        foreach (int shift in _shifts)
        {
            _translations.Remove((address.Value >> shift, shift));
        }

        for (int level = 1; level < machine.Paging.Levels; level++)
        {
            _tables.Remove(KeyOf(address, level));
        }
    }

    /// <summary>MOV to CR3: every translation that is not global, and every cached table.</summary>
    public void ForgetNotGlobal()
    {
        foreach ((ulong Page, int Shift) key in _translations.Where(pair => !pair.Value.Global).Select(pair => pair.Key).ToArray())
        {
            _translations.Remove(key);
        }

        _tables.Clear();
    }

    /// <summary>Everything.</summary>
    public void ForgetAll()
    {
        _translations.Clear();
        _tables.Clear();
    }

    /// <summary>Whether a translation into the frame, but for windows, or its use as a table is still remembered.</summary>
    public bool Remembers(Frame<Size4KiB> frame) =>
        _tables.Values.Any(table => table.Table == frame.Start)
        || _translations.Any(pair => pair.Value.Start.Value >> pair.Key.Shift == frame.Start.Value >> pair.Key.Shift && !IsWindow(pair.Key));

    private bool IsWindow((ulong Page, int Shift) key) =>
        (key.Page << key.Shift) - machine.Windows.Start.Value < machine.Windows.Length;

    private (ulong Prefix, int Level) KeyOf(VirtualAddress address, int level) =>
        (address.Value >> machine.Paging.ShiftAt(level + 1), level);
}
