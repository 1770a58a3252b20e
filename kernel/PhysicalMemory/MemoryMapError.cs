using Kernel.Contracts;

namespace Kernel.PhysicalMemory;

/// <summary>Why a memory map was refused, or a change to one. A map that refused a change is as it was before.</summary>
[MustUse]
public enum MemoryMapError
{
    /// <summary>No error.</summary>
    None,

    /// <summary>An entry ends below its start. It may have meant any memory, so none of the map can be trusted; <see cref="MemoryMapReport.FaultyEntry"/> names it.</summary>
    WrappedLength,

    /// <summary>The storage has no room for so many regions.</summary>
    TooManyRegions,

    /// <summary>No whole frame is usable.</summary>
    NoUsableMemory,
}
