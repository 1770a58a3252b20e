using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Kernel.Benchmarks.Analyzers;

/// <summary>The source of a kernel that is as large as one likes: the same text every time, correct, and of everything that the rules look at.</summary>
internal static class GeneratedKernel
{
    private const int PartsInFile = 8;
    private const string Number = "NNN";
    private const string Size = "SSS";

    /// <summary>The files, until they have so many lines together.</summary>
    /// <param name="lines">The fewest lines.</param>
    public static IEnumerable<string> Files(int lines)
    {
        yield return GeneratedParts.Machine;
        int written = LinesIn(GeneratedParts.Machine);
        for (int number = 0; written < lines; number++)
        {
            string file = FileOf(number);
            written += LinesIn(file);
            yield return file;
        }
    }

    /// <summary>How many lines a text has.</summary>
    public static int LinesIn(string text) => text.Count(static character => character == '\n');

    // Most of a kernel is plain code; what the rules are about stands between.
    private static string FileOf(int file)
    {
        StringBuilder text = new();
        text.Append(GeneratedParts.Head);
        for (int part = 0; part < PartsInFile; part++)
        {
            int number = (file * PartsInFile) + part;
            text.Append(GeneratedParts.All[part % GeneratedParts.All.Length]
                .Replace(Number, number.ToString(CultureInfo.InvariantCulture))
                .Replace(Size, (16 + (number * 7 % 240)).ToString(CultureInfo.InvariantCulture)));
        }

        return text.ToString();
    }
}
