using Kernel.Addresses;

namespace Kernel.Paging;

/// <summary>For ranges whose frames the caller knows, or that are no memory: nothing is noted.</summary>
public readonly struct IgnoredFrames : IUnmappedFrames
{
    /// <inheritdoc/>
    public static bool TakesNote => false;

    /// <inheritdoc/>
    public void Add(PhysicalRange frames)
    {
    }
}
