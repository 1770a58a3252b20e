using System;
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

    /// <summary>The width of a pointer: <c>32</c> or <c>64</c>. Default 32 when the project's platform is x86, else 64.</summary>
    public const string PointerBits = Prefix + "pointer_bits";

    /// <summary>Whether the file's code runs without a managed runtime.</summary>
    public static bool IsFreestanding(AnalyzerOptions options, SyntaxTree tree) =>
        Read(options, tree, Freestanding) is { } text && bool.TryParse(text, out bool value) && value;

    /// <summary>How many bits a pointer has in the file: 32 or 64.</summary>
    public static int PointerBitsOf(AnalyzerOptions options, Compilation compilation, SyntaxTree tree) =>
        Read(options, tree, PointerBits) switch
        {
            "32" => 32,
            "64" => 64,
            _ => compilation.Options.Platform == Platform.X86 ? 32 : 64,
        };

    /// <summary>What the option may be set to, for a message; null where no rule reads an option of this name.</summary>
    public static string? ValuesOf(string key) => key switch
    {
        Freestanding => "true or false",
        PointerBits => "32 or 64",
        _ => null,
    };

    /// <summary>Whether a rule understands the option's value.</summary>
    public static bool IsUnderstood(string key, string value) => key switch
    {
        Freestanding => bool.TryParse(value, out _),
        PointerBits => value.Trim() is "32" or "64",
        _ => false,
    };

    /// <summary>The option's text without surrounding blanks, or null where it is not set.</summary>
    public static string? Read(AnalyzerOptions options, SyntaxTree tree, string key) =>
        options.AnalyzerConfigOptionsProvider.GetOptions(tree).TryGetValue(key, out string? text)
        && !string.IsNullOrWhiteSpace(text)
            ? text.Trim()
            : null;
}
