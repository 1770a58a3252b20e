using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules;

/// <summary>Makes the descriptors of all rules, so that every one has a page, a category and the severity that the catalogue says.</summary>
public static class RuleDescriptor
{
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

    /// <summary>Where the page of a rule is, relative to the top of the repository.</summary>
    public static string PageOf(string id) => $"analyzers/docs/{id}.md";
}
