using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The examples of the lock pages compile; the bad ones are reported where they say so, the good ones nowhere.</summary>
public class LockPageTests
{
    private const string Beside = "private ulong[] _entries; private int _count; enum MapError { None, OutsideDirectMap }";

    [Theory]
    [InlineData("KMEM303", "Bad code")]
    [InlineData("KMEM303", "Good code")]
    [InlineData("KMEM304", "Bad code")]
    [InlineData("KMEM304", "Good code")]
    [InlineData("KMEM305", "Bad code")]
    [InlineData("KMEM305", "Good code")]
    public async Task The_example_is_what_it_is_said_to_be(string id, string heading)
    {
        string page = await File.ReadAllTextAsync(Path.Combine(RuleCatalogue.PagesFolder, id + ".md"));
        string example = page.Split($"## {heading}\n\n```csharp\n")[1].Split("```")[0];
        string source = LockSource.With(example.Replace("public MapError", "private MapError", StringComparison.Ordinal) + Beside);
        string[] lines = source.Split('\n');
        int[] said = [.. Enumerable.Range(0, lines.Length).Where(line => lines[line].Contains($"// {id}", StringComparison.Ordinal))];
        ImmutableArray<MetadataReference> framework = await ReferenceAssemblies.Net.Net80.ResolveAsync(LanguageNames.CSharp, CancellationToken.None);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "TestProject",
            [CSharpSyntaxTree.ParseText(source)],
            framework.Add(ContractsReference.Instance),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers([new LockAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        Assert.Equal(heading == "Bad code", said.Length > 0);
        Assert.Equal(
            said.Select(line => (id, line)),
            found.Select(diagnostic => (diagnostic.Id, diagnostic.Location.GetLineSpan().StartLinePosition.Line)).Order());
    }
}
