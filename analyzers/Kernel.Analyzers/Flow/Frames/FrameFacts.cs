using System.Collections.Immutable;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>What is known about the frame behind a value.</summary>
/// <param name="sources">The sources that it may have come from.</param>
/// <param name="dirty">Those of them from which it may have come without having been zeroed since.</param>
/// <param name="other">Whether it may be something that is not followed.</param>
/// <param name="partly">Whether a part of it was zeroed on some path.</param>
/// <param name="zeroed">Whether all of it was zeroed on some path.</param>
internal readonly struct FrameFacts(ImmutableSortedSet<int> sources, ImmutableSortedSet<int> dirty, bool other, bool partly,
    bool zeroed)
{
    public ImmutableSortedSet<int> Sources { get; } = sources;

    public ImmutableSortedSet<int> Dirty { get; } = dirty;

    public bool Other { get; } = other;

    public bool Partly { get; } = partly;

    public bool Zeroed { get; } = zeroed;

    /// <summary>Nothing that is followed.</summary>
    public static FrameFacts Untracked { get; } = new([], [], true, false, false);

    /// <summary>No frame at all: a <c>default</c> that stands for "none".</summary>
    public static FrameFacts Nothing { get; } = new([], [], false, false, false);

    /// <summary>Fresh from one source.</summary>
    public static FrameFacts From(int source, bool dirty) => new([source], dirty ? [source] : [], false, false, !dirty);

    public FrameFacts Join(FrameFacts that) => new(
        Sources.Union(that.Sources),
        Dirty.Union(that.Dirty),
        Other || that.Other,
        Partly || that.Partly,
        Zeroed || that.Zeroed);

    /// <summary>All of it has just been zeroed.</summary>
    public FrameFacts AfterZeroing() => new(Sources, [], Other, false, true);

    /// <summary>A part of it has just been zeroed.</summary>
    public FrameFacts AfterPart() => new(Sources, Dirty, Other, true, Zeroed);

    /// <summary>It was handed to something that may have zeroed it or not.</summary>
    public FrameFacts Undecided() => new(Sources, [], true, Partly, Zeroed);

    /// <summary>The one frame that came from <paramref name="source"/> has been zeroed.</summary>
    public FrameFacts Without(int source) => new(Sources, Dirty.Remove(source), Other, Partly, Zeroed || Dirty.Contains(source));

    /// <summary>
    /// The place of <paramref name="newest"/> is passed again: what came from it before is now one of the earlier ones.
    /// </summary>
    public FrameFacts Aged(int newest, int earlier) => !Sources.Contains(newest)
        ? this
        : new(
            Sources.Remove(newest).Add(earlier),
            Dirty.Contains(newest) ? Dirty.Remove(newest).Add(earlier) : Dirty,
            Other,
            Partly,
            Zeroed);

    public bool SameAs(FrameFacts that) =>
        Other == that.Other && Partly == that.Partly && Zeroed == that.Zeroed
        && Sources.SetEquals(that.Sources) && Dirty.SetEquals(that.Dirty);
}
