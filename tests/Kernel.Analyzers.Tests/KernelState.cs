using System.Linq;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Kernel.Analyzers.Tests;

/// <summary>What every test of a kernel rule starts from.</summary>
internal static class KernelState
{
    private const string Freestanding = """
        root = true

        [*.cs]
        kernel_memory.freestanding = true
        """;

    /// <summary>Adds the contracts and, for freestanding code, the option that says so.</summary>
    public static void Prepare(AnalyzerTest<DefaultVerifier> test, DiagnosticAnalyzer analyzer, bool freestanding)
    {
        // A rule may word its mistakes differently, with a descriptor for each; markup compares only the ID that they share.
        // KMEM000 is the last of those that can be undecided.
        if (analyzer.SupportedDiagnostics.GroupBy(rule => rule.Id).Any(sameId => sameId.Count() > 1 || sameId.Key == "KMEM000"))
        {
            test.MarkupOptions = MarkupOptions.UseFirstDescriptor;
        }

        // What cannot be decided is asked about in tests of its own.
        test.DisabledDiagnostics.Add("KMEM000");
        test.ReferenceAssemblies = ReferenceAssemblies.Net.Net80;
        test.TestState.AdditionalReferences.Add(ContractsReference.Instance);
        if (freestanding)
        {
            test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", Freestanding));
        }
    }
}
