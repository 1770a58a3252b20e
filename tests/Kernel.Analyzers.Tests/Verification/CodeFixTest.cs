using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>A test of code fixes: what the analyzers report before, what the fixes make of it, what is reported after.</summary>
/// <remarks>
/// The fix is applied to one diagnostic after the other, and then, if it offers Fix All, once more from the start for each
/// document, each project and the solution. A test that gives nothing about a fix is one of the analyzers only.
/// </remarks>
public abstract class CodeFixTest<TVerifier> : AnalyzerTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    /// <summary>A test without sources.</summary>
    protected CodeFixTest()
    {
        FixedState = new SolutionState("TestProject", Language, "/0/Test", DefaultFileExt);
        BatchFixedState = new SolutionState("TestProject", Language, "/0/Test", DefaultFileExt);
    }

    /// <summary>Adds a source as it is after the fix.</summary>
    public string FixedCode
    {
        set => FixedState.Sources.Add(value);
    }

    /// <summary>Adds a source as it is after Fix All, where that differs.</summary>
    public string BatchFixedCode
    {
        set => BatchFixedState.Sources.Add(value);
    }

    /// <summary>The sources after the fix and what is still expected in them.</summary>
    public SolutionState FixedState { get; }

    /// <summary>The sources after Fix All and what is still expected in them; as <see cref="FixedState"/> where not given.</summary>
    public SolutionState BatchFixedState { get; }

    /// <summary>Which of the offered actions is applied; the first when not given.</summary>
    public int? CodeActionIndex { get; set; }

    /// <summary>The equivalence key of the action that is applied.</summary>
    public string? CodeActionEquivalenceKey { get; set; }

    /// <summary>After how many single fixes nothing is left to fix. Positive, or -1: exactly; below -1: at most.</summary>
    public int? NumberOfIncrementalIterations { get; set; }

    /// <summary>After how many times Fix All nothing is left to fix, whatever the scope. Positive, or -1: exactly; below -1: at most.</summary>
    public int? NumberOfFixAllIterations { get; set; }

    /// <summary>The same for Fix All in a document.</summary>
    public int? NumberOfFixAllInDocumentIterations { get; set; }

    /// <summary>The same for Fix All in a project.</summary>
    public int? NumberOfFixAllInProjectIterations { get; set; }

    /// <summary>The fixes under test.</summary>
    protected abstract IEnumerable<CodeFixProvider> GetCodeFixProviders();

    private bool ExpectsFix =>
        FixedState.HasContent
        || BatchFixedState.HasContent
        || CodeActionIndex is not null
        || CodeActionEquivalenceKey is not null
        || NumberOfIncrementalIterations is not null
        || NumberOfFixAllIterations is not null
        || NumberOfFixAllInDocumentIterations is not null
        || NumberOfFixAllInProjectIterations is not null;

    /// <inheritdoc/>
    protected override async Task RunImplAsync(CancellationToken cancellationToken)
    {
        await base.RunImplAsync(cancellationToken).ConfigureAwait(false);
        if (!ExpectsFix)
        {
            return;
        }

        ImmutableArray<DiagnosticAnalyzer> analyzers = [.. GetDiagnosticAnalyzers()];
        ImmutableArray<CodeFixProvider> fixes = [.. GetCodeFixProviders()];
        string[] fixableIds = [.. fixes.SelectMany(fix => fix.FixableDiagnosticIds)];
        SolutionState rawFixed = FixedState.After(TestState, fixableIds);
        ReadState before = Read(TestState, analyzers);
        ReadState fixedState = Read(rawFixed, analyzers);
        ReadState batchFixedState = Read(BatchFixedState.After(rawFixed, fixableIds), analyzers);

        await VerifyDiagnosticsAsync(fixedState, analyzers, Verify.PushContext("diagnostics of the fixed state"), cancellationToken)
            .ConfigureAwait(false);
        if (BatchFixedState.HasContent)
        {
            await VerifyDiagnosticsAsync(
                batchFixedState, analyzers, Verify.PushContext("diagnostics of the state after Fix All"), cancellationToken)
                .ConfigureAwait(false);
        }

        FixChoice choice = new(fixes, CodeActionIndex, CodeActionEquivalenceKey);
        int fixable = before.Expected.Count(expected => fixableIds.Contains(expected.Id));
        int rounds = NumberOfIncrementalIterations ?? (SourceComparison.ChangedSources(before, fixedState) == 0 ? 0 : -fixable);
        await ApplyAsync(fixedState, new SingleFix(choice), rounds).ConfigureAwait(false);
        bool offersFixAll = false;
        foreach (FixAllScope scope in new[] { FixAllScope.Document, FixAllScope.Project, FixAllScope.Solution })
        {
            offersFixAll |= await ApplyAsync(batchFixedState, new FixAll(choice, scope), FixAllRounds(scope, before, batchFixedState))
                .ConfigureAwait(false);
        }

        Verify.True(offersFixAll || !BatchFixedState.HasContent, "A state after Fix All is expected, but the fix offers no Fix All.");

        async Task<bool> ApplyAsync(ReadState expected, IFixStep step, int expectedRounds)
        {
            IVerifier verifier = Verify.PushContext(step.Name);
            Solution solution = await BuildAsync(before, analyzers, cancellationToken).ConfigureAwait(false);
            FixRounds run = new(step, current => FindAsync(current, analyzers, cancellationToken), verifier);
            Solution result = await run.RunAsync(solution, expectedRounds, cancellationToken).ConfigureAwait(false);
            if (step.IsOffered)
            {
                run.VerifyRounds(expectedRounds);
                await SourceComparison.VerifyAsync(expected, result, verifier, cancellationToken).ConfigureAwait(false);
            }

            return step.IsOffered;
        }
    }

    private int FixAllRounds(FixAllScope scope, ReadState before, ReadState after) => scope switch
    {
        FixAllScope.Document => NumberOfFixAllInDocumentIterations ?? NumberOfFixAllIterations ?? -SourceComparison.ChangedSources(before, after),
        FixAllScope.Project => NumberOfFixAllInProjectIterations ?? NumberOfFixAllIterations ?? -SourceComparison.ChangedProjects(before, after),
        _ => NumberOfFixAllIterations ?? (SourceComparison.ChangedSources(before, after) == 0 ? 0 : 1),
    };
}
