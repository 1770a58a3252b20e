using System;
using Boot.Protocols;
using Kernel.Addresses;

namespace Boot.Processor;

/// <summary>Physical memory at its own address, as the boot tables show it.</summary>
internal readonly unsafe struct IdentityMemory : ILoaderMemory
{
    /// <inheritdoc/>
    public static bool TryRead(PhysicalAddress start, Span<byte> bytes)
    {
        PhysicalAddress end = BootTables.IdentityEnd;
        if (start >= end || (ulong)(uint)bytes.Length > end - start)
        {
            return false;
        }

        // SAFETY: the boot tables show every byte below the end that was just compared, and nobody writes there meanwhile.
        new ReadOnlySpan<byte>((void*)CheckedNarrowing.ToNative(start), bytes.Length).CopyTo(bytes);
        return true;
    }
}
