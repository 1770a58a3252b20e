using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.Contracts.Vocabularies;

/// <summary>A contract behind the arrow of a line.</summary>
internal sealed class SaidContract(ContractWord word, ContractMark mark, TextSpan span)
{
    /// <summary>Which one.</summary>
    public ContractWord Word { get; } = word;

    /// <summary>Its arguments.</summary>
    public ContractMark Mark { get; } = mark;

    /// <summary>Where its name stands.</summary>
    public TextSpan Span { get; } = span;
}
