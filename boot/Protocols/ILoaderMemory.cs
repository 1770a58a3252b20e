using System;
using Kernel.Addresses;

namespace Boot.Protocols;

/// <summary>Where what the loader has left can be read before there is a memory map: under the boot tables, or in a test's array.</summary>
internal interface ILoaderMemory
{
    /// <summary>Copies as many bytes as <paramref name="bytes"/> has from <paramref name="start"/> on; false when not all of them can be read.</summary>
    static abstract bool TryRead(PhysicalAddress start, Span<byte> bytes);
}
