using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>How a frame came into a method.</summary>
internal enum FrameSourceKind
{
    /// <summary>A call handed it over dirty.</summary>
    Taken,

    /// <summary>A parameter whose contract says that it may be dirty.</summary>
    DirtyParameter,

    /// <summary>A parameter without a contract: as clean as the caller's argument.</summary>
    PlainParameter,
}

/// <summary>One place in a method where a frame comes from.</summary>
internal sealed class FrameSource(int id, FrameSourceKind kind, string name, Location location, int parameter,
    FrameSource? earlier)
{
    /// <summary>Tells sources of one analysis apart.</summary>
    public int Id { get; } = id;

    public FrameSourceKind Kind { get; } = kind;

    /// <summary>The member that handed the frame over, or the parameter.</summary>
    public string Name { get; } = name;

    /// <summary>Where it did so.</summary>
    public Location Location { get; } = location;

    /// <summary>The parameter's ordinal; -1 for a call.</summary>
    public int Parameter { get; } = parameter;

    /// <summary>
    /// The source that this stands for when its place is passed again in a loop: all frames but the last that came from there.
    /// </summary>
    public FrameSource? Newest { get; } = earlier;
}
