using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Kernel.Analyzers.Tests;

/// <summary>A test of an analyzer on sources that may use the contracts.</summary>
public class KernelAnalyzerTest<TAnalyzer> : CSharpAnalyzerTest<TAnalyzer, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    /// <summary>A test without sources.</summary>
    public KernelAnalyzerTest() => KernelState.Prepare(this, new TAnalyzer(), freestanding: false);

    /// <inheritdoc/>
    protected override Task RunImplAsync(CancellationToken cancellationToken) =>
        SourceCollection.Takes(TestState) ? Task.CompletedTask : base.RunImplAsync(cancellationToken);
}

/// <summary>A test of an analyzer on sources that may use the contracts and run without a runtime.</summary>
public class FreestandingAnalyzerTest<TAnalyzer> : CSharpAnalyzerTest<TAnalyzer, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    /// <summary>A test without sources.</summary>
    public FreestandingAnalyzerTest() => KernelState.Prepare(this, new TAnalyzer(), freestanding: true);

    /// <inheritdoc/>
    protected override Task RunImplAsync(CancellationToken cancellationToken) =>
        SourceCollection.Takes(TestState) ? Task.CompletedTask : base.RunImplAsync(cancellationToken);
}

/// <summary>A test of a code fix on sources that may use the contracts.</summary>
public class KernelCodeFixTest<TAnalyzer, TCodeFix> : CSharpCodeFixTest<TAnalyzer, TCodeFix, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TCodeFix : CodeFixProvider, new()
{
    /// <summary>A test without sources.</summary>
    public KernelCodeFixTest() => KernelState.Prepare(this, new TAnalyzer(), freestanding: false);

    /// <inheritdoc/>
    protected override Task RunImplAsync(CancellationToken cancellationToken) =>
        SourceCollection.Takes(TestState) ? Task.CompletedTask : base.RunImplAsync(cancellationToken);
}

/// <summary>A test of a code fix on sources that may use the contracts and run without a runtime.</summary>
public class FreestandingCodeFixTest<TAnalyzer, TCodeFix> : CSharpCodeFixTest<TAnalyzer, TCodeFix, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TCodeFix : CodeFixProvider, new()
{
    /// <summary>A test without sources.</summary>
    public FreestandingCodeFixTest() => KernelState.Prepare(this, new TAnalyzer(), freestanding: true);

    /// <inheritdoc/>
    protected override Task RunImplAsync(CancellationToken cancellationToken) =>
        SourceCollection.Takes(TestState) ? Task.CompletedTask : base.RunImplAsync(cancellationToken);
}

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
        if (analyzer.SupportedDiagnostics.GroupBy(rule => rule.Id).Any(sameId => sameId.Count() > 1))
        {
            test.MarkupOptions = MarkupOptions.UseFirstDescriptor;
        }

        test.ReferenceAssemblies = ReferenceAssemblies.Net.Net80;
        test.TestState.AdditionalReferences.Add(ContractsReference.Instance);
        if (freestanding)
        {
            test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", Freestanding));
        }
    }
}
