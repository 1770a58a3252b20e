using Kernel.Addresses;

namespace Boot.Protocols;

/// <summary>A file that the loader has put into memory beside the kernel. It stays there until it is given to the frame allocator.</summary>
/// <param name="range">Its bytes; empty for an empty file.</param>
/// <param name="textStart">Where its command line begins in the texts of <see cref="BootInformation"/>.</param>
/// <param name="textLength">How many bytes its command line has.</param>
internal readonly struct LoadedModule(PhysicalRange range, int textStart, int textLength)
{
    /// <summary>Its bytes; empty for an empty file.</summary>
    public PhysicalRange Range { get; } = range;

    /// <summary>Where its command line begins in the texts of <see cref="BootInformation"/>.</summary>
    public int TextStart { get; } = textStart;

    /// <summary>How many bytes its command line has.</summary>
    public int TextLength { get; } = textLength;
}
