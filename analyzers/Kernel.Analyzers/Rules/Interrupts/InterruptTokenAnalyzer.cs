using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Tokens;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Interrupts;

/// <summary>KMEM401: a token that says "interrupts are disabled" where nothing has disabled them, or no longer.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InterruptTokenAnalyzer : RuleAnalyzer
{
    private const string Id = "KMEM401";
    private const string Title = "An interrupt token proves nothing";

    public static readonly DiagnosticDescriptor NotBoundToTheStack = RuleDescriptor.Create(
        Id,
        RuleCategory.Interrupts,
        Title,
        "Interrupt token '{0}' is not a ref struct: it could be kept in a field or on a heap, and outlive the moment in which interrupts were disabled");

    public static readonly DiagnosticDescriptor Made = RuleDescriptor.Create(
        Id,
        RuleCategory.Interrupts,
        Title,
        "Interrupt token '{0}' is made by {1} outside a [TrustedContext]: nothing has disabled interrupts, and a handler that finds the lock held would wait for the processor that it runs on, for ever");

    public static readonly DiagnosticDescriptor Ended = RuleDescriptor.Create(
        Id,
        RuleCategory.Interrupts,
        Title,
        "Interrupt token '{0}' is used after '{1}' has let interrupts in again: a handler that finds the lock held would wait for the processor that it runs on, for ever");

    public InterruptTokenAnalyzer()
        : base([NotBoundToTheStack, Made, Ended, Unproven.Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (ContractUse.IsPossible(start.Compilation, start.CancellationToken, Contract.InterruptToken))
        {
            start.RegisterSymbolAction(AnalyzeType, SymbolKind.NamedType);
            start.RegisterOperationAction(AnalyzeMaking, OperationKind.DefaultValue, OperationKind.ObjectCreation,
                OperationKind.Conversion, OperationKind.Invocation, OperationKind.TypeParameterObjectCreation);
            start.RegisterSyntaxNodeAction(AnalyzeStack, SyntaxKind.StackAllocArrayCreationExpression);
            start.RegisterOperationBlockAction(AnalyzeBlocks);
        }
    }

    private static void AnalyzeType(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (TokenAnalysis.IsToken(type) && !type.IsRefLikeType)
        {
            context.ReportDiagnostic(Diagnostic.Create(NotBoundToTheStack, type.Locations[0], type.Name));
        }
    }

    private static void AnalyzeMaking(OperationAnalysisContext context)
    {
        if (Maker(context.Operation) is { } making && !Contract.HasAround(context.ContainingSymbol, Contract.TrustedContext))
        {
            context.ReportDiagnostic(Diagnostic.Create(Made, context.Operation.Syntax.GetLocation(), making.Token.Name,
                making.How));
        }
    }

    private static void AnalyzeStack(SyntaxNodeAnalysisContext context)
    {
        if (context.Node is StackAllocArrayCreationExpressionSyntax { Type: ArrayTypeSyntax { ElementType: var element } }
            && context.SemanticModel.GetTypeInfo(element, context.CancellationToken).Type is { } type && TokenAnalysis.IsToken(type)
            && !Contract.HasAround(context.ContainingSymbol, Contract.TrustedContext))
        {
            context.ReportDiagnostic(Diagnostic.Create(Made, context.Node.GetLocation(), type.Name, "'stackalloc'"));
        }
    }

    private static (ITypeSymbol Token, string How)? Maker(IOperation operation) => operation switch
    {
        IDefaultValueOperation { IsImplicit: false, Type: { } type } when TokenAnalysis.IsToken(type) => (type, "'default'"),
        IObjectCreationOperation { Type: { } type } when TokenAnalysis.IsToken(type) => (type, "'new'"),
        IConversionOperation { Type: IPointerTypeSymbol { PointedAtType: var type }, Operand.Type: var from }
            when TokenAnalysis.IsToken(type) && !IsPointerTo(from, type) => (type, "a pointer cast"),
        IInvocationOperation call when Conjured(call) is { } type =>
            (type, $"'{call.TargetMethod.ContainingType?.Name}.{call.TargetMethod.Name}'"),
        _ => null,
    };

    private static bool IsPointerTo(ITypeSymbol? type, ITypeSymbol pointed) =>
        type is IPointerTypeSymbol pointer && SymbolEqualityComparer.Default.Equals(pointer.PointedAtType, pointed);

    /// <summary>The token that a generic method gives because its caller named the type, without having been given one.</summary>
    private static ITypeSymbol? Conjured(IInvocationOperation call)
    {
        IMethodSymbol method = call.TargetMethod;
        if (!method.IsGenericMethod)
        {
            return null;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind != RefKind.Out && TokenAnalysis.IsToken(argument.Value.Type))
            {
                return null;
            }
        }

        if (method.OriginalDefinition.ReturnType is ITypeParameterSymbol && TokenAnalysis.IsToken(method.ReturnType))
        {
            return method.ReturnType;
        }

        for (int index = 0; index < method.Parameters.Length; index++)
        {
            if (method.Parameters[index].RefKind == RefKind.Out
                && method.OriginalDefinition.Parameters[index].Type is ITypeParameterSymbol
                && TokenAnalysis.IsToken(method.Parameters[index].Type))
            {
                return method.Parameters[index].Type;
            }
        }

        return null;
    }

    private static void AnalyzeBlocks(OperationBlockAnalysisContext context)
    {
        foreach (IOperation block in OperationRoots.BodiesIn(context))
        {
            if (MentionsToken(block, context.OwningSymbol as IMethodSymbol))
            {
                AnalyzeGraph(context, context.GetControlFlowGraph(block), context.OwningSymbol as IMethodSymbol);
            }
        }
    }

    private static bool MentionsToken(IOperation block, IMethodSymbol? method)
    {
        foreach (IParameterSymbol parameter in method?.Parameters ?? [])
        {
            if (TokenAnalysis.IsToken(parameter.Type))
            {
                return true;
            }
        }

        return OperationRoots.HasType(block, TokenAnalysis.IsToken);
    }

    private static void AnalyzeGraph(OperationBlockAnalysisContext context, ControlFlowGraph graph, IMethodSymbol? method)
    {
        bool isTrusted = Contract.HasAround(method ?? context.OwningSymbol, Contract.TrustedContext);
        BodySource bodies = new(context.Compilation, context.CancellationToken);
        TokenAnalysis analysis = new(graph, method, isTrusted, bodies);
        bool isFinished = analysis.Run();
        Unproven.Report(context.ReportDiagnostic, Id, method ?? context.OwningSymbol, bodies, isFinished);
        if (isFinished)
        {
            foreach (TokenFinding finding in analysis.Findings)
            {
                context.ReportDiagnostic(finding.Ended is { } ended
                    ? Diagnostic.Create(Ended, finding.Location, [ended], finding.Token, finding.Reason)
                    : Diagnostic.Create(Made, finding.Location, finding.Token, finding.Reason));
            }
        }

        foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(graph, context.CancellationToken))
        {
            AnalyzeGraph(context, inner, nested);
        }
    }
}
