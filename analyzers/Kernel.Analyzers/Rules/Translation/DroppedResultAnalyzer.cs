using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Translation;

/// <summary>KMEM502: a result that stands for owed work or an outcome is dropped.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DroppedResultAnalyzer : RuleAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM502",
        RuleCategory.Translation,
        "A result that must be used is dropped",
        "'{0}' must be used, but here it is {1}; settle it, look at it, or hand it on");

    private const string Dropped = "dropped";
    private const string NeverRead = "never read after this";

    public DroppedResultAnalyzer()
        : base([Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        start.RegisterOperationAction(AnalyzeStatement, OperationKind.ExpressionStatement);
        start.RegisterOperationAction(AnalyzeAssignment, OperationKind.SimpleAssignment);
        start.RegisterOperationAction(AnalyzeDeconstruction, OperationKind.DeconstructionAssignment);
        start.RegisterOperationAction(AnalyzeDeclarator, OperationKind.VariableDeclarator);
        start.RegisterOperationAction(AnalyzeArgument, OperationKind.Argument);
    }

    private static void AnalyzeStatement(OperationAnalysisContext context)
    {
        IOperation expression = ((IExpressionStatementOperation)context.Operation).Operation;
        if (expression is not (IAssignmentOperation or IIncrementOrDecrementOperation))
        {
            ReportProducers(context, expression, isWritten: false);
        }
    }

    private static void AnalyzeAssignment(OperationAnalysisContext context)
    {
        var assignment = (ISimpleAssignmentOperation)context.Operation;
        if (assignment.Target is IDiscardOperation)
        {
            ReportProducers(context, assignment.Value, isWritten: true);
        }
        else if (assignment.Target is ILocalReferenceOperation target
            && assignment.Parent is IExpressionStatementOperation statement
            && !assignment.IsRef
            && FirstProducer(assignment.Value) is { } producer
            && LocalUse.IsNeverReadAfter(target.Local, statement))
        {
            Report(context, producer, NeverRead);
        }
    }

    private static void AnalyzeDeclarator(OperationAnalysisContext context)
    {
        var declarator = (IVariableDeclaratorOperation)context.Operation;
        if (declarator.GetVariableInitializer()?.Value is { } value
            && declarator.Symbol.RefKind == RefKind.None
            && LocalUse.DeclarationOf(declarator) is { } statement
            && FirstProducer(value) is { } producer
            && LocalUse.IsNeverReadIn(declarator.Symbol, statement))
        {
            Report(context, producer, NeverRead);
        }
    }

    private static void AnalyzeArgument(OperationAnalysisContext context)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (argument.Parameter is not { RefKind: RefKind.Out } parameter || MustUse.OfType(parameter.Type) is not { } contract)
        {
            return;
        }

        IOperation target = argument.Value is IDeclarationExpressionOperation declaration ? declaration.Expression : argument.Value;
        if (target is IDiscardOperation)
        {
            if (!MustUse.IsDiscardable(contract))
            {
                Report(context, argument.Syntax, parameter.Type, Dropped);
            }
        }
        else if (argument.Value is IDeclarationExpressionOperation
            && target is ILocalReferenceOperation declared
            && LocalUse.StatementAround(argument) is { } statement
            && LocalUse.IsNeverReadIn(declared.Local, statement))
        {
            Report(context, argument.Syntax, parameter.Type, NeverRead);
        }
    }

    private static void AnalyzeDeconstruction(OperationAnalysisContext context)
    {
        var deconstruction = (IDeconstructionAssignmentOperation)context.Operation;
        IOperation target = deconstruction.Target is IDeclarationExpressionOperation declaration
            ? declaration.Expression
            : deconstruction.Target;
        if (target is ITupleOperation tuple)
        {
            AnalyzeElements(context, tuple, deconstruction);
        }
    }

    private static void AnalyzeElements(OperationAnalysisContext context, ITupleOperation tuple, IDeconstructionAssignmentOperation deconstruction)
    {
        foreach (IOperation element in tuple.Elements)
        {
            IOperation target = element is IDeclarationExpressionOperation declaration ? declaration.Expression : element;
            if (target is ITupleOperation inner)
            {
                AnalyzeElements(context, inner, deconstruction);
            }
            else if (target.Type is { } type && MustUse.OfType(type) is { } contract)
            {
                if (target is IDiscardOperation && !MustUse.IsDiscardable(contract))
                {
                    Report(context, element.Syntax, type, Dropped);
                }
                else if (target is ILocalReferenceOperation local
                    && deconstruction.Parent is IExpressionStatementOperation statement
                    && LocalUse.IsNeverReadAfter(local.Local, statement))
                {
                    Report(context, element.Syntax, type, NeverRead);
                }
            }
        }
    }

    /// <summary>Reports every result inside the expression that becomes its value and is thereby dropped.</summary>
    private static void ReportProducers(OperationAnalysisContext context, IOperation expression, bool isWritten)
    {
        foreach (IOperation outcome in Outcomes.Of(expression))
        {
            if (MustUse.Of(outcome) is { } contract && !(isWritten && MustUse.IsDiscardable(contract)))
            {
                Report(context, outcome, Dropped);
            }
        }
    }

    private static IOperation? FirstProducer(IOperation expression)
    {
        foreach (IOperation outcome in Outcomes.Of(expression))
        {
            // A value that is only copied or made empty is owed elsewhere or not at all.
            if (outcome is IInvocationOperation or IAwaitOperation or IObjectCreationOperation { Arguments.IsEmpty: false }
                && MustUse.Of(outcome) is not null)
            {
                return outcome;
            }
        }

        return null;
    }

    private static void Report(OperationAnalysisContext context, IOperation outcome, string how)
    {
        if (outcome.Type is { } type)
        {
            Report(context, outcome.Syntax, type, how);
        }
    }

    private static void Report(OperationAnalysisContext context, SyntaxNode where, ITypeSymbol type, string how) =>
        context.ReportDiagnostic(Diagnostic.Create(
            Rule, where.GetLocation(), type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat), how));
}
