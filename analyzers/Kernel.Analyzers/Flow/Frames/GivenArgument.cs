namespace Kernel.Analyzers.Flow.Frames;

/// <summary>What a call says of a parameter for good.</summary>
/// <param name="says">The constant given to a <c>bool</c>, or whether rights let a program use a page; null where that is not known.</param>
/// <param name="bits">The constant given to an enumeration; null for any other.</param>
internal readonly struct GivenArgument(bool? says, ulong? bits)
{
    public bool? Says { get; } = says;

    public ulong? Bits { get; } = bits;
}
