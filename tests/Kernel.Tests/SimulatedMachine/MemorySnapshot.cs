using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Addresses;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The bytes of some frames at one moment: two are equal if the frames and every byte in them are.</summary>
public sealed class MemorySnapshot : IEquatable<MemorySnapshot>
{
    private readonly SortedDictionary<ulong, byte[]> _frames = [];
    private readonly int _entryBytes;

    private MemorySnapshot(int entryBytes) => _entryBytes = entryBytes;

    /// <summary>How many frames it holds.</summary>
    public int Count => _frames.Count;

    /// <summary>Copies the frames.</summary>
    /// <param name="machine">Whose they are.</param>
    /// <param name="frames">Which.</param>
    /// <param name="withoutDirty">The entries in them whose dirty bit does not count.</param>
    public static MemorySnapshot Of(
        TestMachine machine, IEnumerable<Frame<Size4KiB>> frames, IEnumerable<PhysicalAddress> withoutDirty)
    {
        MemorySnapshot snapshot = new(machine.Paging.EntryBytes);
        foreach (Frame<Size4KiB> frame in frames)
        {
            snapshot._frames.Add(frame.Start.Value, machine.Memory.Bytes(frame).ToArray());
        }

        foreach (PhysicalAddress entry in withoutDirty)
        {
            snapshot._frames[entry.AlignDown<Size4KiB>().Value][entry.Value % Size4KiB.Bytes] &= 0xFF & ~(byte)HardwareWalk.Dirty;
        }

        return snapshot;
    }

    /// <summary>The first difference to a later snapshot in words, or null if there is none.</summary>
    public string? FirstDifference(MemorySnapshot later)
    {
        ulong? lost = _frames.Keys.Except(later._frames.Keys).Cast<ulong?>().FirstOrDefault();
        ulong? gained = later._frames.Keys.Except(_frames.Keys).Cast<ulong?>().FirstOrDefault();
        if (lost is not null || gained is not null)
        {
            return lost is null ? $"frame {gained:x} is new" : $"frame {lost:x} is gone";
        }

        foreach ((ulong start, byte[] before) in _frames)
        {
            int same = before.AsSpan().CommonPrefixLength(later._frames[start]);
            if (same < before.Length)
            {
                Range entry = new(same - (same % _entryBytes), same - (same % _entryBytes) + _entryBytes);
                return $"entry {same / _entryBytes} of frame {start:x} was {Written(before[entry])} and is {Written(later._frames[start][entry])}";
            }
        }

        return null;
    }

    private static string Written(byte[] entry)
    {
        Array.Reverse(entry);
        return Convert.ToHexString(entry).ToLowerInvariant();
    }

    /// <inheritdoc/>
    public bool Equals(MemorySnapshot? other) => other is not null && FirstDifference(other) is null;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MemorySnapshot);

    /// <inheritdoc/>
    public override int GetHashCode() => _frames.Count;
}
