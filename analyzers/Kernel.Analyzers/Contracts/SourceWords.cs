using System;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Contracts;

/// <summary>Asks the text of a compilation's source what it mentions: the cheapest question there is, and the first one.</summary>
internal static class SourceWords
{
    private const int LongestAmbiguous = 3;
    private const string Declaration = "namespace " + Contract.Namespace + ";";

    /// <summary>Whether a file says so.</summary>
    public static bool Any(Compilation compilation, CancellationToken cancellation, Func<string, bool> says) =>
        Any(compilation, cancellation, (text, _) => says(text));

    /// <summary>Whether a file says so, of which the text may be asked first and then the tree.</summary>
    public static bool Any(Compilation compilation, CancellationToken cancellation, Func<string, SyntaxTree, bool> says)
    {
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            cancellation.ThrowIfCancellationRequested();
            if (says(tree.GetText(cancellation).ToString(), tree))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a file contains one of the words, whatever their case, as a name or inside of one.</summary>
    /// <remarks>The shortest must be whole words of a name: <c>pte</c> is in <c>oldPte</c>, but not in <c>accepted</c>.</remarks>
    public static bool Mentions(Compilation compilation, CancellationToken cancellation, ImmutableArray<string> words) =>
        Any(compilation, cancellation, text =>
        {
            // The contracts speak of everything.
            if (text.IndexOf(Declaration, StringComparison.Ordinal) >= 0)
            {
                return false;
            }

            foreach (string word in words)
            {
                if (Contains(text, word))
                {
                    return true;
                }
            }

            return false;
        });

    private static bool Contains(string text, string word)
    {
        for (int at = Next(text, word, 0); at >= 0; at = Next(text, word, at + 1))
        {
            if (word.Length > LongestAmbiguous || (Begins(text, at) && Ends(text, at + word.Length)))
            {
                return true;
            }
        }

        return false;
    }

    private static int Next(string text, string word, int from) => text.IndexOf(word, from, StringComparison.OrdinalIgnoreCase);

    private static bool Begins(string text, int at) =>
        at == 0 || !char.IsLetter(text[at - 1]) || char.IsUpper(text[at]) != char.IsUpper(text[at - 1]);

    private static bool Ends(string text, int end) => end == text.Length || !char.IsLower(text[end]) || text[end] == 's' || char.IsUpper(text[end - 1]);
}
