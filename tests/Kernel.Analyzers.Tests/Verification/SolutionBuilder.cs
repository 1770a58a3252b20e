using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Makes Roslyn solutions of states.</summary>
internal sealed class SolutionBuilder(
    ImmutableArray<MetadataReference> references,
    Func<CompilationOptions> compilationOptions,
    Func<ParseOptions> parseOptions,
    IReadOnlyCollection<Func<Solution, ProjectId, Solution>> transforms)
{
    // Every solution is a fork of this one's empty solution; none is ever applied to it.
    private static readonly AdhocWorkspace Workspace = new();

    /// <summary>The solution of <paramref name="state"/>: the first project of it is the main one.</summary>
    public Solution Build(ReadState state)
    {
        Solution solution = Workspace.CurrentSolution;
        Dictionary<string, ProjectId> ids = state.Projects.ToDictionary(
            project => project.State.Name, project => ProjectId.CreateNewId(project.State.Name));
        foreach (ReadProject project in state.Projects)
        {
            solution = Add(solution, ids[project.State.Name], project);
        }

        foreach (ReadProject project in state.Projects)
        {
            solution = project.State.AdditionalProjectReferences.Aggregate(
                solution, (current, name) => current.AddProjectReference(ids[project.State.Name], new ProjectReference(ids[name])));
        }

        ProjectId main = ids[state.Projects[0].State.Name];
        return transforms.Aggregate(solution, (current, transform) => transform(current, main));
    }

    private Solution Add(Solution solution, ProjectId id, ReadProject project)
    {
        ProjectState state = project.State;
        solution = solution
            .AddProject(id, state.Name, state.Name, state.Language)
            .WithProjectCompilationOptions(id, Options(state.OutputKind))
            .WithProjectParseOptions(id, parseOptions())
            .WithProjectMetadataReferences(id, references.Concat(state.AdditionalReferences));
        foreach ((string path, Text.SourceText text) in project.Sources)
        {
            solution = solution.AddDocument(DocumentId.CreateNewId(id, path), Name(path), text, filePath: path);
        }

        foreach ((string path, Text.SourceText text) in project.AdditionalFiles)
        {
            solution = solution.AddAdditionalDocument(DocumentId.CreateNewId(id, path), Name(path), text, filePath: path);
        }

        foreach ((string path, Text.SourceText text) in state.AnalyzerConfigFiles)
        {
            solution = solution.AddAnalyzerConfigDocument(DocumentId.CreateNewId(id, path), Name(path), text, filePath: path);
        }

        return solution;
    }

    private CompilationOptions Options(OutputKind? kind) =>
        kind is { } output ? compilationOptions().WithOutputKind(output) : compilationOptions();

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];
}
