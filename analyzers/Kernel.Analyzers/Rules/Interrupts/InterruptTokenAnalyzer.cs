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
            InterruptContracts contracts = new();
            start.RegisterSymbolAction(type => AnalyzeType(type, contracts), SymbolKind.NamedType);
            start.RegisterSyntaxNodeAction(stack => AnalyzeStack(stack, contracts), SyntaxKind.StackAllocArrayCreationExpression);
            start.RegisterOperationBlockAction(block => AnalyzeBlocks(block, contracts));
        }
    }

    private static void AnalyzeType(SymbolAnalysisContext context, InterruptContracts contracts)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (contracts.IsToken(type) && !type.IsRefLikeType)
        {
            context.ReportDiagnostic(Diagnostic.Create(NotBoundToTheStack, type.Locations[0], type.Name));
        }
    }

    private static void AnalyzeStack(SyntaxNodeAnalysisContext context, InterruptContracts contracts)
    {
        if (context.Node is StackAllocArrayCreationExpressionSyntax { Type: ArrayTypeSyntax { ElementType: var element } }
            && context.SemanticModel.GetTypeInfo(element, context.CancellationToken).Type is { } type && contracts.IsToken(type)
            && !Contract.HasAround(context.ContainingSymbol, Contract.TrustedContext))
        {
            context.ReportDiagnostic(Diagnostic.Create(Made, context.Node.GetLocation(), type.Name, "'stackalloc'"));
        }
    }

    private static (ITypeSymbol Token, string How)? Maker(IOperation operation, InterruptContracts contracts) => operation switch
    {
        IDefaultValueOperation { IsImplicit: false, Type: { } type } when contracts.IsToken(type) => (type, "'default'"),
        IObjectCreationOperation { Type: { } type } when contracts.IsToken(type) => (type, "'new'"),
        IConversionOperation { Type: IPointerTypeSymbol { PointedAtType: var type }, Operand.Type: var from }
            when contracts.IsToken(type) && !IsPointerTo(from, type) => (type, "a pointer cast"),
        IInvocationOperation call when Conjured(call, contracts) is { } type =>
            (type, $"'{call.TargetMethod.ContainingType?.Name}.{call.TargetMethod.Name}'"),
        _ => null,
    };

    private static bool IsPointerTo(ITypeSymbol? type, ITypeSymbol pointed) =>
        type is IPointerTypeSymbol pointer && SymbolEqualityComparer.Default.Equals(pointer.PointedAtType, pointed);

    /// <summary>The token that a generic method gives because its caller named the type, without having been given one.</summary>
    private static ITypeSymbol? Conjured(IInvocationOperation call, InterruptContracts contracts)
    {
        IMethodSymbol method = call.TargetMethod;
        if (!method.IsGenericMethod)
        {
            return null;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.RefKind != RefKind.Out && contracts.IsToken(argument.Value.Type))
            {
                return null;
            }
        }

        if (method.OriginalDefinition.ReturnType is ITypeParameterSymbol && contracts.IsToken(method.ReturnType))
        {
            return method.ReturnType;
        }

        for (int index = 0; index < method.Parameters.Length; index++)
        {
            if (method.Parameters[index].RefKind == RefKind.Out
                && method.OriginalDefinition.Parameters[index].Type is ITypeParameterSymbol
                && contracts.IsToken(method.Parameters[index].Type))
            {
                return method.Parameters[index].Type;
            }
        }

        return null;
    }

    private static void AnalyzeBlocks(OperationBlockAnalysisContext context, InterruptContracts contracts)
    {
        IMethodSymbol? method = context.OwningSymbol as IMethodSymbol;
        foreach (IOperation block in OperationRoots.BodiesIn(context))
        {
            if (AnalyzeMakings(context, OperationRoots.Of(block), contracts) || TakesToken(method, contracts))
            {
                AnalyzeGraph(context, context.GetControlFlowGraph(block), method, contracts);
            }
        }
    }

    /// <summary>Looks at every operation by itself. The result is whether there is a token at all.</summary>
    private static bool AnalyzeMakings(OperationBlockAnalysisContext context, IOperation root, InterruptContracts contracts)
    {
        bool hasToken = false;
        foreach (IOperation operation in root.DescendantsAndSelf())
        {
            hasToken |= contracts.IsToken(operation.Type);
            if (Maker(operation, contracts) is { } making && !Contract.HasAround(context.OwningSymbol, Contract.TrustedContext))
            {
                context.ReportDiagnostic(Diagnostic.Create(Made, operation.Syntax.GetLocation(), making.Token.Name, making.How));
            }
        }

        return hasToken;
    }

    private static bool TakesToken(IMethodSymbol? method, InterruptContracts contracts)
    {
        foreach (IParameterSymbol parameter in method?.Parameters ?? [])
        {
            if (contracts.IsToken(parameter.Type))
            {
                return true;
            }
        }

        return false;
    }

    private static void AnalyzeGraph(OperationBlockAnalysisContext context, ControlFlowGraph graph, IMethodSymbol? method, InterruptContracts contracts)
    {
        if (TokenAnalysis.IsNeeded(graph, method, contracts))
        {
            bool isTrusted = Contract.HasAround(method ?? context.OwningSymbol, Contract.TrustedContext);
            BodySource bodies = new(context.Compilation, context.CancellationToken);
            TokenAnalysis analysis = new(graph, method, isTrusted, bodies, contracts);
            bool isFinished = analysis.Run();
            Unproven.Report(context.ReportDiagnostic, Id, method ?? context.OwningSymbol, bodies, isFinished);
            foreach (TokenFinding finding in isFinished ? analysis.Findings : [])
            {
                context.ReportDiagnostic(finding.Ended is { } ended
                    ? Diagnostic.Create(Ended, finding.Location, [ended], finding.Token, finding.Reason)
                    : Diagnostic.Create(Made, finding.Location, finding.Token, finding.Reason));
            }
        }

        foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(graph, context.CancellationToken))
        {
            AnalyzeGraph(context, inner, nested, contracts);
        }
    }
}
