using System;
using System.Collections.Immutable;

namespace Kernel.Analyzers.Names;

/// <summary>Finds words in names, whatever their case.</summary>
internal static class Words
{
    /// <summary>Whether the name has the word in it.</summary>
    public static bool Has(string name, string word) => name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>Whether the name has one of the words in it.</summary>
    public static bool HasAny(string name, ImmutableArray<string> words) => Any(name, words, Has);

    /// <summary>Whether the name begins with one of the words.</summary>
    public static bool BeginsWithAny(string name, ImmutableArray<string> words) =>
        Any(name, words, static (text, word) => text.StartsWith(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the name ends so, in the middle of a word or not.</summary>
    public static bool EndsIn(string name, string end) => name.EndsWith(end, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the name ends in the word: <c>kernelPml4</c> and <c>old_pte</c> end in one, <c>route</c> does not end in <c>pte</c>.</summary>
    public static bool EndsInWord(string name, string word)
    {
        int start = name.Length - word.Length;
        return start >= 0 && string.Compare(name, start, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
            && (start == 0 || name[start - 1] == '_' || char.IsUpper(name[start]));
    }

    /// <summary>Whether the name ends in one of the words.</summary>
    public static bool EndsInAnyWord(string name, ImmutableArray<string> words) => Any(name, words, EndsInWord);

    /// <summary>Whether one of the words and the name match.</summary>
    public static bool Any(string name, ImmutableArray<string> words, Func<string, string, bool> matches)
    {
        foreach (string word in words)
        {
            if (matches(name, word))
            {
                return true;
            }
        }

        return false;
    }
}
