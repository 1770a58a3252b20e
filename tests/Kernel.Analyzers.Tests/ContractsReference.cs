using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.Tests;

/// <summary>The attributes of <c>analyzers/Contracts</c>, for test sources: compiled once, visible to them as if they were source.</summary>
internal static class ContractsReference
{
    private const string VisibleToTests = """[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("TestProject")]""";

    private static readonly Lazy<MetadataReference> Compiled = new(Compile);

    /// <summary>The one reference that all tests share.</summary>
    public static MetadataReference Instance => Compiled.Value;

    private static MetadataReference Compile()
    {
        CSharpParseOptions parseOptions = new(LanguageVersion.Latest);
        ImmutableArray<MetadataReference> framework =
            ReferenceAssemblies.Net.Net80.ResolveAsync(LanguageNames.CSharp, CancellationToken.None).GetAwaiter().GetResult();
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Kernel.Contracts",
            Sources().Append(SourceText.From(VisibleToTests)).Select(source => CSharpSyntaxTree.ParseText(source, parseOptions)),
            framework,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using MemoryStream image = new();
        EmitResult result = compilation.Emit(image);
        return result.Success
            ? MetadataReference.CreateFromImage(image.ToArray())
            : throw new InvalidOperationException($"The contracts do not compile: {string.Join(Environment.NewLine, result.Diagnostics)}");
    }

    private static IEnumerable<SourceText> Sources()
    {
        foreach (string name in typeof(ContractsReference).Assembly.GetManifestResourceNames())
        {
            if (name.StartsWith("Contracts/", StringComparison.Ordinal))
            {
                using Stream stream = typeof(ContractsReference).Assembly.GetManifestResourceStream(name)!;
                yield return SourceText.From(stream);
            }
        }
    }
}
