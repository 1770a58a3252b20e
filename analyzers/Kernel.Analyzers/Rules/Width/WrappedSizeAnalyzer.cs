using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Options;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM204: arithmetic of 32 bits whose result becomes an address or a size of 64 after it may have wrapped.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WrappedSizeAnalyzer : RuleAnalyzer
{
    /// <summary>A property of diagnostics about signed arithmetic that becomes an address: its operands have to be widened with zeros.</summary>
    public const string SignedAddressProperty = "SignedAddress";

    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM204",
        RuleCategory.Width,
        "An address or a size is computed in 32 bits and widened after it may have wrapped",
        "The {0} of type '{1}' has 32 bits{2} and may wrap before it is widened to {3}; widen an operand before the arithmetic");

    private static readonly ImmutableDictionary<string, string?> s_signedAddress =
        ImmutableDictionary<string, string?>.Empty.Add(SignedAddressProperty, null);

    public WrappedSizeAnalyzer()
        : base([Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        start.RegisterOperationAction(Analyze, OperationKind.Binary, OperationKind.CompoundAssignment);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        if (WrappingArithmetic.In(context.Operation, pointerBits: 32) is null || IsHash(context.ContainingSymbol))
        {
            return;
        }

        foreach (int pointerBits in RuleOptions.PointerWidthsOf(context.Options, context.Compilation, context.Operation.Syntax.SyntaxTree))
        {
            if (WrappingArithmetic.In(context.Operation, pointerBits) is { } arithmetic && Judge(arithmetic, pointerBits) is { } diagnostic)
            {
                context.ReportDiagnostic(diagnostic);
                return;
            }
        }
    }

    private static Diagnostic? Judge(WrappingArithmetic arithmetic, int pointerBits)
    {
        IOperation operation = arithmetic.Operation;
        Arrival arrival = operation switch
        {
            ICompoundAssignmentOperation { Target: ILocalReferenceOperation local } => new ValueDestination(pointerBits).OfLocal(local.Local, operation),
            ICompoundAssignmentOperation => default,
            _ => new ValueDestination(pointerBits).Of(operation),
        };
        if (arrival.Widening is not { } widening
            || !arithmetic.IsReportedAt(arrival)
            || arrival.Around.Any(outer => WrappingArithmetic.In(outer, pointerBits)?.IsReportedAt(arrival) == true)
            || IsComparedLater(arithmetic)
            || IsDividedBefore(arithmetic)
            || new DominatingChecks(new RangeEvaluation(pointerBits), pointerBits).RuleOut(operation))
        {
            return null;
        }

        return Diagnostic.Create(
            Rule,
            operation.Syntax.GetLocation(),
            [widening.Syntax.GetLocation()],
            SignedAddress.ComesOf(arithmetic, widening, pointerBits) ? s_signedAddress : null,
            arithmetic.Name,
            WidthMismatchAnalyzer.Display(operation.Type),
            WidthMismatchAnalyzer.OnTarget(operation.Type, pointerBits),
            arrival.Destination switch
            {
                Destination.Address or Destination.Displacement => "an address",
                Destination.Size => "the size of memory",
                Destination.Offset => "the offset of a pointer",
                _ => $"'{WidthMismatchAnalyzer.Display(widening.Type)}'",
            });
    }

    // `uint end = start + size; if (end < start) …`, `if (bytes / size != count) …`: the check for having wrapped.
    private static bool IsComparedLater(WrappingArithmetic arithmetic)
    {
        IOperation stored = arithmetic.Operation.Outermost();
        ILocalSymbol? result = stored switch
        {
            { Parent: IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } } => declarator.Symbol,
            { Parent: ISimpleAssignmentOperation { Target: ILocalReferenceOperation target } } => target.Local,
            ICompoundAssignmentOperation { Target: ILocalReferenceOperation target } => target.Local,
            _ => null,
        };
        if (result is null)
        {
            return false;
        }

        ImmutableArray<ISymbol> operands = ValueIdentity.VariablesOf(arithmetic.Left).AddRange(ValueIdentity.VariablesOf(arithmetic.Right));
        return Body.Around(arithmetic.Operation).Operations.Any(part =>
            part is IBinaryOperation
            {
                Type.SpecialType: SpecialType.System_Boolean,
                OperatorKind: not (BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr),
            } comparison
            && comparison.Syntax.SpanStart > arithmetic.Operation.Syntax.SpanStart
            && ValueIdentity.VariablesOf(comparison) is var compared
            && compared.Contains(result, SymbolEqualityComparer.Default)
            && operands.Any(operand => compared.Contains(operand, SymbolEqualityComparer.Default)));
    }

    // `if (size != 0 && count > uint.MaxValue / size) return …`: the check for what would wrap, whatever stands beside it.
    private static bool IsDividedBefore(WrappingArithmetic arithmetic)
    {
        return Body.Around(arithmetic.Operation).Operations.Any(part =>
            part is IConditionalOperation { Condition: { } condition, WhenTrue: { } arm }
            && part.Syntax.Span.End <= arithmetic.Operation.Syntax.SpanStart
            && ControlTransfer.NeverCompletes(arm)
            && condition.DescendantsAndSelf().Any(test => test switch
            {
                IBinaryOperation { OperatorKind: BinaryOperatorKind.GreaterThan } comparison => Exceeds(comparison.LeftOperand, comparison.RightOperand),
                IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan } comparison => Exceeds(comparison.RightOperand, comparison.LeftOperand),
                _ => false,
            }));

        bool Exceeds(IOperation factor, IOperation limit) =>
            limit.Innermost() is IBinaryOperation { OperatorKind: BinaryOperatorKind.Divide, OperatorMethod: null } quotient
            && (AreFactors(factor, quotient.RightOperand) || AreFactors(quotient.RightOperand, factor));

        bool AreFactors(IOperation one, IOperation other) =>
            ValueIdentity.AreSame(one.Innermost(), arithmetic.Left.Innermost()) && ValueIdentity.AreSame(other.Innermost(), arithmetic.Right.Innermost());
    }

    // A hash is meant to lose bits.
    private static bool IsHash(ISymbol? containing) =>
        containing is IMethodSymbol { Name: "GetHashCode", Parameters.IsEmpty: true, ReturnType.SpecialType: SpecialType.System_Int32 };
}
