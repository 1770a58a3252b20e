using System;
using Boot.Protocols;
using Kernel.Addresses;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Protocols;

/// <summary>What the boot tables show of a simulated machine: the memory of the test that runs on this thread.</summary>
internal readonly struct LoaderMemory : ILoaderMemory
{
    [ThreadStatic]
    private static MemoryArray? s_memory;

    /// <summary>Shows that memory from now on.</summary>
    public static void Show(MemoryArray memory) => s_memory = memory;

    /// <inheritdoc/>
    public static bool TryRead(PhysicalAddress start, Span<byte> bytes)
    {
        PhysicalRange shown = s_memory!.Range;
        if (start < shown.Start || start > shown.End || (ulong)bytes.Length > shown.End - start)
        {
            return false;
        }

        s_memory.Bytes(PhysicalRange.FromStart(start, (ulong)bytes.Length)).CopyTo(bytes);
        return true;
    }
}
