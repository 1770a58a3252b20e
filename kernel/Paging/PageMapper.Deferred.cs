using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Paging;

/// <content>Unmapping inside a deferral, which takes over the flush and the frames together, so that neither is forgotten or comes first.</content>
public ref partial struct PageMapper<TMode, TMemory, TFrames>
{
    /// <summary>Removes the mapping of a page. Its frame goes back to where it came from after the deferral's flush.</summary>
    /// <param name="page">Mapped to a frame that was taken by itself from where the deferral gives it back, and that nothing else maps.</param>
    /// <param name="deferral">Takes over what is owed, and the frame. Nothing if the call is refused.</param>
    [MustUse]
    public UnmapError Unmap<TProcessor>(Page<Size4KiB> page, scoped FlushDeferral<TProcessor, TMemory, TFrames> deferral)
        where TProcessor : struct, IProcessor
    {
        UnmapError error = deferral.TakeOver(Unmap(page, out Frame<Size4KiB> frame));
        if (error == UnmapError.None)
        {
            deferral.Release(frame);
        }

        return error;
    }

    /// <summary>Removes the mappings of a range. Its frames go back to where they came from after the deferral's flush.</summary>
    /// <param name="pages">
    /// Start and length are multiples of 4 KiB; mapped to frames that were taken, each by itself, from where the deferral gives
    /// them back, and that nothing else maps.
    /// </param>
    /// <param name="deferral">Takes over what is owed, and the frames. Nothing if the call is refused.</param>
    [MustUse]
    public readonly UnmapError UnmapRange<TProcessor>(VirtualRange pages, scoped FlushDeferral<TProcessor, TMemory, TFrames> deferral)
        where TProcessor : struct, IProcessor => deferral.TakeOver(UnmapRange(pages, ref deferral));
}
