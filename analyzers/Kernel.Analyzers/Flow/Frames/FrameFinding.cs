using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>A frame that the walker can reach before it is zeroed, or a contract that a body does not keep.</summary>
internal sealed class FrameFinding(Location location, string frame, string link, string path, ImmutableArray<Location> history,
    bool isBrokenContract, bool canZeroBefore, FrameLinkKind kind = FrameLinkKind.Table)
{
    /// <summary>The argument at the link, or the parameter with the contract.</summary>
    public Location Location { get; } = location;

    /// <summary>The frame as the code names it.</summary>
    public string Frame { get; } = frame;

    /// <summary>What makes it reachable, or whose contract it is.</summary>
    public string Link { get; } = link;

    /// <summary>On which path, as the end of a sentence.</summary>
    public string Path { get; } = path;

    /// <summary>Where the frame came from, and where a called method links it.</summary>
    public ImmutableArray<Location> History { get; } = history;

    /// <summary>Who can reach the frame then.</summary>
    public FrameLinkKind Kind { get; } = kind;

    /// <summary>Whether a <c>[Zeroes]</c> contract is broken, rather than a frame linked.</summary>
    public bool IsBrokenContract { get; } = isBrokenContract;

    /// <summary>
    /// Whether zeroing the frame before the link would settle it: not if it is zeroed afterwards, for that would have to move.
    /// </summary>
    public bool CanZeroBefore { get; } = canZeroBefore;
}
