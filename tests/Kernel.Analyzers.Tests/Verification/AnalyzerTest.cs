using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A test of analyzers: sources, and the diagnostics that have to come out.</summary>
/// <remarks>
/// Counted are the diagnostics of the analyzers, whatever their severity, and the errors of the compiler. Each has to be
/// expected once, in markup or in <see cref="ExpectedDiagnostics"/>. When one is expected in a source, the analyzers run twice
/// more: on the same sources marked as generated, and on the same sources with the expected rules suppressed.
/// </remarks>
public abstract class AnalyzerTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    private const string AnalyzerThrew = "AD0001";

    /// <summary>A test without sources.</summary>
    protected AnalyzerTest() => TestState = new SolutionState("TestProject", Language, "/0/Test", DefaultFileExt);

    /// <summary>The language of the sources.</summary>
    public abstract string Language { get; }

    /// <summary>Adds a source.</summary>
    public string TestCode
    {
        set => TestState.Sources.Add(value);
    }

    /// <summary>The sources and what is expected in them.</summary>
    public SolutionState TestState { get; }

    /// <summary>The diagnostics expected, beyond those in markup.</summary>
    public List<DiagnosticResult> ExpectedDiagnostics => TestState.ExpectedDiagnostics;

    /// <summary>The framework that the sources are compiled against.</summary>
    public ReferenceAssemblies ReferenceAssemblies { get; set; } = ReferenceAssemblies.Default;

    /// <summary>Which diagnostics of the compiler count. Errors when not given.</summary>
    public CompilerDiagnostics CompilerDiagnostics { get; set; } = CompilerDiagnostics.Errors;

    /// <summary>Rules that are switched off.</summary>
    public List<string> DisabledDiagnostics { get; } = [];

    /// <summary>Changes made to the solution before it is compiled.</summary>
    public List<Func<Solution, ProjectId, Solution>> SolutionTransforms { get; } = [];

    /// <summary>How markup is read.</summary>
    public MarkupOptions MarkupOptions { get; set; }

    /// <summary>Which automatic second runs are left out.</summary>
    public TestBehaviors TestBehaviors { get; set; }

    /// <summary>The extension of sources without a name.</summary>
    protected abstract string DefaultFileExt { get; }

    /// <summary>Reports failures.</summary>
    protected IVerifier Verify { get; } = new TVerifier();

    /// <summary>Runs the test.</summary>
    public Task RunAsync(CancellationToken cancellationToken = default) => RunImplAsync(cancellationToken);

    /// <summary>The analyzers under test.</summary>
    protected abstract IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers();

    /// <summary>How the sources are compiled.</summary>
    protected abstract CompilationOptions CreateCompilationOptions();

    /// <summary>How the sources are parsed.</summary>
    protected abstract ParseOptions CreateParseOptions();

    /// <summary>Runs the test.</summary>
    protected virtual async Task RunImplAsync(CancellationToken cancellationToken)
    {
        Verify.True(TestState.Sources.Count > 0, "The test has no source.");
        ImmutableArray<DiagnosticAnalyzer> analyzers = [.. GetDiagnosticAnalyzers()];
        ReadState state = Read(TestState, analyzers);
        await VerifyDiagnosticsAsync(state, analyzers, Verify.PushContext("diagnostics of the test state"), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>The state without its markup.</summary>
    private protected ReadState Read(SolutionState state, ImmutableArray<DiagnosticAnalyzer> analyzers) =>
        new StateReader(MarkupOptions, [.. analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics)]).Read(state);

    /// <summary>The solution of a state.</summary>
    private protected async Task<Solution> BuildAsync(
        ReadState state, ImmutableArray<DiagnosticAnalyzer> analyzers, CancellationToken cancellationToken)
    {
        ImmutableArray<MetadataReference> references =
            await ReferenceAssemblies.ResolveAsync(Language, cancellationToken).ConfigureAwait(false);
        return new SolutionBuilder(references, () => Configure(CreateCompilationOptions(), analyzers), CreateParseOptions, SolutionTransforms)
            .Build(state);
    }

    /// <summary>What counts of the diagnostics in a solution.</summary>
    private protected Task<ImmutableArray<Finding>> FindAsync(
        Solution solution, ImmutableArray<DiagnosticAnalyzer> analyzers, CancellationToken cancellationToken) =>
        new SolutionAnalysis(analyzers, CompilerDiagnostics).FindAsync(solution, cancellationToken);

    /// <summary>Fails unless exactly the expected diagnostics come out, and their second runs are as they should be.</summary>
    private protected async Task VerifyDiagnosticsAsync(
        ReadState state, ImmutableArray<DiagnosticAnalyzer> analyzers, IVerifier verifier, CancellationToken cancellationToken)
    {
        await VerifyRunAsync(state, analyzers, verifier, cancellationToken).ConfigureAwait(false);
        SecondRuns secondRuns = new(state, analyzers);
        if (!TestBehaviors.HasFlag(TestBehaviors.SkipGeneratedCodeCheck) && secondRuns.AsGenerated() is { } generated)
        {
            await VerifyRunAsync(generated, analyzers, verifier.PushContext("the same in generated code"), cancellationToken)
                .ConfigureAwait(false);
        }

        if (!TestBehaviors.HasFlag(TestBehaviors.SkipSuppressionCheck) && secondRuns.Suppressed() is { } suppressed)
        {
            await VerifyRunAsync(suppressed, analyzers, verifier.PushContext("the same under #pragma warning disable"), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private async Task VerifyRunAsync(
        ReadState state, ImmutableArray<DiagnosticAnalyzer> analyzers, IVerifier verifier, CancellationToken cancellationToken)
    {
        Solution solution = await BuildAsync(state, analyzers, cancellationToken).ConfigureAwait(false);
        ImmutableArray<Finding> findings = await FindAsync(solution, analyzers, cancellationToken).ConfigureAwait(false);
        DiagnosticMatching.Verify(state.Expected, [.. findings.Select(finding => finding.Diagnostic)], verifier);
    }

    private CompilationOptions Configure(CompilationOptions options, ImmutableArray<DiagnosticAnalyzer> analyzers)
    {
        ImmutableDictionary<string, ReportDiagnostic> specific = options.SpecificDiagnosticOptions.SetItem(AnalyzerThrew, ReportDiagnostic.Error);
        foreach (DiagnosticDescriptor rule in analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics))
        {
            specific = rule.IsEnabledByDefault ? specific : specific.SetItem(rule.Id, Report(rule.DefaultSeverity));
        }

        return options.WithSpecificDiagnosticOptions(
            DisabledDiagnostics.Aggregate(specific, (current, id) => current.SetItem(id, ReportDiagnostic.Suppress)));
    }

    private static ReportDiagnostic Report(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Hidden => ReportDiagnostic.Hidden,
        DiagnosticSeverity.Info => ReportDiagnostic.Info,
        DiagnosticSeverity.Warning => ReportDiagnostic.Warn,
        _ => ReportDiagnostic.Error,
    };
}
