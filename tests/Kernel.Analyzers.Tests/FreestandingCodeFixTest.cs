using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Kernel.Analyzers.Tests;

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
