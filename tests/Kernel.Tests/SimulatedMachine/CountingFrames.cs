using Kernel.Addresses;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>A frame source that hands out dirty frames of the simulated memory and remembers who has what.</summary>
/// <remarks>It is a handle on its <see cref="Ledger"/>: copies share it.</remarks>
public readonly struct CountingFrames(FrameLedger ledger) : IFrameSource
{
    /// <summary>Hands out all of the memory of <paramref name="machine"/>, or what of it lies in <paramref name="range"/>.</summary>
    /// <param name="machine">Whose memory.</param>
    /// <param name="limit">How many frames may be taken before the source runs dry; returning does not refill it.</param>
    /// <param name="range">Which part of the memory; all of it when not given.</param>
    public static CountingFrames Of(TestMachine machine, int limit = int.MaxValue, PhysicalRange? range = null) =>
        new(new FrameLedger(machine, range ?? machine.Memory.Range, limit));

    /// <summary>What was taken and returned.</summary>
    public FrameLedger Ledger => ledger;

    /// <inheritdoc/>
    public bool TryTake(InterruptsDisabled token, out Frame<Size4KiB> frame) => ledger.TryTake(out frame);

    /// <inheritdoc/>
    public void Return(Frame<Size4KiB> frame, InterruptsDisabled token) => ledger.Return(frame);
}
