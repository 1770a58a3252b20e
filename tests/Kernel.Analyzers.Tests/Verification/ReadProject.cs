using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A project whose markup has been read.</summary>
internal sealed record ReadProject(
    ProjectState State,
    ImmutableArray<(string Path, SourceText Text)> Sources,
    ImmutableArray<(string Path, SourceText Text)> AdditionalFiles)
{
    /// <summary>The same with <paramref name="line"/> put before every source.</summary>
    public ReadProject WithFirstLine(string line) =>
        this with { Sources = [.. Sources.Select(source => (source.Path, source.Text.WithChanges(new TextChange(default, line + "\n")))) ] };
}
