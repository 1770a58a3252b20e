using System;
using System.Collections.Generic;
using System.Threading;
using Kernel.Analyzers.Scopes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Contracts;

/// <summary>
/// Says of contracts whether anything in a compilation can carry them. Every project with the package has their source, but most of its
/// code has never heard of most of them: a rule that only contracts bring to life has nothing to do there.
/// </summary>
internal static class ContractUse
{
    private const string LastNamespace = "Contracts";
    private const string Suffix = "Attribute";

    /// <summary>Whether one of the contracts may stand somewhere: the vocabulary says so, a reference declares it too, or the source writes it as an attribute.</summary>
    /// <remarks>Asks the text first, and the tree only where a name in it may be an attribute: <c>Dirty</c> may stand in an enumeration as well.</remarks>
    public static bool IsPossible(Compilation compilation, CancellationToken cancellation, params string[] contracts)
    {
        List<string> declared = [];
        foreach (string contract in contracts)
        {
            if (CompilationScope.Vocabulary?.Uses(contract) == true)
            {
                return true;
            }

            foreach (INamedTypeSymbol type in compilation.GetTypesByMetadataName(Contract.Namespace + "." + contract))
            {
                if (!SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly))
                {
                    return true;
                }

                declared.Add(contract.Substring(0, contract.Length - Suffix.Length));
            }
        }

        return declared.Count > 0 && IsWritten(declared, compilation, cancellation);
    }

    private static bool IsWritten(List<string> names, Compilation compilation, CancellationToken cancellation)
    {
        bool isOpen = SourceWords.Any(compilation, cancellation, OpensNamespace);
        return SourceWords.Any(
            compilation,
            cancellation,
            (text, tree) => (isOpen || text.IndexOf(LastNamespace, StringComparison.Ordinal) >= 0)
                && names.Exists(name => MayHaveAttribute(text, name) && HasAttribute(tree.GetRoot(cancellation), name)));
    }

    private static bool HasAttribute(SyntaxNode root, string name)
    {
        foreach (SyntaxNode node in root.DescendantNodes())
        {
            NameSyntax? named = node switch
            {
                AttributeSyntax attribute => attribute.Name,
                UsingDirectiveSyntax { Alias: not null } alias => alias.Name,
                _ => null,
            };
            SimpleNameSyntax? last = named switch
            {
                QualifiedNameSyntax qualified => qualified.Right,
                AliasQualifiedNameSyntax qualified => qualified.Name,
                _ => named as SimpleNameSyntax,
            };
            if (last is not null && (last.Identifier.ValueText == name || last.Identifier.ValueText == name + Suffix))
            {
                return true;
            }
        }

        return false;
    }

    // A global `using` in one file opens the namespace for all; everything else opens it for its own file alone.
    private static bool OpensNamespace(string text) =>
        text.IndexOf(LastNamespace, StringComparison.Ordinal) >= 0 && text.IndexOf("global", StringComparison.Ordinal) >= 0;

    private static bool MayHaveAttribute(string text, string name)
    {
        for (int at = Next(text, name, 0); at >= 0; at = Next(text, name, at + 1))
        {
            if (CanBegin(text, at) && CanEnd(text, at + name.Length))
            {
                return true;
            }
        }

        return false;
    }

    // `[Name`, `[A, Name`, `[return: Name`, `Contracts.Name`, `[@Name`; at the beginning of a line anything may stand above.
    private static bool CanBegin(string text, int at)
    {
        int before = at - 1;
        while (before >= 0 && text[before] is ' ' or '\t')
        {
            before--;
        }

        return before < 0 || text[before] is '[' or ',' or '.' or ':' or '@' or '/' or '\n' or '\r' && !IsInComment(text, at);
    }

    private static bool CanEnd(string text, int end)
    {
        if (string.CompareOrdinal(text, end, Suffix, 0, Suffix.Length) == 0)
        {
            end += Suffix.Length;
        }

        while (end < text.Length && char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        return end == text.Length || text[end] is ']' or '(' or ',' or ';' or '/';
    }

    private static bool IsInComment(string text, int at)
    {
        int first = text.LastIndexOf('\n', at) + 1;
        while (text[first] is ' ' or '\t')
        {
            first++;
        }

        return string.CompareOrdinal(text, first, "//", 0, 2) == 0;
    }

    private static int Next(string text, string word, int from) => text.IndexOf(word, from, StringComparison.Ordinal);
}
