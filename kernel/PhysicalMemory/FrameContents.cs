using System;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.PhysicalMemory;

/// <summary>The bytes inside frames.</summary>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
public static unsafe class FrameContents<TMemory>
    where TMemory : struct, IPhysicalMemory
{
    /// <summary>Zeroes all 4096 bytes of a frame that the caller owns.</summary>
    public static void Clear([Zeroes] Frame<Size4KiB> frame)
    {
        // SAFETY: the caller owns the frame, which is memory inside what TMemory reaches, and a frame is 4096 bytes long.
        new Span<byte>(TMemory.PointerTo(frame.Start), (int)Size4KiB.Bytes).Clear();
    }
}
