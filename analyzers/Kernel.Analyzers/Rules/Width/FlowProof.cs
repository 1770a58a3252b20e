using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Values;
using Kernel.Analyzers.Values.Terms;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>
/// Follows a method that is about to be reported from its start, to see whether a check that a helper makes, or whose result a variable
/// keeps, leaves only what fits. It costs more than looking around the narrowing does, so it is asked last.
/// </summary>
/// <remarks>Fields, and what pointers point to, are taken to keep their value unless the method itself writes them.</remarks>
internal static class FlowProof
{
    private const int MaximumBlocks = 200;

    /// <summary>Whether on every path to the narrowing its value is known to fit.</summary>
    public static bool Fits(OperationAnalysisContext context, Narrowing narrowing)
    {
        if (narrowing.Conversion is not { } outermost || !MayBeChecked(outermost))
        {
            return false;
        }

        HashSet<SyntaxNode> steps = [];
        for (IOperation? step = outermost; step is IConversionOperation { OperatorMethod: null } conversion; step = ValueIdentity.WithoutParentheses(conversion.Operand))
        {
            steps.Add(conversion.Syntax);
        }

        return GraphWith(context.GetControlFlowGraph(), outermost.Syntax, context) is { } graph && Fits(graph, steps, narrowing, context);
    }

    // Before all that work: whether what is narrowed was compared with something, or handed on as it is, earlier in the text.
    private static bool MayBeChecked(IConversionOperation outermost)
    {
        ImmutableArray<ISymbol> read = [.. SymbolsIn(outermost), .. SymbolsBehind(outermost)];
        return Body.Around(outermost).Operations.Any(part =>
            part.Syntax.SpanStart < outermost.Syntax.SpanStart
            && part is IArgumentOperation { Parent: IInvocationOperation { TargetMethod.DeclaringSyntaxReferences.IsEmpty: false } }
                or IPropertyReferenceOperation { Type.SpecialType: SpecialType.System_Boolean, Property.DeclaringSyntaxReferences.IsEmpty: false }
                or IIsPatternOperation or ISwitchExpressionOperation or IBinaryOperation { Type.SpecialType: SpecialType.System_Boolean }
            && SymbolsIn(part).Any(symbol => read.Contains(symbol, SymbolEqualityComparer.Default)));
    }

    // What was compared may be what a local was computed from.
    private static IEnumerable<ISymbol> SymbolsBehind(IConversionOperation outermost) =>
        outermost.Innermost() is ILocalReferenceOperation reference && Body.Around(reference).OnlyValueOf(reference.Local) is { } value ? SymbolsIn(value) : [];

    private static ImmutableArray<ISymbol> SymbolsIn(IOperation operation) =>
    [
        .. ValueIdentity.VariablesOf(operation),
        .. operation.DescendantsAndSelf().OfType<IMemberReferenceOperation>().Select(reference => reference.Member),
    ];

    private static bool Fits(ControlFlowGraph graph, HashSet<SyntaxNode> steps, Narrowing narrowing, OperationAnalysisContext context)
    {
        if (graph.Blocks.Length > MaximumBlocks)
        {
            return false;
        }

        var ranges = new TermRanges(narrowing.PointerBits);
        var written = new HashSet<ISymbol>(WrittenMembersIn(Body.Around(context.Operation)), SymbolEqualityComparer.Default);
        bool isSeen = false;
        bool fits = true;
        var summaries = new TermSummaries(new BodySource(context.Compilation, context.CancellationToken), narrowing.PointerBits);
        TermAnalysis analysis = summaries.Analyze(graph);
        analysis.Converted = (conversion, operand, facts) =>
        {
            if (steps.Contains(conversion.Syntax) && IntegerWidth.Of(conversion.Type, narrowing.PointerBits) is { Bits: <= 32 } target)
            {
                isSeen = true;
                fits &= !Mentions(operand, written) && FitsIn(operand, target.Capacity, facts, ranges);
            }
        };
        return analysis.TryRun(out _) && isSeen && fits;
    }

    private static bool FitsIn(Term term, ValueRange capacity, TermFacts facts, TermRanges ranges)
    {
        if (term.Kind != TermKind.Choice)
        {
            return ranges.Of(term, facts) is { } range && range.IsWithin(capacity);
        }

        for (int index = 0; index < term.Parts.Length; index++)
        {
            if (facts.And(term.Under[index]) is { } here && !FitsIn(term.Parts[index], capacity, here, ranges))
            {
                return false;
            }
        }

        return true;
    }

    // What a reference leads to is written by anybody.
    private static bool Mentions(Term term, HashSet<ISymbol> members) =>
        term.Key switch
        {
            IParameterSymbol parameter => parameter.RefKind != RefKind.None,
            ISymbol member when term.Kind == TermKind.Member => members.Contains(member),
            _ => false,
        }
        || term.Parts.Any(part => Mentions(part, members));

    private static IEnumerable<ISymbol> WrittenMembersIn(Body body)
    {
        foreach (IOperation part in body.Operations)
        {
            IOperation? target = part switch
            {
                IAssignmentOperation assignment => assignment.Target,
                IIncrementOrDecrementOperation step => step.Target,
                IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } argument => argument.Value,
                IAddressOfOperation address => address.Reference,
                _ => null,
            };
            if (target is IMemberReferenceOperation { Member: { } member })
            {
                yield return member is IPropertySymbol property && FieldBehind.Of(property) is { } field ? field : member.OriginalDefinition;
            }
        }
    }

    // The graph of the method, or of the lambda or local function in it, that holds the conversion.
    private static ControlFlowGraph? GraphWith(ControlFlowGraph graph, SyntaxNode conversion, OperationAnalysisContext context)
    {
        foreach (IOperation operation in NestedFunctions.OperationsOf(graph))
        {
            if (operation is IConversionOperation && operation.Syntax == conversion)
            {
                return graph;
            }
        }

        foreach ((_, ControlFlowGraph inner) in NestedFunctions.Of(graph, context.CancellationToken))
        {
            if (GraphWith(inner, conversion, context) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
