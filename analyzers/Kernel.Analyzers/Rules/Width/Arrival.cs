using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Where a value that was followed forward has come to, and through what.</summary>
internal readonly struct Arrival(Destination destination, IOperation? widening, ImmutableList<IOperation> around)
{
    /// <summary>What the value becomes.</summary>
    public Destination Destination { get; } = destination;

    /// <summary>What makes 64 bits of it on the way; null where it stays narrow.</summary>
    public IOperation? Widening { get; } = widening;

    /// <summary>The arithmetic of 32 bits that it passes on the way, from the innermost.</summary>
    public ImmutableList<IOperation> Around { get; } = around;
}
