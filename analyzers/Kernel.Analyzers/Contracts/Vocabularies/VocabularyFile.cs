using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.Contracts.Vocabularies;

/// <summary>One additional file with contracts in it.</summary>
internal sealed class VocabularyFile(AdditionalText file, SourceText text)
{
    /// <summary>How the names of such files end.</summary>
    public const string Extension = ".kernel-contracts.txt";

    /// <summary>The file as the compiler has it.</summary>
    public AdditionalText File { get; } = file;

    /// <summary>What stands in it.</summary>
    public SourceText Text { get; } = text;

    /// <summary>The vocabularies among the additional files, in the order of their paths, whatever order the compiler was given them in.</summary>
    public static IReadOnlyList<VocabularyFile> Among(IEnumerable<AdditionalText> files, CancellationToken cancellation)
    {
        List<VocabularyFile> found = [];
        foreach (AdditionalText file in files)
        {
            if (Path.GetFileName(file.Path).EndsWith(Extension, StringComparison.OrdinalIgnoreCase) && file.GetText(cancellation) is { } text)
            {
                found.Add(new VocabularyFile(file, text));
            }
        }

        found.Sort((first, second) => string.CompareOrdinal(first.File.Path, second.File.Path));
        return found;
    }

    /// <summary>A piece of the file, for a diagnostic.</summary>
    public Location PlaceOf(TextSpan span) => Location.Create(File.Path, span, Text.Lines.GetLinePositionSpan(span));
}
