using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Contracts.Vocabularies;

/// <summary>The contracts that additional files give to declarations of one compilation, above all to those of assemblies without attributes.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<ISymbol, ImmutableArray<Saying>> _sayings;
    private readonly HashSet<string> _words;

    /// <summary>A vocabulary of the sayings about each definition.</summary>
    internal Vocabulary(Dictionary<ISymbol, ImmutableArray<Saying>> sayings, ImmutableArray<VocabularyProblem> problems)
    {
        _sayings = sayings;
        _words = [];
        Problems = problems;
        foreach (ImmutableArray<Saying> some in sayings.Values)
        {
            foreach (Saying saying in some)
            {
                _words.Add(saying.Word);
            }
        }
    }

    /// <summary>What in the files is not understood, in the order of the files and of their lines.</summary>
    public ImmutableArray<VocabularyProblem> Problems { get; }

    /// <summary>The vocabulary of a compilation; null where no additional file is one.</summary>
    public static Vocabulary? Of(Compilation compilation, IEnumerable<AdditionalText> files, CancellationToken cancellation)
    {
        IReadOnlyList<VocabularyFile> vocabularies = VocabularyFile.Among(files, cancellation);
        return vocabularies.Count == 0 ? null : new VocabularyBuilder(compilation).Build(vocabularies);
    }

    /// <summary>Whether anything is said to carry the contract.</summary>
    public bool Uses(string contract) => _words.Contains(contract);

    /// <summary>The methods of which the contract is said, or of one of whose parameters it is.</summary>
    public IEnumerable<IMethodSymbol> MethodsWith(string contract)
    {
        foreach (KeyValuePair<ISymbol, ImmutableArray<Saying>> said in _sayings)
        {
            if (said.Key is IMethodSymbol method && said.Value.Any(saying => saying.Word == contract))
            {
                yield return method;
            }
        }
    }

    /// <summary>The contract of this name on the declaration, or null.</summary>
    public ContractMark? Find(ISymbol symbol, string contract) => symbol is IParameterSymbol { ContainingSymbol: { } owner } parameter
        ? FindOnParameter(owner, parameter.Ordinal, contract)
        : Find(DefinitionOf(symbol), Saying.Itself, contract);

    /// <summary>The contract of this name on what the method returns, or null.</summary>
    public ContractMark? FindOnReturn(IMethodSymbol method, string contract) => Find(DefinitionOf(method), Saying.Returned, contract);

    private ContractMark? FindOnParameter(ISymbol owner, int ordinal, string contract)
    {
        if (owner is IMethodSymbol { ReducedFrom: not null })
        {
            ordinal++;
        }

        // What an indexer says about an index holds for its accessors.
        return Find(DefinitionOf(owner), ordinal, contract)
            ?? (owner is IMethodSymbol { AssociatedSymbol: IPropertySymbol property } && ordinal < property.Parameters.Length
                ? Find(DefinitionOf(property), ordinal, contract)
                : null);
    }

    private ContractMark? Find(ISymbol definition, int part, string contract)
    {
        if (_sayings.TryGetValue(definition, out ImmutableArray<Saying> sayings))
        {
            foreach (Saying saying in sayings)
            {
                if (saying.Part == part && saying.Word == contract)
                {
                    return saying.Mark;
                }
            }
        }

        return null;
    }

    private static ISymbol DefinitionOf(ISymbol symbol) => symbol.OriginalDefinition switch
    {
        IMethodSymbol { ReducedFrom: { } extension } => DefinitionOf(extension),
        IMethodSymbol { PartialDefinitionPart: { } declared } => declared,
        var definition => definition,
    };
}
