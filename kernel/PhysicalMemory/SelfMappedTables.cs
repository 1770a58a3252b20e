using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.Synchronization;

namespace Kernel.PhysicalMemory;

/// <summary>Frames for page tables that are edited where their own tree shows them: out of reach first, so that the kernel's part lasts longer.</summary>
/// <remarks>A handle on its allocator: copies share it. (EYN-OS reaches tables through <c>PT_VA</c> as well as through its alias.)</remarks>
/// <typeparam name="TProcessor">The processor.</typeparam>
public readonly unsafe struct SelfMappedTables<TProcessor> : IFrameSource
    where TProcessor : struct, IProcessor
{
    private readonly FrameAllocator<TProcessor>* _frames;

    /// <summary>Takes frames from that allocator and gives them back there.</summary>
    /// <param name="frames">It is set up, and stays where it is as long as this is used.</param>
    public SelfMappedTables(FrameAllocator<TProcessor>* frames) => _frames = frames;

    /// <inheritdoc/>
    public bool TryTake(InterruptsDisabled token, [Dirty] out Frame<Size4KiB> frame)
    {
        // SAFETY: whoever made this has promised that the allocator stays there.
        return _frames->Allocate(FramePurpose.SelfMappedTable, token, out frame) == AllocationError.None;
    }

    /// <inheritdoc/>
    /// <remarks>Panics as <see cref="FrameAllocator{TProcessor}.Return"/> does.</remarks>
    public void Return(Frame<Size4KiB> frame, InterruptsDisabled token)
    {
        // SAFETY: as above.
        _frames->Return(frame, token);
    }
}
