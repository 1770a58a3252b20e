using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;

namespace Kernel.Benchmarks.Analyzers;

/// <summary>Where the parts of the SDK and of this repository are that a comparison of analyzers needs, as the build of this project knew them.</summary>
internal static class Toolchain
{
    /// <summary>The top of the repository.</summary>
    public static string Repository => Path.GetFullPath(Told("Repository"));

    /// <summary>The program that runs everything else.</summary>
    public static string Dotnet => Told("Dotnet");

    /// <summary>The compiler of the SDK.</summary>
    public static string Compiler => Path.Combine(Sdk, "Roslyn", "bincore", "csc.dll");

    /// <summary>The analyzers that every project runs unless it says otherwise.</summary>
    public static IReadOnlyList<string> NetAnalyzers =>
    [
        Path.Combine(SdkAnalyzers, "Microsoft.CodeAnalysis.NetAnalyzers.dll"),
        Path.Combine(SdkAnalyzers, "Microsoft.CodeAnalysis.CSharp.NetAnalyzers.dll"),
    ];

    /// <summary>Which of their rules run, and how severe they are, in a project that says nothing.</summary>
    public static string NetRules => Directory.GetFiles(Path.Combine(SdkAnalyzers, "build", "config"), "analysislevel_*_default.globalconfig")
        .OrderByDescending(VersionOf)
        .First();

    /// <summary>The rules of this repository, built as this program was.</summary>
    public static IReadOnlyList<string> OwnAnalyzers => [Told("OwnAnalyzers")];

    /// <summary>The contracts that every project under the rules has in its source.</summary>
    public static IEnumerable<string> Contracts => Directory.GetFiles(Path.Combine(Repository, "analyzers", "Contracts"), "*.cs").Order(StringComparer.Ordinal);

    /// <summary>The core library, as code is compiled against it.</summary>
    public static IEnumerable<string> References
    {
        get
        {
            string pack = Directory.GetDirectories(Told("ReferencePack")).OrderByDescending(static path => new Version(Path.GetFileName(path))).First();
            return Directory.GetFiles(Directory.GetDirectories(Path.Combine(pack, "ref")).Single(), "*.dll").Order(StringComparer.Ordinal);
        }
    }

    private static string Sdk => Told("Sdk");

    private static string SdkAnalyzers => Path.Combine(Sdk, "Sdks", "Microsoft.NET.Sdk", "analyzers");

    // analysislevel_10_default, not analysislevel_9_default
    private static int VersionOf(string path) =>
        int.TryParse(Path.GetFileName(path).Split('_')[1], out int version) ? version : 0;

    private static string Told(string key) => typeof(Toolchain).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(told => told.Key == key).Value ?? throw new InvalidOperationException(key);
}
