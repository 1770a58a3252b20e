using System;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Contracts;

/// <summary>Asks the text of a compilation's source what it mentions: the cheapest question there is, and the first one.</summary>
internal static class SourceWords
{
    /// <summary>Whether a file says so.</summary>
    public static bool Any(Compilation compilation, CancellationToken cancellation, Func<string, bool> says)
    {
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            cancellation.ThrowIfCancellationRequested();
            if (says(tree.GetText(cancellation).ToString()))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a file contains one of the words, whatever their case: also inside of a longer one.</summary>
    public static bool Mentions(Compilation compilation, CancellationToken cancellation, ImmutableArray<string> words) =>
        Any(compilation, cancellation, text =>
        {
            foreach (string word in words)
            {
                if (text.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                {
                    return true;
                }
            }

            return false;
        });
}
