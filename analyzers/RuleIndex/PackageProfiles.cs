using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.RuleIndex;

/// <summary>The ready severities that the package brings, made from the rules: <c>KernelMemoryProfile</c> chooses one.</summary>
internal static class PackageProfiles
{
    /// <summary>The name of each profile.</summary>
    public static IReadOnlyList<string> Names { get; } = ["strict", "recommended", "audit"];

    /// <summary>The folder of the package, in this checkout.</summary>
    public static string Folder { get; } = Path.Combine(RuleCatalogue.PagesFolder, "..", "Kernel.Memory.Analyzers");

    /// <summary>The file of a profile, in this checkout.</summary>
    public static string PathOf(string profile) => Path.Combine(Folder, "profiles", profile + ".globalconfig");

    /// <summary>The text that the file has to have.</summary>
    public static string TextOf(string profile)
    {
        StringBuilder text = new($"""
            # {DescriptionOf(profile)}
            # .editorconfig has the last word. This file is made from the rules: do not edit it.
            is_global = true
            global_level = -1

            """);
        if (profile == "strict")
        {
            text.Append("\nkernel_memory.freestanding = true\n");
        }

        foreach (DiagnosticDescriptor rule in RuleCatalogue.Rules())
        {
            string reason = SeverityIn(profile, rule) == "none" ? ": no mistake, so only for whoever asks" : "";
            text.Append($"\n# {rule.Title}{reason}\ndotnet_diagnostic.{rule.Id}.severity = {SeverityIn(profile, rule)}\n");
        }

        return text.ToString();
    }

    private static string DescriptionOf(string profile) => profile switch
    {
        "strict" => "strict: every rule is an error, and all of the project is code without a runtime.",
        "recommended" => "recommended: every rule has its own severity; .editorconfig says which code runs without a runtime.",
        "audit" => "audit: every rule warns and none stops the build, for a first look at an existing kernel.",
        _ => throw new ArgumentOutOfRangeException(nameof(profile), profile, "There is no such profile."),
    };

    private static string SeverityIn(string profile, DiagnosticDescriptor rule) => (profile, rule.DefaultSeverity) switch
    {
        ("strict", DiagnosticSeverity.Error or DiagnosticSeverity.Warning) => "error",
        ("strict", _) => "warning",
        ("audit", _) => "warning",
        _ when !rule.IsEnabledByDefault => "none",
        (_, DiagnosticSeverity.Error) => "error",
        (_, DiagnosticSeverity.Warning) => "warning",
        _ => "suggestion",
    };
}
