using Kernel.Addresses;

namespace Kernel.Machine;

/// <summary>Where a physical address can be touched: the only passage from <see cref="PhysicalAddress"/> to a pointer.</summary>
/// <remarks>Implemented by the direct map, by a recursive map, by an array in the tests.</remarks>
public interface IPhysicalMemory
{
    /// <summary>The pointer through which the byte at <paramref name="address"/> is read and written.</summary>
    /// <remarks>It is good for the rest of the 4 KiB frame. The caller knows that the frame is memory and whose it is.</remarks>
    static abstract unsafe void* PointerTo(PhysicalAddress address);
}
