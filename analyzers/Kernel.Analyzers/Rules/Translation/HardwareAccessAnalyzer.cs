using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Hardware;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Translation;

/// <summary>KMEM503: memory that the hardware reads or writes too, accessed as if it were the program's own.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HardwareAccessAnalyzer : RuleAnalyzer
{
    /// <summary>The property of an access that has not the size of the hardware's either, so that no fix makes it right.</summary>
    public const string OtherSizeProperty = "OtherSize";

    private const string Id = "KMEM503";
    private const string Title = "Page-table or device memory is accessed like the program's own";

    public static readonly DiagnosticDescriptor Plain = RuleDescriptor.Create(
        Id,
        RuleCategory.Translation,
        Title,
        "'{0}' is {1} like the program's own memory: the compiler may split, repeat or leave out the access; use Volatile or Interlocked");

    public static readonly DiagnosticDescriptor WrongSize = RuleDescriptor.Create(
        Id,
        RuleCategory.Translation,
        Title,
        "'{0}' is accessed with {1} bytes, but the hardware's accesses have {2}: the access must be size-exact");

    public HardwareAccessAnalyzer()
        : base([Plain, WrongSize])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (ContractUse.IsPossible(start.Compilation, start.CancellationToken, Contract.HardwareMemory))
        {
            start.RegisterSyntaxNodeAction(AnalyzePlace, SyntaxKind.PointerIndirectionExpression,
                SyntaxKind.PointerMemberAccessExpression, SyntaxKind.ElementAccessExpression);
            start.RegisterOperationAction(AnalyzeReference, OperationKind.ParameterReference, OperationKind.LocalReference,
                OperationKind.PropertyReference, OperationKind.Invocation, OperationKind.ObjectCreation);
        }
    }

    private static void AnalyzePlace(SyntaxNodeAnalysisContext context)
    {
        var place = (ExpressionSyntax)context.Node;
        if (place is ElementAccessExpressionSyntax element
            && context.SemanticModel.GetTypeInfo(element.Expression, context.CancellationToken).Type is not IPointerTypeSymbol)
        {
            return;
        }

        BodySource bodies = new(context.Compilation, context.CancellationToken);
        if (new HardwarePointers(context.SemanticModel, bodies).At(place) is { } memory
            && Judge(place, memory, context.SemanticModel, context.ContainingSymbol, bodies) is { } finding)
        {
            context.ReportDiagnostic(finding);
        }
    }

    private static void AnalyzeReference(OperationAnalysisContext context)
    {
        bool isReference = context.Operation switch
        {
            IParameterReferenceOperation { Parameter: { RefKind: not RefKind.None, Type: not IPointerTypeSymbol } } => true,
            ILocalReferenceOperation { Local: { IsRef: true, Type: not IPointerTypeSymbol }, IsDeclaration: false } => true,
            IPropertyReferenceOperation { Property.ReturnsByRef: true } => true,
            IInvocationOperation { TargetMethod.ReturnsByRef: true } => true,
            _ => false,
        };
        if (context.Operation is not { SemanticModel: { } model, Syntax: ExpressionSyntax syntax })
        {
            return;
        }

        BodySource bodies = new(context.Compilation, context.CancellationToken);
        HardwarePointers pointers = new(model, bodies);
        if (isReference)
        {
            if (pointers.At(syntax) is { } memory && Judge(syntax, memory, model, context.ContainingSymbol, bodies) is { } finding)
            {
                context.ReportDiagnostic(finding);
            }
        }
        else if (BulkAccess(context.Operation) is { } arguments)
        {
            foreach (IArgumentOperation argument in arguments)
            {
                if (argument.Value.Syntax is ExpressionSyntax given && argument.Parameter is { Type: IPointerTypeSymbol } && pointers.Behind(given) is not null)
                {
                    context.ReportDiagnostic(Diagnostic.Create(Plain, context.Operation.Syntax.GetLocation(), given.ToString(), "accessed"));
                    return;
                }
            }
        }
    }

    // Calls that read or write what their pointer leads to, in pieces of their own choice.
    private static ImmutableArray<IArgumentOperation>? BulkAccess(IOperation operation) => operation switch
    {
        IInvocationOperation { TargetMethod: { IsStatic: true } method } call
            when (method.ContainingType?.ToDisplayString(), method.Name) is
                ("System.Runtime.CompilerServices.Unsafe", "Read" or "Write" or "ReadUnaligned" or "WriteUnaligned" or "Copy"
                    or "CopyBlock" or "CopyBlockUnaligned" or "InitBlock" or "InitBlockUnaligned")
                or ("System.Buffer", "MemoryCopy")
                or ("System.Runtime.InteropServices.NativeMemory", "Copy" or "Clear" or "Fill") => call.Arguments,
        IObjectCreationOperation { Type: INamedTypeSymbol { Name: "Span" or "ReadOnlySpan", ContainingNamespace.Name: "System" } } span => span.Arguments,
        _ => null,
    };

    private static Diagnostic? Judge(ExpressionSyntax place, HardwareMemory memory, SemanticModel model, ISymbol? around, BodySource bodies)
    {
        ExpressionSyntax whole = place;
        ISymbol? member = place is MemberAccessExpressionSyntax ? model.GetSymbolInfo(place, bodies.Cancellation).Symbol : null;
        while (member is null or IFieldSymbol)
        {
            if (whole.Parent is ParenthesizedExpressionSyntax inner)
            {
                whole = inner;
            }
            else if (whole.Parent is MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.SimpleMemberAccessExpression } access && access.Expression == whole)
            {
                member = model.GetSymbolInfo(access, bodies.Cancellation).Symbol;
                if (member is not IFieldSymbol { Type: not IPointerTypeSymbol })
                {
                    break;
                }

                whole = access;
            }
            else
            {
                break;
            }
        }

        ITypeSymbol? holder = member?.ContainingType;
        if ((member is not (null or IFieldSymbol) && Contract.Has(holder, Contract.HardwareMemory)) || IsInside(around, holder))
        {
            // The struct's own members are its accessors.
            return null;
        }

        ITypeSymbol? type = model.GetTypeInfo(whole, bodies.Cancellation).Type;
        switch (whole.Parent)
        {
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression } or RefExpressionSyntax or MakeRefExpressionSyntax:
            case InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } }:
            case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } }:
                return null;
            case ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } argument:
                return HardwarePointers.ScalarSize(type) is { } size && memory.AccessBytes is { } exact && size != exact && IsAtomic(argument, model)
                    ? Diagnostic.Create(WrongSize, whole.GetLocation(), whole.ToString(), size, exact)
                    : null;
            case ArgumentSyntax argument when PassesByReference(argument, model):
                return null;
            case ExpressionStatementSyntax:
                return null;
        }

        string how = whole.Parent switch
        {
            AssignmentExpressionSyntax assignment when assignment.Left == whole =>
                assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) ? "written" : "changed in place",
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression }
                or PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } => "changed in place",
            _ => "read",
        };
        return Diagnostic.Create(
            Plain,
            whole.GetLocation(),
            HardwarePointers.ScalarSize(type) is { } bytes && memory.AccessBytes is { } wanted && bytes != wanted
                ? ImmutableDictionary<string, string?>.Empty.Add(OtherSizeProperty, null) : null,
            whole.ToString(),
            how);
    }

    private static bool IsInside(ISymbol? around, ITypeSymbol? holder)
    {
        for (ISymbol? current = around; current is not null && holder is not null; current = current.ContainingSymbol)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, holder.OriginalDefinition))
            {
                return Contract.Has(holder, Contract.HardwareMemory);
            }
        }

        return false;
    }

    private static bool IsAtomic(ArgumentSyntax argument, SemanticModel model) =>
        argument.Parent?.Parent is InvocationExpressionSyntax call
        && model.GetSymbolInfo(call).Symbol is IMethodSymbol { ContainingType: { Name: "Volatile" or "Interlocked", ContainingNamespace.Name: "Threading" } };

    // `in` needs no word at the call.
    private static bool PassesByReference(ArgumentSyntax argument, SemanticModel model) =>
        model.GetOperation(argument) is IArgumentOperation { Parameter.RefKind: not RefKind.None };
}
