using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.PhysicalMemory;

namespace Boot.Protocols;

/// <summary>Everything the loader said, copied into the image, because what it lay in is not mapped for long. Each boot protocol ends in one of these.</summary>
internal struct BootInformation
{
    /// <summary>The most entries of the memory map that are kept, with what the loader has placed among them.</summary>
    public const int MaximumRegions = 256;

    /// <summary>The most bytes of command line that are kept.</summary>
    public const int MaximumCommandLine = 1024;

    /// <summary>The most modules that are kept.</summary>
    public const int MaximumModules = 32;

    /// <summary>The most bytes of text that are kept: the command line, the loader's name and the modules' command lines together.</summary>
    public const int MaximumText = 4096;

    private RegionArray _regions;
    private int _regionCount;
    private ModuleArray _modules;
    private int _moduleCount;
    private TextBytes _text;
    private int _textLength;
    private int _commandLineStart;
    private int _commandLineLength;
    private int _loaderNameStart;
    private int _loaderNameLength;

    /// <summary>The firmware's memory map and, in the same words, what the loader has put into it. Nothing about it has been checked.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<RawMemoryRegion> Memory => ((ReadOnlySpan<RawMemoryRegion>)_regions).Slice(0, _regionCount);

    /// <summary>The command line without its terminating zero.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> CommandLine => Text(_commandLineStart, _commandLineLength);

    /// <summary>What the loader calls itself; empty when it did not say.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> LoaderName => Text(_loaderNameStart, _loaderNameLength);

    /// <summary>The files that the loader has brought along, in its order.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<LoadedModule> Modules => ((ReadOnlySpan<LoadedModule>)_modules).Slice(0, _moduleCount);

    /// <summary>The picture that the loader has set up; null when it did not say.</summary>
    public FrameBufferDescription? FrameBuffer { get; set; }

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

    /// <summary>The command line of one of <see cref="Modules"/>, without its terminating zero.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> CommandLineOf(LoadedModule module) => Text(module.TextStart, module.TextLength);

    /// <summary>Keeps the command line; false when it is longer than what can be kept.</summary>
    public bool TrySetCommandLine(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaximumCommandLine || !TryKeep(text, out _commandLineStart))
        {
            return false;
        }

        _commandLineLength = text.Length;
        return true;
    }

    /// <summary>Keeps the loader's name; false when there is no room.</summary>
    public bool TrySetLoaderName(ReadOnlySpan<byte> text)
    {
        if (!TryKeep(text, out _loaderNameStart))
        {
            return false;
        }

        _loaderNameLength = text.Length;
        return true;
    }

    /// <summary>Keeps a module and its command line; false when there is no room. Panics if it has a byte of another one.</summary>
    public bool TryAddModule(PhysicalRange range, ReadOnlySpan<byte> commandLine)
    {
        foreach (ref readonly LoadedModule other in Modules)
        {
            if (other.Range.Overlaps(range))
            {
                Panic.Raise("module at", range.Start.Value, "bytes of its own, which it can give away alone", "BootInformation.TryAddModule");
            }
        }

        if (_moduleCount == MaximumModules || !TryKeep(commandLine, out int start))
        {
            return false;
        }

        _modules[_moduleCount++] = new LoadedModule(range, start, commandLine.Length);
        return true;
    }

    private bool TryKeep(ReadOnlySpan<byte> text, out int start)
    {
        start = _textLength;
        if (!text.TryCopyTo(((Span<byte>)_text).Slice(start)))
        {
            return false;
        }

        _textLength += text.Length;
        return true;
    }

    [UnscopedRef]
    private readonly ReadOnlySpan<byte> Text(int start, int length) => ((ReadOnlySpan<byte>)_text).Slice(start, length);

    [InlineArray(MaximumRegions)]
    private struct RegionArray
    {
        private RawMemoryRegion _first;
    }

    [InlineArray(MaximumModules)]
    private struct ModuleArray
    {
        private LoadedModule _first;
    }

    [InlineArray(MaximumText)]
    private struct TextBytes
    {
        private byte _first;
    }
}
