using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kernel.Analyzers.Flow;

/// <summary>
/// The names of what a rule is about. A body whose text has none of them needs no look at what it means: no question to a body is
/// cheaper, and for most bodies it is the last one.
/// </summary>
/// <remarks>
/// Names are compared without case and underscores, and by their hashes alone, in comments, too: a body that has one may still have
/// nothing to do with the rule.
/// </remarks>
internal sealed class BodyWords
{
    // .NET Standard 2.0 has no name for it.
    private const MethodImplOptions AggressiveOptimization = (MethodImplOptions)0x200;

    private readonly HashSet<int> _words = [];
    private readonly HashSet<string> _marks = [];
    private bool _areAny;

    /// <summary>Adds a name.</summary>
    public void Add(string name)
    {
        int word = 0;
        foreach (char character in name)
        {
            word = Continue(word, character);
        }

        _words.Add(word);
    }

    /// <summary>Adds what stands in the text where the member or type is used, or declared.</summary>
    public void Add(ISymbol symbol)
    {
        Add(NameOf(symbol));
        switch ((symbol as IMethodSymbol)?.AssociatedSymbol ?? symbol)
        {
            case IMethodSymbol { MethodKind: MethodKind.UserDefinedOperator or MethodKind.Conversion }:
                AddAny();
                break;
            case IMethodSymbol { MethodKind: MethodKind.Constructor }:
                _marks.UnionWith(["new", "base", "this"]);
                break;
            case IPropertySymbol { IsIndexer: true }:
                _marks.Add("[");
                break;
        }
    }

    /// <summary>What is used has no name that is known, so that every body may use it.</summary>
    public void AddAny() => _areAny = true;

    /// <summary>Whether the body has one of the names, or is what one of them names.</summary>
    public bool AreIn(ISymbol owner, SyntaxNode body)
    {
        if (_areAny)
        {
            return true;
        }

        string text = body.SyntaxTree.GetText().ToString(body.Span);
        return AreIn(text) || AreIn(NameOf(owner)) || (_marks.Count > 0 && _marks.Any(mark => text.IndexOf(mark, StringComparison.Ordinal) >= 0));
    }

    /// <summary>Whether the text has one of the names.</summary>
    // Every character of a program passes here, most of them before the runtime would think of optimizing it.
    [MethodImpl(AggressiveOptimization)]
    public bool AreIn(string text)
    {
        int word = 0;
        int start = 0;
        for (int index = 0; index <= text.Length; index++)
        {
            if (index < text.Length && IsPart(text[index]))
            {
                word = Continue(word, text[index]);
                continue;
            }

            if (index > start && _words.Contains(word) && !IsKeyword(text, start, index))
            {
                return true;
            }

            word = 0;
            start = index + 1;
        }

        return false;
    }

    // An explicit implementation has the name of its interface in front.
    private static string NameOf(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { AssociatedSymbol: { } owner } => NameOf(owner),
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } => symbol.ContainingType.Name,
        _ => symbol.Name.Substring(symbol.Name.LastIndexOf('.') + 1),
    };

    // A keyword is a name only behind an @.
    private static bool IsKeyword(string text, int start, int end) =>
        SyntaxFacts.GetKeywordKind(text.Substring(start, end - start)) != SyntaxKind.None && (start == 0 || text[start - 1] != '@');

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPart(char character) =>
        character is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9' or '_' || (character > '\x7F' && char.IsLetterOrDigit(character));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Continue(int word, char character) => character == '_' ? word
        : unchecked((word * 31) + (character is >= 'A' and <= 'Z' ? character | 0x20 : character));
}
