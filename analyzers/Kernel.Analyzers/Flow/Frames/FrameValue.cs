namespace Kernel.Analyzers.Flow.Frames;

/// <summary>
/// A value that leads to a frame: the frame itself, its address, a pointer to it, something that wraps one of them.
/// </summary>
/// <param name="group">The values that certainly lead to the same frame share a group; 0 for values that are not followed.</param>
/// <param name="interior">Whether it may lead into the frame, or past it, rather than to its start.</param>
/// <param name="bytes">How many bytes the value covers, if it says so (a span); null if it does not or they are not known.</param>
internal readonly struct FrameValue(int group, bool interior = false, long? bytes = null)
{
    private const int NothingGroup = -1;

    public int Group { get; } = group;

    public bool Interior { get; } = interior;

    public long? Bytes { get; } = bytes;

    /// <summary>Whether it leads to a frame that is followed.</summary>
    public bool IsTracked => Group > 0;

    /// <summary>Whether it is a <c>default</c> that stands for no frame.</summary>
    public bool IsNothing => Group == NothingGroup;

    /// <summary>A value that is not followed.</summary>
    public static FrameValue Untracked => default;

    /// <summary>A <c>default</c>, a null, a zero.</summary>
    public static FrameValue Nothing => new(NothingGroup);

    public FrameValue AsInterior() => IsTracked ? new(Group, true) : this;

    /// <summary>The value, taken to lead to its frame whatever was added to it.</summary>
    public FrameValue AsWhole() => IsTracked ? new(Group) : this;

    public FrameValue Covering(long? bytes) => IsTracked ? new(Group, Interior, bytes) : this;

    public FrameValue JoinShape(FrameValue that, int group) =>
        new(group, Interior || that.Interior, Bytes == that.Bytes ? Bytes : null);

    public bool SameShape(FrameValue that) => Interior == that.Interior && Bytes == that.Bytes;
}
