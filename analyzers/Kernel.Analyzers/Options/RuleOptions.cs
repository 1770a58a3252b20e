using System;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Options;

/// <summary>The <c>kernel_memory.*</c> options of <c>.editorconfig</c>, and what holds where they say nothing.</summary>
public static class RuleOptions
{
    /// <summary>What every option's key begins with.</summary>
    public const string Prefix = "kernel_memory.";

    /// <summary><c>true</c> for files whose code runs without a managed runtime. Default <c>false</c>.</summary>
    public const string Freestanding = Prefix + "freestanding";

    /// <summary>
    /// The width of a pointer on each target that the file is compiled for: <c>32</c>, <c>64</c>, or <c>32, 64</c>. Default 32 when the
    /// project's platform is x86, else 64.
    /// </summary>
    public const string PointerBits = Prefix + "pointer_bits";

    private static readonly ImmutableArray<int> s_narrow = [32];
    private static readonly ImmutableArray<int> s_wide = [64];
    private static readonly ImmutableArray<int> s_both = [64, 32];

    /// <summary>Whether the file's code runs without a managed runtime.</summary>
    public static bool IsFreestanding(AnalyzerOptions options, SyntaxTree tree) =>
        Read(options, tree, Freestanding) is { } text && bool.TryParse(text, out bool value) && value;

    /// <summary>How many bits a pointer has on each target of the file, the widest first: 64, 32, or both.</summary>
    public static ImmutableArray<int> PointerWidthsOf(AnalyzerOptions options, Compilation compilation, SyntaxTree tree) =>
        Read(options, tree, PointerBits) is { } text && WidthsIn(text) is { IsEmpty: false } widths
            ? widths
            : compilation.Options.Platform == Platform.X86 ? s_narrow : s_wide;

    /// <summary>What the option may be set to, for a message; null where no rule reads an option of this name.</summary>
    public static string? ValuesOf(string key) => key switch
    {
        Freestanding => "true or false",
        PointerBits => "32, 64, or both: 32, 64",
        _ => null,
    };

    /// <summary>Whether a rule understands the option's value.</summary>
    public static bool IsUnderstood(string key, string value) => key switch
    {
        Freestanding => bool.TryParse(value, out _),
        PointerBits => !WidthsIn(value).IsEmpty,
        _ => false,
    };

    /// <summary>The option's text without surrounding blanks, or null where it is not set.</summary>
    public static string? Read(AnalyzerOptions options, SyntaxTree tree, string key) =>
        options.AnalyzerConfigOptionsProvider.GetOptions(tree).TryGetValue(key, out string? text)
        && !string.IsNullOrWhiteSpace(text)
            ? text.Trim()
            : null;

    // Empty where the text names anything but the two widths, or one of them twice.
    private static ImmutableArray<int> WidthsIn(string text)
    {
        string[] parts = text.Split(',');
        return parts.Length switch
        {
            1 => parts[0].Trim() switch { "32" => s_narrow, "64" => s_wide, _ => [] },
            2 => (parts[0].Trim(), parts[1].Trim()) is ("32", "64") or ("64", "32") ? s_both : [],
            _ => [],
        };
    }
}
