using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Freestanding;

/// <summary>KMEM601: freestanding code takes memory from the managed heap, which it does not have.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ManagedAllocationAnalyzer : RuleAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM601",
        RuleCategory.Freestanding,
        "Freestanding code needs the managed heap",
        "{0} needs the managed heap, which freestanding code does not have");

    public ManagedAllocationAnalyzer()
        : base([Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        start.RegisterOperationAction(
            AnalyzeOperation,
            OperationKind.ObjectCreation,
            OperationKind.TypeParameterObjectCreation,
            OperationKind.AnonymousObjectCreation,
            OperationKind.With,
            OperationKind.ArrayCreation,
            OperationKind.None,
            ManagedAllocation.CollectionExpression,
            OperationKind.DelegateCreation,
            OperationKind.Conversion,
            OperationKind.Binary,
            OperationKind.CompoundAssignment,
            OperationKind.InterpolatedString,
            OperationKind.ImplicitIndexerReference,
            OperationKind.Loop,
            OperationKind.LocalFunction,
            OperationKind.YieldReturn,
            OperationKind.YieldBreak,
            OperationKind.Invocation);
        start.RegisterSymbolAction(AnalyzeMethod, SymbolKind.Method);
    }

    private static void AnalyzeOperation(OperationAnalysisContext context)
    {
        // Most projects have no freestanding file at all: that is asked first.
        if (!RuleOptions.IsFreestanding(context.Options, context.Operation.Syntax.SyntaxTree))
        {
            return;
        }

        string? allocated = ManagedAllocation.In(context.Operation, context.Compilation) ?? HostedCallee(context);
        if (allocated is not null && FreestandingCode.Holds(context) && !FreestandingCode.IsThrown(context.Operation))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, LocationOf(context.Operation), allocated));
        }
    }

    private static void AnalyzeMethod(SymbolAnalysisContext context)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (ManagedAllocation.InMethod(method) is { } allocated
            && method.Locations[0] is { SourceTree: { } tree } location
            && FreestandingCode.Holds(context.Options, tree, method))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, location, allocated));
        }
    }

    // Whatever the callee does, it was written for a machine with a runtime; what freestanding callees do is reported in them.
    private static string? HostedCallee(OperationAnalysisContext context)
    {
        IMethodSymbol? callee = context.Operation switch
        {
            IInvocationOperation call => call.TargetMethod,
            IObjectCreationOperation creation => creation.Constructor,
            _ => null,
        };
        if (callee is null || callee.IsImplicitlyDeclared || callee.DeclaringSyntaxReferences.IsEmpty)
        {
            return null;
        }

        bool isFreestanding = RuleOptions.IsFreestanding(context.Options, callee.DeclaringSyntaxReferences[0].SyntaxTree);
        return isFreestanding && !Contract.HasAround(callee, Contract.Hosted)
            ? null
            : $"'{callee.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat)}', which is hosted code,";
    }

    private static Location LocationOf(IOperation operation) => operation switch
    {
        IForEachLoopOperation { Syntax: CommonForEachStatementSyntax loop } => loop.Expression.GetLocation(),
        ILocalFunctionOperation { Syntax: LocalFunctionStatementSyntax function } => function.Identifier.GetLocation(),
        IReturnOperation yield => yield.Syntax.GetFirstToken().GetLocation(),
        _ => operation.Syntax.GetLocation(),
    };
}
