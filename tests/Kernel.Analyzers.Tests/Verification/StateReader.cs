using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Reads the markup of a state.</summary>
internal sealed class StateReader(MarkupOptions options, ImmutableArray<DiagnosticDescriptor> rules)
{
    private readonly Dictionary<int, FileLinePositionSpan> _keys = [];
    private readonly List<DiagnosticResult> _expected = [];

    /// <summary>The projects without markup, and what explicit expectations and markup together expect.</summary>
    /// <exception cref="ArgumentException">The markup is malformed.</exception>
    /// <exception cref="InvalidOperationException">Markup names no single rule, or an expectation names a key that no source has.</exception>
    public ReadState Read(SolutionState state)
    {
        _keys.Clear();
        _expected.Clear();
        ImmutableArray<ReadProject> projects = [Read((ProjectState)state), .. state.AdditionalProjects.Values.Select(Read)];
        _expected.AddRange(state.ExpectedDiagnostics.Select(expected => expected.Resolve(state.DefaultPath, _keys)));
        return new ReadState(projects, [.. _expected]);
    }

    private ReadProject Read(ProjectState project) => new(
        project, [.. project.Sources.Select(Read)], [.. project.AdditionalFiles.Select(Read)]);

    private (string Path, SourceText Text) Read((string Path, SourceText Text) file)
    {
        MarkedCode marked = MarkupParser.Parse(file.Text.ToString(), options);
        SourceText text = SourceText.From(marked.Code, file.Text.Encoding, file.Text.ChecksumAlgorithm);
        foreach (int position in marked.Positions)
        {
            _expected.Add(InMarkup(TheRule()).WithLocation(file.Path, text.Lines.GetLinePosition(position)));
        }

        foreach ((string name, TextSpan span) in marked.Spans)
        {
            if (!name.StartsWith('#'))
            {
                _expected.Add(InMarkup(name.Length == 0 ? TheRule() : Rule(name)).WithSpan(Place(span)));
            }
            else if (!int.TryParse(name.AsSpan(1), out int key))
            {
                throw new InvalidOperationException($"Markup: '{{|{name}:' is not a key, which is a number.");
            }
            else if (!_keys.TryAdd(key, Place(span)))
            {
                throw new InvalidOperationException($"Markup: the key '{name}' stands at more than one place.");
            }
        }

        return (file.Path, text);

        FileLinePositionSpan Place(TextSpan span) => new(file.Path, text.Lines.GetLinePositionSpan(span));
    }

    private DiagnosticResult TheRule() => rules.Length == 1 || (rules.Length > 1 && options.HasFlag(MarkupOptions.UseFirstDescriptor))
        ? new DiagnosticResult(rules[0])
        : throw new InvalidOperationException(
            $"Markup: '[|…|]' and '$$' need an analyzer with exactly one rule, not with {rules.Length}; use '{{|ID:…|}}'.");

    private DiagnosticResult Rule(string id)
    {
        ImmutableArray<DiagnosticDescriptor> named = [.. rules.Where(rule => rule.Id == id)];
        if (named.Length > 1 && !options.HasFlag(MarkupOptions.UseFirstDescriptor))
        {
            throw new InvalidOperationException($"Markup: '{{|{id}:…|}}' needs one rule with that ID, not {named.Length}.");
        }

        return named.Length > 0 ? new DiagnosticResult(named[0]) : DiagnosticResult.CompilerError(id);
    }

    // Markup says which rule and where, nothing more.
    private static DiagnosticResult InMarkup(DiagnosticResult result) => result
        .WithMessage(null)
        .WithOptions(DiagnosticOptions.IgnoreAdditionalLocations | DiagnosticOptions.IgnoreSeverity);
}
