using System;

namespace Boot.Protocols;

/// <summary>The guest's command line: words of the form <c>key=value</c> between spaces.</summary>
internal static class CommandLine
{
    /// <summary>The value of the first word with <paramref name="key"/>; false when there is none. A plus sign in it stands for a space.</summary>
    public static bool TryGet(ReadOnlySpan<byte> line, ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        while (!line.IsEmpty)
        {
            int space = line.IndexOf((byte)' ');
            ReadOnlySpan<byte> word = space < 0 ? line : line.Slice(0, space);
            line = space < 0 ? default : line.Slice(space + 1);
            if (word.Length > key.Length && word.StartsWith(key) && word[key.Length] == (byte)'=')
            {
                value = word.Slice(key.Length + 1);
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Whether <paramref name="text"/> contains <paramref name="pattern"/>, in which a plus sign stands for a space.</summary>
    public static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<byte> pattern)
    {
        for (int start = 0; start + pattern.Length <= text.Length; start++)
        {
            int matched = 0;
            while (matched < pattern.Length
                && text[start + matched] == (pattern[matched] == (byte)'+' && text[start + matched] == ' ' ? ' ' : (char)pattern[matched]))
            {
                matched++;
            }

            if (matched == pattern.Length)
            {
                return true;
            }
        }

        return false;
    }
}
