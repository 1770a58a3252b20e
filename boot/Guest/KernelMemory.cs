using Boot.Processor;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Boot.Guest;

/// <summary>The kernel's frames: out of the memory map during bring-up, out of the frame allocator afterwards.</summary>
internal static class KernelMemory
{
    private static EarlyAllocator s_early;
    private static FrameAllocator<ThisProcessor> s_frames;
    private static KernelFrames s_source;

    /// <summary>What takes frames out of the memory map, until <see cref="HandOver"/>.</summary>
    public static ref EarlyAllocator Early => ref s_early;

    /// <summary>The frame allocator, from <see cref="HandOver"/> on.</summary>
    public static ref FrameAllocator<ThisProcessor> Frames => ref s_frames;

    /// <summary>Whichever of the two is in charge.</summary>
    public static ref KernelFrames Source => ref s_source;

    /// <summary>Whether the frame allocator is in charge.</summary>
    public static bool IsHandedOver { get; private set; }

    /// <summary>Begins to take frames out of the memory map.</summary>
    /// <param name="map">The memory map, with everything reserved that is not free.</param>
    /// <param name="reach">What the boot tables show.</param>
    public static void Begin(MemoryMap map, PhysicalRange reach) => s_early = new EarlyAllocator(map, reach);

    /// <summary>Puts the frame allocator in charge of all that is left.</summary>
    /// <typeparam name="TMemory">Reaches all memory.</typeparam>
    public static FrameSetUpError HandOver<TMemory>()
        where TMemory : struct, Kernel.Machine.IPhysicalMemory
    {
        FrameSetUpError error = s_frames.SetUp<TMemory>(ref s_early);
        IsHandedOver = error == FrameSetUpError.None;
        return error;
    }
}

/// <summary>Where the kernel's page tables get their frames: from whoever is in charge in <see cref="KernelMemory"/>.</summary>
internal readonly struct KernelFrames : IFrameSource
{
    /// <inheritdoc/>
    public bool TryTake(InterruptsDisabled token, [Dirty] out Frame<Size4KiB> frame) =>
        KernelMemory.IsHandedOver ? KernelMemory.Frames.TryTake(token, out frame) : KernelMemory.Early.TryTake(token, out frame);

    /// <inheritdoc/>
    public void Return(Frame<Size4KiB> frame, InterruptsDisabled token)
    {
        if (KernelMemory.IsHandedOver)
        {
            KernelMemory.Frames.Return(frame, token);
        }
        else
        {
            KernelMemory.Early.Return(frame, token);
        }
    }
}
