using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Tokens;

/// <summary>A call that lets interrupts in while something proves that they are disabled, or a saved flag that is lost.</summary>
internal sealed class HeldFinding(SyntaxNode at, string holder, SyntaxNode? inside, bool isOverwritten)
{
    public SyntaxNode At { get; } = at;

    /// <summary>The token or scope; the variable that was overwritten.</summary>
    public string Holder { get; } = holder;

    /// <summary>The call inside the method called, or where the lost value was saved.</summary>
    public SyntaxNode? Inside { get; } = inside;

    public bool IsOverwritten { get; } = isOverwritten;
}
