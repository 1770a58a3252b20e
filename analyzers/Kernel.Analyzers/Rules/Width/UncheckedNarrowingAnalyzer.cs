using System.Collections.Generic;
using System.Collections.Immutable;
using System.Numerics;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Options;
using Kernel.Analyzers.Values;
using Kernel.Analyzers.Values.Terms;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM207: a method marked as checked narrowing returns what may not be all of its argument.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UncheckedNarrowingAnalyzer : RuleAnalyzer
{
    private const string Id = "KMEM207";
    private const string Title = "A checked narrowing does not check";

    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        Id,
        RuleCategory.Width,
        Title,
        "'{0}' is marked [CheckedNarrowing] and returns '{1}', which may have lost bits: compare it with what it was narrowed from, and do not return if they differ");

    public static readonly DiagnosticDescriptor ReturnsRule = RuleDescriptor.Create(
        Id,
        RuleCategory.Width,
        Title,
        "'{0}' is marked [CheckedNarrowing] and returns '{1}' where the value does not fit: its callers take that for the value; panic, throw, or return false from a method that says so by name");

    public UncheckedNarrowingAnalyzer()
        : base([Rule, ReturnsRule, Unproven.Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (ContractUse.IsPossible(start.Compilation, start.CancellationToken, Contract.CheckedNarrowing))
        {
            start.RegisterOperationBlockAction(AnalyzeBlocks);
        }
    }

    private static void AnalyzeBlocks(OperationBlockAnalysisContext context)
    {
        foreach (IOperation block in OperationRoots.BodiesIn(context))
        {
            if (IsMarked(context.OwningSymbol as IMethodSymbol) || MayHoldMarked(block))
            {
                AnalyzeGraph(context, context.GetControlFlowGraph(block), context.OwningSymbol as IMethodSymbol);
            }
        }
    }

    private static bool MayHoldMarked(IOperation block)
    {
        foreach (IOperation operation in block.Descendants())
        {
            if (operation is ILocalFunctionOperation local && IsMarked(local.Symbol))
            {
                return true;
            }
        }

        return false;
    }

    private static void AnalyzeGraph(OperationBlockAnalysisContext context, ControlFlowGraph graph, IMethodSymbol? method)
    {
        if (method is not null && IsMarked(method))
        {
            Report(context, graph, method);
        }

        foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(graph, context.CancellationToken))
        {
            AnalyzeGraph(context, inner, nested);
        }
    }

    // What overrides a checked narrowing, or implements one, is called in its name.
    private static bool IsMarked(IMethodSymbol? method)
    {
        if (method is null)
        {
            return false;
        }

        foreach (IMethodSymbol declared in InheritedContracts.DeclarationsOf(method))
        {
            if (Contract.Has(declared, Contract.CheckedNarrowing))
            {
                return true;
            }
        }

        return false;
    }

    private static void Report(OperationBlockAnalysisContext context, ControlFlowGraph graph, IMethodSymbol method)
    {
        HashSet<Location> reported = [];
        SyntaxTree tree = graph.OriginalOperation.Syntax.SyntaxTree;
        foreach (int pointerBits in RuleOptions.PointerWidthsOf(context.Options, context.Compilation, tree))
        {
            var bodies = new BodySource(context.Compilation, context.CancellationToken);
            var summaries = new TermSummaries(bodies, pointerBits);
            var judge = new Judge(context, method, pointerBits, summaries, reported);
            TermAnalysis analysis = summaries.Analyze(graph);
            analysis.Returned = judge.Return;
            bool isFinished = analysis.TryRun(out TermState? exit);
            Unproven.Report(context.ReportDiagnostic, Rule.Id, method, bodies, isFinished);
            if (exit is not null && method.ReturnsVoid)
            {
                judge.Results(exit, exit.Facts);
            }
        }
    }

    /// <summary>Judges each return of one method on one target.</summary>
    private sealed class Judge(
        OperationBlockAnalysisContext context, IMethodSymbol method, int pointerBits, TermSummaries summaries, HashSet<Location> reported)
    {
        private readonly NarrowingProof _proof = new(new TermRanges(pointerBits));
        private readonly TermChecks _checks = new(new TermRanges(pointerBits), summaries);

        public void Return(Term returned, TermState state, bool isInHandler)
        {
            if (method.ReturnType.SpecialType == SpecialType.System_Boolean)
            {
                // False says that the value did not fit.
                if (_checks.Assume(returned, holds: true, state.Facts) is { } success)
                {
                    Results(state, success);
                }

                return;
            }

            Value(returned, state.Facts, isInHandler);
            if (method.ReturnType.TypeKind != TypeKind.Enum || returned.Number is { IsZero: true })
            {
                Results(state, state.Facts);
            }
        }

        /// <summary>What the method leaves in its <c>out</c> and <c>ref</c> parameters.</summary>
        public void Results(TermState state, TermFacts facts)
        {
            foreach (IParameterSymbol parameter in method.Parameters)
            {
                if (parameter.RefKind is RefKind.Out or RefKind.Ref && state.Read(parameter) is { } result && _proof.LossIn(result, facts) is { } loss)
                {
                    Add(Rule, loss);
                }
            }
        }

        private void Value(Term returned, TermFacts facts, bool isInHandler)
        {
            if (returned.Kind == TermKind.Choice)
            {
                for (int index = 0; index < returned.Parts.Length; index++)
                {
                    if (facts.And(returned.Under[index]) is { } here)
                    {
                        Value(returned.Parts[index], here, isInHandler);
                    }
                }

                return;
            }

            if (_proof.LossIn(returned, facts) is { } loss)
            {
                Add(Rule, loss);
            }
            else if (returned is { Kind: TermKind.Constant, Key: BigInteger } && IntegerWidth.Of(method.ReturnType, pointerBits) is not null
                && method.ReturnType.TypeKind != TypeKind.Enum && (isInHandler || _proof.HasFailed(method.ReturnType, facts)))
            {
                Add(ReturnsRule, returned);
            }
        }

        private void Add(DiagnosticDescriptor rule, Term term)
        {
            if (term.Source is { } source && source.Syntax.GetLocation() is var location && reported.Add(location))
            {
                context.ReportDiagnostic(Diagnostic.Create(rule, location, method.Name, source.Syntax.ToString()));
            }
        }
    }
}
