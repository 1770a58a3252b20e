using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.Contracts.Vocabularies;

/// <summary>Reads a contract and its argument, as <c>Lock</c>, <c>GuardedBy("_lock")</c> or <c>MustUse(Discardable = true)</c>.</summary>
internal static class ContractReader
{
    private static readonly ImmutableArray<string> s_kinds = ["Unspecified", "Physical", "Virtual"];

    /// <summary>The contract that the reader stands before; null where it is none, which is then noted.</summary>
    public static SaidContract? Read(LineReader reader, VocabularyFile file, List<VocabularyProblem> problems)
    {
        TextSpan whole = reader.Rest;
        string name = reader.TakeWord(out TextSpan span);
        if (ContractWord.Find(name) is not { } word)
        {
            problems.Add(span.IsEmpty
                ? new VocabularyProblem(file, whole, VocabularyLine.Form)
                : new VocabularyProblem(file, span, "there is no such contract"));
            return null;
        }

        ContractArgument? argument = null;
        bool isUnderstood = true;
        if (reader.Take('('))
        {
            argument = Argument(word, reader);
            isUnderstood = argument is not null && reader.Take(')');
        }

        if (!isUnderstood || (argument is null && word.Arguments == ContractArguments.Text))
        {
            problems.Add(new VocabularyProblem(file, whole, $"it is written {word.Usage}"));
            return null;
        }

        return new SaidContract(word, new ContractMark(argument is { } given ? [given] : []), span);
    }

    private static ContractArgument? Argument(ContractWord word, LineReader reader) => word.Arguments switch
    {
        ContractArguments.Text or ContractArguments.PerhapsText => reader.TakeText() is { Length: > 0 } text ? new ContractArgument(null, text) : null,
        ContractArguments.Kind => Kind(reader.TakeWord(out _)),
        ContractArguments.Truth when Names(word, reader) => Truth(word, reader.TakeWord(out _)),
        ContractArguments.Count when Names(word, reader) => Count(word, reader.TakeWord(out _)),
        _ => null,
    };

    private static bool Names(ContractWord word, LineReader reader) => reader.TakeWord(out _) == word.Option && reader.Take('=');

    private static ContractArgument? Kind(string name)
    {
        const string Enum = "AddressKind.";
        string member = name.StartsWith(Enum, StringComparison.Ordinal) ? name.Substring(Enum.Length) : name;
        int number = s_kinds.IndexOf(member);
        return number < 0 ? null : new ContractArgument(null, number);
    }

    private static ContractArgument? Truth(ContractWord word, string value) =>
        value is "true" or "false" ? new ContractArgument(word.Option, value == "true") : null;

    private static ContractArgument? Count(ContractWord word, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? new ContractArgument(word.Option, number)
            : null;
}
