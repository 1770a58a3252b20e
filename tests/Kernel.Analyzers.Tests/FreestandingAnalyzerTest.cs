using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Kernel.Analyzers.Tests;

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
