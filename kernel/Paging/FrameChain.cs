using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>Links frames that nobody walks through their own first word. The link has bit 0 clear: read as an entry, it is not present.</summary>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
internal static unsafe class FrameChain<TMemory>
    where TMemory : struct, IPhysicalMemory
{
    // SAFETY: the caller owns the frame, and no walk can reach it or every entry in it is empty.
    public static Frame<Size4KiB> Next(Frame<Size4KiB> frame) =>
        Frame<Size4KiB>.FromStart(PhysicalAddress.FromValue(*(ulong*)TMemory.PointerTo(frame.Start)));

    public static void SetNext(Frame<Size4KiB> frame, Frame<Size4KiB> next) =>
        *(ulong*)TMemory.PointerTo(frame.Start) = next.Start.Value;
}
