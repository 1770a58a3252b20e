using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>The framework that test sources are compiled against. Every one stands for the reference pack of the SDK that runs the tests.</summary>
public sealed class ReferenceAssemblies
{
    // One set of references for all compilations: Roslyn then reads and decodes each assembly once.
    private static readonly Lazy<ImmutableArray<MetadataReference>> ReferencePack = new(ReadReferencePack);

    private ReferenceAssemblies(string targetFramework) => TargetFramework = targetFramework;

    /// <summary>The reference assemblies of a test that names none.</summary>
    public static ReferenceAssemblies Default { get; } = new("net8.0");

    /// <summary>The name of the framework.</summary>
    public string TargetFramework { get; }

    /// <summary>The references.</summary>
    public Task<ImmutableArray<MetadataReference>> ResolveAsync(string? language, CancellationToken cancellationToken)
    {
        _ = language;
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(ReferencePack.Value);
    }

    private static ImmutableArray<MetadataReference> ReadReferencePack()
    {
        // …/shared/Microsoft.NETCore.App/<version>/ beside …/packs/Microsoft.NETCore.App.Ref/<version>/ref/<framework>/
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string pack = Path.Combine(dotnet, "packs", "Microsoft.NETCore.App.Ref");
        string newest = Directory.GetDirectories(pack).MaxBy(path => Version.Parse(Path.GetFileName(path).Split('-')[0]))
            ?? throw new DirectoryNotFoundException($"No reference pack in {pack}.");
        string framework = Directory.GetDirectories(Path.Combine(newest, "ref")).Single();
        return
        [
            .. Directory.GetFiles(framework, "*.dll")
                .Order(StringComparer.Ordinal)
                .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)),
        ];
    }

    /// <summary>The frameworks after .NET Framework.</summary>
    public static class Net
    {
        /// <summary>.NET 8.</summary>
        public static ReferenceAssemblies Net80 { get; } = new("net8.0");

        /// <summary>.NET 9.</summary>
        public static ReferenceAssemblies Net90 { get; } = new("net9.0");
    }
}
