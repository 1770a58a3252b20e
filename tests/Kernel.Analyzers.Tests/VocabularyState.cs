using System;
using System.IO;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Testing;

namespace Kernel.Analyzers.Tests;

/// <summary>What a test of contracts for an assembly starts from that carries none itself.</summary>
internal static class VocabularyState
{
    /// <summary>Compiles the source to an assembly of its own, which knows no contracts, and refers to it in place of the contracts.</summary>
    public static void Refer(SolutionState state, string source)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Vendor",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Latest))],
            ReferenceAssemblies.Net.Net80.ResolveAsync(LanguageNames.CSharp, CancellationToken.None).GetAwaiter().GetResult(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        using MemoryStream image = new();
        EmitResult result = compilation.Emit(image);
        if (!result.Success)
        {
            throw new InvalidOperationException($"The vendor's source does not compile: {string.Join(Environment.NewLine, result.Diagnostics)}");
        }

        state.AdditionalReferences.Clear();
        state.AdditionalReferences.Add(MetadataReference.CreateFromImage(image.ToArray()));
    }
}
