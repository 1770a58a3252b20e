using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Kernel.Analyzers.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.RuleIndex;

/// <summary>All rules that the analyzers declare, and the files that speak about them.</summary>
internal static class RuleCatalogue
{
    /// <summary>The one rule that several analyzers share: each says with it where it cannot decide.</summary>
    public const string Unproven = "KMEM000";

    private const string IndexFile = "README.md";

    /// <summary>The folder of the rule pages, in this checkout.</summary>
    public static string PagesFolder { get; } = Path.Combine(TopOfRepository(), "analyzers", "docs");

    /// <summary>The generated index of the pages.</summary>
    public static string IndexPath => Path.Combine(PagesFolder, IndexFile);

    /// <summary>The table of rules that the next release will bring.</summary>
    public static string UnshippedPath => Path.Combine(TopOfRepository(), "analyzers", "Kernel.Analyzers", "AnalyzerReleases.Unshipped.md");

    /// <summary>The file that sets the severities in this repository.</summary>
    public static string EditorConfigPath => Path.Combine(TopOfRepository(), ".editorconfig");

    /// <summary>A new instance of each analyzer.</summary>
    public static IReadOnlyList<DiagnosticAnalyzer> Analyzers() =>
    [
        .. typeof(RuleDescriptor).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !type.IsAbstract)
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>Every rule once, by ID: a rule that says different things about different mistakes has one title.</summary>
    public static IReadOnlyList<DiagnosticDescriptor> Rules() =>
    [
        .. Analyzers().SelectMany(analyzer => analyzer.SupportedDiagnostics).DistinctBy(rule => (rule.Id, rule.Title.ToString()))
            .OrderBy(rule => rule.Id, StringComparer.Ordinal),
    ];

    /// <summary>How severe a rule is where nothing is configured.</summary>
    public static string SeverityOf(DiagnosticDescriptor rule) => rule.IsEnabledByDefault ? rule.DefaultSeverity.ToString() : "Disabled";

    /// <summary>The text that the index has to have.</summary>
    public static string Index()
    {
        StringBuilder text = new();
        text.Append("""
            # Rules

            What the compiler refuses in a kernel. Each page says what its rule proves, on what it relies, what it cannot see, and where
            the crash that it prevents has happened. The samples stand in the kernel of [SampleKernel.cs](SampleKernel.cs); the tests
            compile each of them and run all rules over it. The options of all rules are on the page of [KMEM001](KMEM001.md#what-it-proves).

            This table is made from the rules. The build fails where it says something else; `REWRITE_RULE_INDEX=1 dotnet build
            analyzers/RuleIndex` writes it again.

            | Rule | What it reports | Category | Severity |
            |---|---|---|---|

            """);
        foreach (DiagnosticDescriptor rule in Rules())
        {
            text.Append($"| [{rule.Id}]({rule.Id}.md) | {rule.Title} | {rule.Category} | {SeverityOf(rule)} |\n");
        }

        return text.ToString();
    }

    private static string TopOfRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kernel.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Kernel.sln above {AppContext.BaseDirectory}.");
    }
}
