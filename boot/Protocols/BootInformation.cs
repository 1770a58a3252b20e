using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Boot.Protocols;

/// <summary>What a stretch of memory is, in the words of the firmware's map (ACPI 6.5, table 15.5).</summary>
internal enum BootMemoryKind : uint
{
    /// <summary>Memory to use.</summary>
    Usable = 1,

    /// <summary>Not memory, or not ours.</summary>
    Reserved = 2,

    /// <summary>ACPI tables: memory to use once they have been read.</summary>
    AcpiReclaimable = 3,

    /// <summary>ACPI's own memory, for sleep.</summary>
    AcpiStorage = 4,

    /// <summary>Memory that is broken.</summary>
    Unusable = 5,

    /// <summary>Memory that keeps its contents without power.</summary>
    Persistent = 7,
}

/// <summary>A stretch of physical addresses as the loader gave it: nothing about it has been checked.</summary>
/// <param name="start">The first byte.</param>
/// <param name="length">The size in bytes.</param>
/// <param name="kind">What it is; may be a number without a name.</param>
internal readonly struct BootMemoryEntry(ulong start, ulong length, BootMemoryKind kind)
{
    /// <summary>The first byte.</summary>
    public ulong Start { get; } = start;

    /// <summary>The size in bytes.</summary>
    public ulong Length { get; } = length;

    /// <summary>What it is.</summary>
    public BootMemoryKind Kind { get; } = kind;
}

/// <summary>Everything the loader said, copied into the image: what it lay in is not mapped for long. Each boot protocol ends in one of these.</summary>
internal struct BootInformation
{
    /// <summary>The most entries of the firmware's map that are kept, and the most stretches the loader may have placed.</summary>
    public const int MaximumEntries = 128;

    /// <summary>The most bytes of command line that are kept.</summary>
    public const int MaximumCommandLine = 1024;

    private EntryArray _memory;
    private int _memoryCount;
    private EntryArray _placed;
    private int _placedCount;
    private CommandLineBytes _commandLine;
    private int _commandLineLength;

    /// <summary>The firmware's map, in its order.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<BootMemoryEntry> Memory => ((ReadOnlySpan<BootMemoryEntry>)_memory).Slice(0, _memoryCount);

    /// <summary>What the loader put into memory that the map calls usable: its own structures, modules, the command line.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<BootMemoryEntry> Placed => ((ReadOnlySpan<BootMemoryEntry>)_placed).Slice(0, _placedCount);

    /// <summary>The command line without its terminating zero.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> CommandLine => ((ReadOnlySpan<byte>)_commandLine).Slice(0, _commandLineLength);

    /// <summary>How many modules the loader brought.</summary>
    public int ModuleCount { get; private set; }

    /// <summary>Where the ACPI root pointer lies in physical memory; 0 when the loader did not say.</summary>
    public ulong AcpiRootPointer { get; set; }

    /// <summary>Adds an entry of the firmware's map; false when there is no room.</summary>
    public bool TryAddMemory(BootMemoryEntry entry)
    {
        if (_memoryCount == MaximumEntries)
        {
            return false;
        }

        _memory[_memoryCount++] = entry;
        return true;
    }

    /// <summary>Adds a stretch that the loader has used; false when there is no room. An empty one is nothing to add.</summary>
    public bool TryAddPlaced(ulong start, ulong length)
    {
        if (length == 0)
        {
            return true;
        }

        if (_placedCount == MaximumEntries)
        {
            return false;
        }

        _placed[_placedCount++] = new BootMemoryEntry(start, length, BootMemoryKind.Reserved);
        return true;
    }

    /// <summary>Adds a module as a stretch that the loader has used; false when there is no room.</summary>
    public bool TryAddModule(ulong start, ulong length)
    {
        ModuleCount++;
        return TryAddPlaced(start, length);
    }

    /// <summary>Keeps the command line; false when it is longer than what can be kept.</summary>
    public bool TrySetCommandLine(ReadOnlySpan<byte> text)
    {
        if (!text.TryCopyTo(_commandLine))
        {
            return false;
        }

        _commandLineLength = text.Length;
        return true;
    }

    [InlineArray(MaximumEntries)]
    private struct EntryArray
    {
        private BootMemoryEntry _first;
    }

    [InlineArray(MaximumCommandLine)]
    private struct CommandLineBytes
    {
        private byte _first;
    }
}
