using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules;

/// <summary>Makes the descriptors of all rules, so that every one has a page, a category and the severity that the catalogue says.</summary>
public static class RuleDescriptor
{
    /// <summary>The metadata of this assembly in which the build says where the pages are to be read.</summary>
    public const string PagesMetadata = "RulePages";

    private static readonly string s_pages = PagesIn(typeof(RuleDescriptor).Assembly);

    /// <summary>A rule that stops the build.</summary>
    /// <param name="id"><c>KMEM</c> and three digits; the first digit is the category.</param>
    /// <param name="category">One of <see cref="RuleCategory"/>.</param>
    /// <param name="title">What is wrong, in a few words; also the title of the page and its line in the index.</param>
    /// <param name="messageFormat">What was found and what to do about it, in one sentence.</param>
    /// <param name="customTags">Some of <see cref="WellKnownDiagnosticTags"/>.</param>
    public static DiagnosticDescriptor Create(
        string id, string category, string title, string messageFormat, params string[] customTags) =>
        new(
            id,
            title,
            messageFormat,
            category,
            DiagnosticSeverity.Error,
            isEnabledByDefault: true,
            helpLinkUri: PageOf(id),
            customTags: customTags);

    /// <summary>A rule that says nothing unless it is asked to.</summary>
    /// <param name="id"><c>KMEM</c> and three digits; the first digit is the category.</param>
    /// <param name="category">One of <see cref="RuleCategory"/>.</param>
    /// <param name="title">What it says, in a few words; also the title of the page and its line in the index.</param>
    /// <param name="messageFormat">What was found, in one sentence.</param>
    public static DiagnosticDescriptor CreateOptional(string id, string category, string title, string messageFormat) =>
        new(id, title, messageFormat, category, DiagnosticSeverity.Info, isEnabledByDefault: false, helpLinkUri: PageOf(id));

    /// <summary>Where the page of a rule is: under the public home that the build was told of, or else from the top of the repository and of the package.</summary>
    public static string PageOf(string id) => $"{s_pages}{id}.md";

    private static string PagesIn(Assembly assembly) =>
        assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == PagesMetadata).Value;
}
