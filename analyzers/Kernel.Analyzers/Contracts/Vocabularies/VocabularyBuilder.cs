using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Flow.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.Contracts.Vocabularies;

/// <summary>Finds the declarations that the lines of vocabularies are about, and notes the lines that nobody can follow.</summary>
internal sealed class VocabularyBuilder(Compilation compilation)
{
    private readonly Dictionary<ISymbol, List<Saying>> _sayings = new(SymbolEqualityComparer.Default);
    private readonly List<VocabularyProblem> _problems = [];

    /// <summary>The vocabulary of all the files together.</summary>
    public Vocabulary Build(IEnumerable<VocabularyFile> files)
    {
        foreach (VocabularyFile file in files)
        {
            foreach (TextLine text in file.Text.Lines)
            {
                string trimmed = text.ToString().Trim();
                if (trimmed.Length > 0 && trimmed[0] != '#' && VocabularyLine.Read(file, text, _problems) is { } line)
                {
                    Add(file, line);
                }
            }
        }

        Dictionary<ISymbol, ImmutableArray<Saying>> sayings = new(SymbolEqualityComparer.Default);
        foreach (KeyValuePair<ISymbol, List<Saying>> some in _sayings)
        {
            sayings.Add(some.Key, [.. some.Value]);
        }

        return new Vocabulary(sayings, [.. _problems]);
    }

    private void Add(VocabularyFile file, VocabularyLine line)
    {
        // A type that several assemblies have copies of is meant in all of them.
        ImmutableArray<ISymbol> symbols = DocumentationCommentId.GetSymbolsForDeclarationId(line.Id, compilation);
        if (symbols.IsEmpty)
        {
            Note(file, line.IdSpan, "nothing that this compilation can see has this ID");
            return;
        }

        foreach (ISymbol symbol in symbols)
        {
            foreach (SaidContract contract in line.Contracts)
            {
                if (!Add(file, line, symbol, contract))
                {
                    return;
                }
            }
        }
    }

    private bool Add(VocabularyFile file, VocabularyLine line, ISymbol symbol, SaidContract contract)
    {
        if (PartOf(symbol, line, contract.Word) is not { } part)
        {
            return Note(file, line.PartSpan, $"'{symbol.Name}' has no parameter of this name");
        }

        AttributeTargets target = part switch
        {
            Saying.Itself => ContractWord.TargetOf(symbol),
            Saying.Returned => AttributeTargets.ReturnValue,
            _ => AttributeTargets.Parameter,
        };
        if ((contract.Word.Targets & target) == 0)
        {
            return Note(file, contract.Span, $"it cannot stand on {NameOf(target)}");
        }

        if (contract.Word.NamesLock && contract.Mark.Text is { } name && !HasLock(symbol, name))
        {
            return Note(file, contract.Span, $"'{symbol.ContainingType?.Name}' has no field or property '{name}' that this compilation can see");
        }

        List<Saying> sayings = SayingsOf(symbol);
        if (sayings.Any(saying => saying.Part == part && saying.Word == contract.Word.Name))
        {
            return Note(file, contract.Span, "an earlier line says it already");
        }

        sayings.Add(new Saying(part, contract.Word.Name, contract.Mark));
        return true;
    }

    private List<Saying> SayingsOf(ISymbol symbol)
    {
        if (!_sayings.TryGetValue(symbol, out List<Saying>? sayings))
        {
            _sayings.Add(symbol, sayings = []);
        }

        return sayings;
    }

    // What can be said of a result and not of a method is meant for the result.
    private static int? PartOf(ISymbol symbol, VocabularyLine line, ContractWord word)
    {
        if (line.Part == VocabularyLine.Return && symbol is IMethodSymbol)
        {
            return Saying.Returned;
        }

        if (line.Part is null)
        {
            return symbol is IMethodSymbol { MethodKind: not MethodKind.Constructor, ReturnsVoid: false }
                && (word.Targets & (AttributeTargets.Method | AttributeTargets.ReturnValue)) == AttributeTargets.ReturnValue
                    ? Saying.Returned
                    : Saying.Itself;
        }

        ImmutableArray<IParameterSymbol> parameters = symbol switch
        {
            IMethodSymbol method => method.Parameters,
            IPropertySymbol property => property.Parameters,
            _ => [],
        };
        return parameters.FirstOrDefault(parameter => parameter.Name == line.Part)?.Ordinal;
    }

    // An interface names the lock; the type that implements it has it.
    private static bool HasLock(ISymbol symbol, string name) =>
        symbol.ContainingType?.TypeKind == TypeKind.Interface
        || LockContracts.MemberNamed(symbol.ContainingType, name) is not null
        || (symbol is IMethodSymbol method && method.Parameters.Any(parameter => parameter.Name == name));

    private static string NameOf(AttributeTargets target) => target switch
    {
        AttributeTargets.Class => "a class",
        AttributeTargets.Struct => "a struct",
        AttributeTargets.Enum => "an enum",
        AttributeTargets.Constructor => "a constructor",
        AttributeTargets.Method => "a method",
        AttributeTargets.ReturnValue => "what a method returns",
        AttributeTargets.Property => "a property",
        AttributeTargets.Field => "a field",
        AttributeTargets.Parameter => "a parameter",
        _ => "a declaration of this kind",
    };

    private bool Note(VocabularyFile file, TextSpan span, string reason)
    {
        _problems.Add(new VocabularyProblem(file, span, reason));
        return false;
    }
}
