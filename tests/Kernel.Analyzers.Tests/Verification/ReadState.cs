using System;
using System.Collections.Immutable;
using System.Linq;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A state whose markup has been read: plain projects, and everything that is expected in them with its place.</summary>
internal sealed record ReadState(ImmutableArray<ReadProject> Projects, ImmutableArray<DiagnosticResult> Expected)
{
    /// <summary>The same with <paramref name="line"/> put before every source and the expectations moved along.</summary>
    public ReadState WithFirstLine(string line, Func<DiagnosticResult, bool> stays) => new(
        [.. Projects.Select(project => project.WithFirstLine(line))],
        [.. Expected.Where(stays).Select(expected => expected.MovedBy(1, IsSource))]);

    /// <summary>Whether a file of that path is compiled.</summary>
    public bool IsSource(string path) => Projects.Any(project => project.Sources.Any(source => source.Path == path));
}
