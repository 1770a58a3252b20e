using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Freestanding;

/// <summary>KMEM602: freestanding code throws or catches, but nothing there can unwind a stack.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThrownExceptionAnalyzer : RuleAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM602",
        RuleCategory.Freestanding,
        "Freestanding code throws or catches exceptions",
        "{0} needs exceptions, which freestanding code does not have; return an error, or panic");

    public ThrownExceptionAnalyzer()
        : base([Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        start.RegisterOperationAction(Analyze, OperationKind.Throw, OperationKind.CatchClause, OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        string? found = context.Operation switch
        {
            IThrowOperation => "'throw'",
            ICatchClauseOperation => "'catch'",
            IInvocationOperation call when ThrowsByContract(call.TargetMethod) => $"'{call.TargetMethod.Name}', which throws by contract,",
            _ => null,
        };
        if (found is not null && FreestandingCode.Holds(context))
        {
            Location location = context.Operation.Syntax is CatchClauseSyntax clause
                ? clause.CatchKeyword.GetLocation()
                : context.Operation.Syntax.GetLocation();
            context.ReportDiagnostic(Diagnostic.Create(Rule, location, found));
        }
    }

    // Without source: the guards of the exception types (ArgumentNullException.ThrowIfNull) and helpers that exist to throw.
    private static bool ThrowsByContract(IMethodSymbol method) =>
        method.DeclaringSyntaxReferences.IsEmpty
        && method.Name.StartsWith("Throw", System.StringComparison.Ordinal)
        && (IsException(method.ContainingType) || method.ContainingType is { Name: "ThrowHelper" or "ExceptionDispatchInfo" });

    private static bool IsException(INamedTypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type is { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } })
            {
                return true;
            }
        }

        return false;
    }
}
