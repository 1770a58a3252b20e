using Kernel.Addresses;

namespace Boot.Protocols;

/// <summary>The picture that the loader has set up, row after row from <see cref="Range"/>'s start.</summary>
internal readonly struct FrameBufferDescription
{
    /// <summary>Where it lies: <see cref="Pitch"/> times <see cref="Height"/> bytes, often above all memory.</summary>
    public required PhysicalRange Range { get; init; }

    /// <summary>The bytes from one row to the next.</summary>
    public required uint Pitch { get; init; }

    /// <summary>Pixels, or characters, in a row.</summary>
    public required uint Width { get; init; }

    /// <summary>The number of rows.</summary>
    public required uint Height { get; init; }

    /// <summary>The bits of a pixel, or of a character with its attributes.</summary>
    public required byte BitsPerPixel { get; init; }

    /// <summary>What a pixel's bits mean.</summary>
    public required FrameBufferKind Kind { get; init; }
}
