using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Kernel.PhysicalMemory;

namespace Boot.Protocols;

/// <summary>Everything the loader said, copied into the image, because what it lay in is not mapped for long. Each boot protocol ends in one of these.</summary>
internal struct BootInformation
{
    /// <summary>The most entries of the memory map that are kept, with what the loader has placed among them.</summary>
    public const int MaximumRegions = 256;

    /// <summary>The most bytes of command line that are kept.</summary>
    public const int MaximumCommandLine = 1024;

    private RegionArray _regions;
    private int _regionCount;
    private CommandLineBytes _commandLine;
    private int _commandLineLength;

    /// <summary>The firmware's memory map and, in the same words, what the loader has put into it. Nothing about it has been checked.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<RawMemoryRegion> Memory => ((ReadOnlySpan<RawMemoryRegion>)_regions).Slice(0, _regionCount);

    /// <summary>The command line without its terminating zero.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> CommandLine => ((ReadOnlySpan<byte>)_commandLine).Slice(0, _commandLineLength);

    /// <summary>Where the ACPI root pointer lies in physical memory; 0 when the loader did not say.</summary>
    public ulong AcpiRootPointer { get; set; }

    /// <summary>Adds a region; false when there is no room.</summary>
    public bool TryAdd(RawMemoryRegion region)
    {
        if (_regionCount == MaximumRegions)
        {
            return false;
        }

        _regions[_regionCount++] = region;
        return true;
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

    [InlineArray(MaximumRegions)]
    private struct RegionArray
    {
        private RawMemoryRegion _first;
    }

    [InlineArray(MaximumCommandLine)]
    private struct CommandLineBytes
    {
        private byte _first;
    }
}
