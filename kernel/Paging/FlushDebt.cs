using Kernel.Machine;

namespace Kernel.Paging;

/// <summary>Where the outermost <see cref="FlushDeferral{TProcessor, TMemory, TFrames}"/> keeps what is owed: a local variable beside it.</summary>
/// <remarks>
/// It lives on a stack, so it is one processor's, and as long as the deferral's token lives nothing interrupts that. Whoever is to
/// defer into it must be given the deferral: there is none that everybody shares.
/// </remarks>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
public ref struct FlushDebt<TMemory>
    where TMemory : struct, IPhysicalMemory
{
    internal DeferredWork<TMemory> Work;
}
