using System.Collections.Generic;
using System.Linq;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What a test is about before or after a fix: a project, perhaps more beside it, and the diagnostics expected in them.</summary>
public sealed class SolutionState : ProjectState
{
    /// <summary>An empty state.</summary>
    public SolutionState(string name, string language, string defaultPrefix, string defaultExtension)
        : base(name, language, defaultPrefix, defaultExtension)
    {
        AdditionalProjects = new ProjectCollection(language, defaultExtension);
    }

    /// <summary>The projects beside the main one.</summary>
    public ProjectCollection AdditionalProjects { get; }

    /// <summary>The diagnostics expected, beyond those in markup.</summary>
    public List<DiagnosticResult> ExpectedDiagnostics { get; } = [];

    /// <summary>Whether a test has put any file into it.</summary>
    internal bool HasContent => !IsEmpty || AdditionalProjects.Values.Any(project => !project.IsEmpty);

    /// <summary>
    /// This state after the fix of <paramref name="before"/>: what it does not give itself is as before. If the main project's
    /// content was changed, the expected diagnostics with a fix are gone.
    /// </summary>
    internal SolutionState After(SolutionState before, IReadOnlyCollection<string> fixableIds)
    {
        SolutionState after = new(Name, Language, DefaultPrefix, DefaultExtension);
        after.Fill(this, before);
        foreach (string name in before.AdditionalProjects.Keys.Union(AdditionalProjects.Keys))
        {
            ProjectState? own = AdditionalProjects.GetValueOrDefault(name);
            ProjectState? inherited = before.AdditionalProjects.GetValueOrDefault(name);
            after.AdditionalProjects[name].Fill(own ?? inherited!, inherited);
        }

        bool changed = ChangesContentOf(before);
        after.ExpectedDiagnostics.AddRange(ExpectedDiagnostics);
        after.ExpectedDiagnostics.AddRange(before.ExpectedDiagnostics.Where(expected => !changed || !fixableIds.Contains(expected.Id)));
        return after;
    }
}
