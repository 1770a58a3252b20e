using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.Contracts.Vocabularies;

/// <summary>A piece of a vocabulary that nobody can follow.</summary>
/// <param name="file">Which file it stands in.</param>
/// <param name="span">Where.</param>
/// <param name="reason">Why not, for a message.</param>
internal sealed class VocabularyProblem(VocabularyFile file, TextSpan span, string reason)
{
    /// <summary>Which file it stands in.</summary>
    public AdditionalText File { get; } = file.File;

    /// <summary>Where.</summary>
    public Location Place { get; } = file.PlaceOf(span);

    /// <summary>The text that stands there.</summary>
    public string Text { get; } = file.Text.ToString(span);

    /// <summary>Why not, for a message.</summary>
    public string Reason { get; } = reason;
}
