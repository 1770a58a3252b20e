namespace Kernel.PhysicalMemory;

/// <summary>What is known about an allocation.</summary>
public readonly struct FrameDescription
{
    internal FrameDescription(in FrameMetadata metadata)
    {
        References = metadata.References;
        Frames = metadata.Frames;
        Purpose = metadata.Purpose;
        Owner = metadata.Owner;
    }

    /// <summary>How many hold it.</summary>
    public uint References { get; }

    /// <summary>How many 4 KiB frames it has.</summary>
    public uint Frames { get; }

    /// <summary>What it is used for.</summary>
    public FramePurpose Purpose { get; }

    /// <summary>Whose it is.</summary>
    public FrameOwner Owner { get; }
}
