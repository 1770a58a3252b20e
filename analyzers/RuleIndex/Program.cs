using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Kernel.Analyzers.RuleIndex;

/// <summary>Holds the files that are made from the rules to what the rules say, or writes them again.</summary>
internal static class Program
{
    /// <summary>With <c>--write</c> writes the files; without, fails with a line for each that has drifted.</summary>
    public static int Main(string[] arguments)
    {
        bool write = arguments.Contains("--write");
        int drifted = 0;
        foreach ((string path, string text) in Files())
        {
            if (write)
            {
                File.WriteAllText(path, text);
            }
            else if (!File.Exists(path) || File.ReadAllText(path) != text)
            {
                Console.WriteLine($"{path}(1,1): error KMEMINDEX: does not say what the rules say; write it with REWRITE_RULE_INDEX=1 dotnet build analyzers/RuleIndex");
                drifted++;
            }
        }

        return drifted == 0 ? 0 : 1;
    }

    private static IEnumerable<(string Path, string Text)> Files() =>
        PackageProfiles.Names.Select(profile => (PackageProfiles.PathOf(profile), PackageProfiles.TextOf(profile)))
            .Prepend((RuleCatalogue.IndexPath, RuleCatalogue.Index()));
}
