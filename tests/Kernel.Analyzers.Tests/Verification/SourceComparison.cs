using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Compares the files of states and solutions, to the character.</summary>
internal static class SourceComparison
{
    /// <summary>How many sources of <paramref name="after"/> are new or not as in <paramref name="before"/>.</summary>
    public static int ChangedSources(ReadState before, ReadState after)
    {
        Dictionary<string, SourceText> old = before.Projects.SelectMany(Files).ToDictionary(file => file.Path, file => file.Text);
        return after.Projects.SelectMany(Files).Count(file => Differs(old.GetValueOrDefault(file.Path), file.Text));
    }

    /// <summary>In how many projects sources of <paramref name="after"/> are new or not as in <paramref name="before"/>.</summary>
    public static int ChangedProjects(ReadState before, ReadState after)
    {
        Dictionary<string, SourceText> old = before.Projects.SelectMany(Files).ToDictionary(file => file.Path, file => file.Text);
        return after.Projects.Count(project => Files(project).Any(file => Differs(old.GetValueOrDefault(file.Path), file.Text)));
    }

    /// <summary>Whether any file of the solutions differs.</summary>
    public static async Task<bool> DiffersAsync(Solution before, Solution after, CancellationToken cancellationToken)
    {
        SolutionChanges changes = after.GetChanges(before);
        bool differs = changes.GetAddedProjects().Any() || changes.GetRemovedProjects().Any();
        foreach (ProjectChanges project in changes.GetProjectChanges())
        {
            differs |= project.GetAddedDocuments().Any() || project.GetRemovedDocuments().Any();
            differs |= project.GetAddedAdditionalDocuments().Any() || project.GetRemovedAdditionalDocuments().Any();
            foreach (DocumentId id in project.GetChangedDocuments().Concat(project.GetChangedAdditionalDocuments()))
            {
                SourceText old = await TextAsync(before, id, cancellationToken).ConfigureAwait(false);
                differs |= !old.ContentEquals(await TextAsync(after, id, cancellationToken).ConfigureAwait(false));
            }
        }

        return differs;
    }

    /// <summary>Fails unless the solution has exactly the files of the state.</summary>
    public static async Task VerifyAsync(ReadState expected, Solution actual, IVerifier verifier, CancellationToken cancellationToken)
    {
        foreach (ReadProject project in expected.Projects)
        {
            Project actualProject = actual.Projects.Single(candidate => candidate.Name == project.State.Name);
            await VerifyAsync(project.Sources, actualProject.Documents, verifier, cancellationToken).ConfigureAwait(false);
            await VerifyAsync(project.AdditionalFiles, actualProject.AdditionalDocuments, verifier, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task VerifyAsync(
        ImmutableArray<(string Path, SourceText Text)> expected,
        IEnumerable<TextDocument> actual,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        Dictionary<string, TextDocument> byPath = actual.ToDictionary(document => document.FilePath ?? document.Name);
        verifier.Equal(
            string.Join(", ", expected.Select(file => file.Path).Order(StringComparer.Ordinal)),
            string.Join(", ", byPath.Keys.Order(StringComparer.Ordinal)),
            "The fix leaves other files than expected.");
        foreach ((string path, SourceText text) in expected)
        {
            string fixedText = (await byPath[path].GetTextAsync(cancellationToken).ConfigureAwait(false)).ToString();
            if (text.ToString() != fixedText)
            {
                verifier.Fail(Describe(path, text.ToString(), fixedText));
            }
        }
    }

    private static string Describe(string path, string expected, string actual)
    {
        string[] expectedLines = expected.Split('\n');
        string[] actualLines = actual.Split('\n');
        int line = expectedLines.Zip(actualLines).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"""
            {path} is not as expected after the fix, from line {line + 1} on.
            Expected line: {Visible(expectedLines.ElementAtOrDefault(line))}
            Actual line:   {Visible(actualLines.ElementAtOrDefault(line))}
            Expected:
            {expected}
            Actual:
            {actual}
            """;
    }

    private static string Visible(string? line) =>
        line is null ? "(end of file)" : $"'{line.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)}'";

    private static IEnumerable<(string Path, SourceText Text)> Files(ReadProject project) => project.Sources.Concat(project.AdditionalFiles);

    private static bool Differs(SourceText? before, SourceText after) => before is null || !before.ContentEquals(after);

    private static async Task<SourceText> TextAsync(Solution solution, DocumentId id, CancellationToken cancellationToken)
    {
        TextDocument document = solution.GetDocument(id) ?? solution.GetAdditionalDocument(id)
            ?? throw new InvalidOperationException($"The solution has no document {id}.");
        return await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
    }
}
