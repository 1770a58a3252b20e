using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>What a method does to the frame behind one parameter.</summary>
internal enum FrameEffect
{
    /// <summary>It may still be as it was.</summary>
    Keeps,

    /// <summary>Some part of it is zeroed.</summary>
    ZeroesPart,

    /// <summary>All of it is zeroed on some paths.</summary>
    ZeroesSometimes,

    /// <summary>All of it is zeroed on every normal return.</summary>
    Zeroes,

    /// <summary>It goes where it cannot be followed.</summary>
    Unknown,
}

/// <summary>Where a method's result, or what it leaves in a <c>ref</c> or <c>out</c> parameter, comes from.</summary>
internal sealed class FrameResult(
    ImmutableArray<int> parameters, bool fresh, Location? freshFrom, string freshName, bool partly, bool zeroed, bool other,
        bool interior, long? bytes)
    : IEquatable<FrameResult>
{
    /// <summary>Nothing that is followed.</summary>
    public static FrameResult Untracked { get; } = new([], false, null, "", false, false, true, false, null);

    /// <summary>No frame.</summary>
    public static FrameResult Nothing { get; } = new([], false, null, "", false, false, false, false, null);

    /// <summary>The parameters whose frame it may be; -1 is <c>this</c>.</summary>
    public ImmutableArray<int> Parameters { get; } = parameters;

    /// <summary>Whether it may be a dirty frame that the method took itself.</summary>
    public bool FreshDirty { get; } = fresh;

    /// <summary>Where the method took it.</summary>
    public Location? FreshFrom { get; } = freshFrom;

    /// <summary>From what the method took it.</summary>
    public string FreshName { get; } = freshName;

    public bool Partly { get; } = partly;

    public bool Zeroed { get; } = zeroed;

    public bool Other { get; } = other;

    public bool Interior { get; } = interior;

    public long? Bytes { get; } = bytes;

    public bool Equals(FrameResult? that)
    {
        if (that is null || Parameters.Length != that.Parameters.Length || FreshDirty != that.FreshDirty || Partly != that.Partly
            || Zeroed != that.Zeroed || Other != that.Other || Interior != that.Interior || Bytes != that.Bytes)
        {
            return false;
        }

        for (int index = 0; index < Parameters.Length; index++)
        {
            if (Parameters[index] != that.Parameters[index])
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as FrameResult);

    public override int GetHashCode() => (Parameters.Length * 4) + (FreshDirty ? 2 : 0) + (Other ? 1 : 0);
}

/// <summary>What a method does with one parameter.</summary>
internal sealed class ParameterSummary(FrameEffect effect, (Location? Location, string Name) link, (Location? Location, string Name) mapping,
    FrameResult? after) : IEquatable<ParameterSummary>
{
    public FrameEffect Effect { get; } = effect;

    /// <summary>
    /// Where the method, or one that it calls, lets the walker reach the frame without having zeroed it; null if nowhere.
    /// </summary>
    public Location? Link { get; } = link.Location;

    /// <summary>The member through which it does.</summary>
    public string LinkName { get; } = link.Name;

    /// <summary>Where the method, or one that it calls, maps the frame for a program without having zeroed it; null if nowhere.</summary>
    public Location? Mapping { get; } = mapping.Location;

    /// <summary>The member through which it does.</summary>
    public string MappingName { get; } = mapping.Name;

    /// <summary>What a <c>ref</c> or <c>out</c> parameter holds afterwards; null for a value parameter.</summary>
    public FrameResult? After { get; } = after;

    public bool Equals(ParameterSummary? that) =>
        that is not null && Effect == that.Effect && Link is null == that.Link is null && Mapping is null == that.Mapping is null && Equals(After, that.After);

    public override bool Equals(object? obj) => Equals(obj as ParameterSummary);

    public override int GetHashCode() => (int)Effect;
}

/// <summary>What a method does to the frames that it is given, and what frames it gives back.</summary>
/// <param name="returns">Whether it ever returns normally, as far as is known yet.</param>
/// <param name="parameters"><c>this</c>, then the parameters in order.</param>
/// <param name="result">What it returns.</param>
/// <param name="fills">Whether it may fill memory that is not followed.</param>
/// <param name="mappings">The frames of its own that it maps for a program.</param>
internal sealed class FrameSummary(bool returns, ImmutableArray<ParameterSummary> parameters, FrameResult result, bool fills,
    ImmutableArray<FrameFinding> mappings)
    : IEquatable<FrameSummary>
{
    /// <summary>What is assumed of a method in a recursion before anything is known: it does not return.</summary>
    public static FrameSummary Bottom { get; } = new(false, [], FrameResult.Nothing, false, []);

    public bool Returns { get; } = returns;

    public FrameResult Result { get; } = result;

    public bool Fills { get; } = fills;

    /// <summary>Frames that it has taken itself and maps for a program while they are dirty.</summary>
    public ImmutableArray<FrameFinding> Mappings { get; } = mappings;

    /// <summary>What it does with a parameter; -1 is <c>this</c>.</summary>
    public ParameterSummary? Of(int ordinal) => ordinal + 1 < All.Length ? All[ordinal + 1] : null;

    private ImmutableArray<ParameterSummary> All { get; } = parameters;

    public bool Equals(FrameSummary? that)
    {
        if (that is null || Returns != that.Returns || Fills != that.Fills || Mappings.Length != that.Mappings.Length || !Result.Equals(that.Result) || All.Length != that.All.Length)
        {
            return false;
        }

        for (int index = 0; index < All.Length; index++)
        {
            if (!All[index].Equals(that.All[index]))
            {
                return false;
            }
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as FrameSummary);

    public override int GetHashCode() => All.Length;
}
