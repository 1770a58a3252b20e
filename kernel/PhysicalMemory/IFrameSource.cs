using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Synchronization;

namespace Kernel.PhysicalMemory;

/// <summary>Where page tables get their frames, one 4 KiB frame at a time, and give them back.</summary>
/// <remarks>Implemented by the frame allocator, by the early allocator during bring-up, and by sources in the tests that run dry on purpose.</remarks>
public interface IFrameSource
{
    /// <summary>Takes a frame, or returns false when there is none. Its memory still holds what the last owner left there.</summary>
    bool TryTake(InterruptsDisabled token, [Dirty] out Frame<Size4KiB> frame);

    /// <summary>Gives back a frame that came from here. Nothing maps it any more, and no processor remembers that something did.</summary>
    void Return(Frame<Size4KiB> frame, InterruptsDisabled token);
}
