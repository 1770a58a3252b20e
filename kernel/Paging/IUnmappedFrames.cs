using Kernel.Addresses;

namespace Kernel.Paging;

/// <summary>Takes note of the frames that an unmapped range had, so that they can be freed after the flush.</summary>
public interface IUnmappedFrames
{
    /// <summary>Whether <see cref="Add"/> does anything. False spares the mapper from reading which frames there were.</summary>
    static abstract bool TakesNote { get; }

    /// <summary>The next frames that lie one after another, in the order of the pages that they were mapped to.</summary>
    void Add(PhysicalRange frames);
}
