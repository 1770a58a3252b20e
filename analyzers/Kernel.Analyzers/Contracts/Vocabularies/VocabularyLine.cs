using System.Collections.Generic;
using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.Contracts.Vocabularies;

/// <summary>One line: which declaration, which part of it, and what holds for it.</summary>
/// <remarks>
/// <code>
/// ID [parameter | return] -> Contract[(argument)] [, Contract …] [# comment]
/// </code>
/// </remarks>
internal sealed class VocabularyLine
{
    /// <summary>What the part is called that a method returns: no parameter can be called so.</summary>
    public const string Return = "return";

    /// <summary>What a line has to look like, for a message.</summary>
    public const string Form = "a line reads 'ID -> Contract', 'ID parameter -> Contract' or 'ID return -> Contract'";

    private const string Arrow = "->";

    private VocabularyLine(string id, TextSpan idSpan, string? part, TextSpan partSpan)
    {
        Id = id;
        IdSpan = idSpan;
        Part = part;
        PartSpan = partSpan;
    }

    /// <summary>The declaration, by the ID that documentation comments give it.</summary>
    public string Id { get; }

    /// <summary>Where the ID stands.</summary>
    public TextSpan IdSpan { get; }

    /// <summary>The name of a parameter, or <see cref="Return"/>; null for the declaration itself.</summary>
    public string? Part { get; }

    /// <summary>Where the part stands.</summary>
    public TextSpan PartSpan { get; }

    /// <summary>What holds.</summary>
    public List<SaidContract> Contracts { get; } = [];

    /// <summary>Reads a line that is neither empty nor a comment; null where it has no meaning, which is then noted.</summary>
    public static VocabularyLine? Read(VocabularyFile file, TextLine text, List<VocabularyProblem> problems)
    {
        LineReader reader = new(text.ToString(), text.Start);
        TextSpan whole = reader.Rest;
        string id = reader.TakeUntilBlank(out TextSpan idSpan);
        string? part = reader.TakeUntilBlank(out TextSpan partSpan);
        if (part == Arrow)
        {
            part = null;
        }
        else if (reader.TakeUntilBlank(out _) != Arrow)
        {
            problems.Add(new VocabularyProblem(file, whole, Form));
            return null;
        }

        VocabularyLine line = new(id, idSpan, part, partSpan);
        do
        {
            if (ContractReader.Read(reader, file, problems) is not { } contract)
            {
                return null;
            }

            line.Contracts.Add(contract);
        }
        while (reader.Take(','));

        if (!reader.IsAtEnd)
        {
            problems.Add(new VocabularyProblem(file, reader.Rest, "a comma and another contract, a comment or nothing may stand here"));
            return null;
        }

        return line;
    }
}
