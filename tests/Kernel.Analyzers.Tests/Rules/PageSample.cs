using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Kernel.Analyzers.RuleIndex;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>A sample of code on the page of a rule: the members of a class, an <c>.editorconfig</c>, or a vocabulary of contracts.</summary>
/// <param name="Id">The rule that the page is about.</param>
/// <param name="Language">What the fence says: <c>csharp</c>, <c>ini</c> or <c>text</c>.</param>
/// <param name="Text">What stands between the fences.</param>
internal sealed partial record PageSample(string Id, string Language, string Text)
{
    /// <summary>Every C# sample stands between these two lines, in the namespace of the machine that it is written for.</summary>
    private const string Before = """
        using System;
        using System.Collections.Generic;
        using System.Diagnostics;
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using System.Threading;
        using Kernel.Contracts;
        using static SampleKernel.Layout;
        namespace SampleKernel; unsafe class Sample {

        """;

    /// <summary>The types that the samples use, for whoever reads the pages and for the tests.</summary>
    public static string Machine { get; } = File.ReadAllText(Path.Combine(RuleCatalogue.PagesFolder, "SampleKernel.cs"));

    /// <summary>The source file that the sample makes.</summary>
    public string Source => Language == "csharp" ? $"{Before}{Text}}}\n" : "namespace SampleKernel;\n";

    /// <summary>
    /// The options that hold for the sample: those that it sets in a comment on a line of its own, and what the strict profile says.
    /// </summary>
    public string Options => Language == "ini"
        ? Text
        : $"[*.cs]\nkernel_memory.freestanding = true\n{string.Join('\n', OptionLine().Matches(Text).Select(match => match.Groups["option"].Value))}\n";

    /// <summary>The lines of the file that the sample makes.</summary>
    public string[] Lines => (Language == "csharp" ? Source : Text).Split('\n');

    /// <summary>Which of <see cref="Lines"/> say what is reported there.</summary>
    public IEnumerable<(int Line, string Id)> Said =>
        from line in Lines.Select((text, index) => (Text: text, Index: index))
        let said = Mark().Match(line.Text)
        where said.Success
        select (line.Index, said.Groups["id"].Value);

    /// <summary>The samples under a heading, in the order of the page.</summary>
    public static IReadOnlyList<PageSample> Of(string id, string heading)
    {
        string page = File.ReadAllText(Path.Combine(RuleCatalogue.PagesFolder, id + ".md"));
        string section = page.Split($"\n## {heading}\n")[1].Split("\n## ")[0];
        return [.. Fence().Matches(section).Select(match => new PageSample(id, match.Groups["language"].Value, match.Groups["text"].Value))];
    }

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("(//|#) (?<id>KMEM[0-9]{3})")]
    private static partial Regex Mark();

    [GeneratedRegex(@"^// (?<option>kernel_memory\.[a-z_]+ = [a-z0-9, ]+)", RegexOptions.Multiline)]
    private static partial Regex OptionLine();
}
