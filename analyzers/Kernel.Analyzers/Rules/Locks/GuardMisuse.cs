using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Locks;

/// <summary>The part of KMEM305 that needs no paths: guards that are dropped or copied, and locks that are copied.</summary>
internal static class GuardMisuse
{
    private const string TwoGuards = "two values release one lock, and the second releases it for somebody else";
    private const string TwoLocks = "who takes the copy and who takes the original hold it at once";

    /// <summary>The operations that are looked at.</summary>
    public static readonly OperationKind[] Kinds =
    [
        OperationKind.ExpressionStatement, OperationKind.SimpleAssignment, OperationKind.VariableInitializer, OperationKind.Argument,
        OperationKind.Return,
    ];

    /// <summary>Looks at one operation.</summary>
    public static void Check(OperationAnalysisContext context)
    {
        switch (context.Operation)
        {
            case IExpressionStatementOperation { Operation: IInvocationOperation or IObjectCreationOperation } statement:
                CheckDropped(context, statement.Operation, statement.Operation);
                break;
            case ISimpleAssignmentOperation { Target: IDiscardOperation } assignment:
                CheckDropped(context, assignment.Value, assignment);
                break;
            case ISimpleAssignmentOperation { IsRef: false } assignment:
                CheckCopy(context, assignment.Value, assignment.Target is ILocalReferenceOperation { Local.IsRef: false });
                break;
            case IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.IsRef: false } } initializer:
                CheckCopy(context, initializer.Value, isToLocal: true);
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.Out, Value: IDiscardOperation or
                IDeclarationExpressionOperation { Expression: IDiscardOperation } } argument when LockContracts.IsGuard(argument.Parameter.Type):
                Report(context, LockRules.Discarded, argument, (argument.Parent as IInvocationOperation)?.TargetMethod.Name ?? "");
                break;
            case IArgumentOperation { Parameter.RefKind: RefKind.None } argument:
                CheckCopy(context, argument.Value, isToLocal: false);
                break;
            case IReturnOperation { ReturnedValue: { } value } when context.ContainingSymbol is IMethodSymbol { RefKind: RefKind.None }:
                CheckCopy(context, value, isToLocal: false);
                break;
        }
    }

    /// <summary>Looks at a field or property.</summary>
    public static void CheckMember(SymbolAnalysisContext context)
    {
        ITypeSymbol? type = context.Symbol switch
        {
            IFieldSymbol { IsReadOnly: true, RefKind: RefKind.None, AssociatedSymbol: null } field => field.Type,
            IPropertySymbol { RefKind: RefKind.None, IsIndexer: false } property when PathResolver.IsStored(property) => property.Type,
            _ => null,
        };
        if (type is not null && IsMutableLock(type) && context.Symbol.Locations.Length > 0)
        {
            context.ReportDiagnostic(Diagnostic.Create(LockRules.ReadOnlyLock, context.Symbol.Locations[0], context.Symbol.Name));
        }
    }

    private static void CheckDropped(OperationAnalysisContext context, IOperation value, IOperation place)
    {
        if (value is (IInvocationOperation { TargetMethod.RefKind: RefKind.None } or IObjectCreationOperation)
            && LockContracts.IsGuard(value.Type) && !IsOwnLock(context, value))
        {
            Report(context, LockRules.Discarded, place,
                (value as IInvocationOperation)?.TargetMethod.Name ?? value.Type!.Name);
        }
    }

    /// <summary>A lock that is also taken without a guard drops its own: the method that releases it needs none.</summary>
    private static bool IsOwnLock(OperationAnalysisContext context, IOperation value) =>
        context.ContainingSymbol is IMethodSymbol method && LockContracts.Acquires(method, out _) && !LockContracts.IsGuard(method.ReturnType)
        && value is IInvocationOperation { Instance: IInstanceReferenceOperation };

    private static void CheckCopy(OperationAnalysisContext context, IOperation value, bool isToLocal)
    {
        if (value.Type is not { TypeKind: TypeKind.Struct } type)
        {
            return;
        }

        IOperation source = value is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand : value;
        if (isToLocal && IsVariable(source) && LockContracts.IsGuard(type))
        {
            Report(context, LockRules.Copied, source, source.Syntax.ToString(), TwoGuards);
        }
        else if (IsShared(source) && IsMutableLock(type))
        {
            Report(context, LockRules.Copied, source, source.Syntax.ToString(), TwoLocks);
        }
    }

    /// <summary>A variable that goes on to exist: a parameter by value belongs to the method, which may take the guard over.</summary>
    private static bool IsVariable(IOperation source) => source switch
    {
        ILocalReferenceOperation or IFieldReferenceOperation => true,
        IParameterReferenceOperation { Parameter.RefKind: var kind } => kind != RefKind.None,
        _ => false,
    };

    /// <summary>A lock that somebody else can take, too.</summary>
    private static bool IsShared(IOperation source) => source switch
    {
        IFieldReferenceOperation => true,
        ILocalReferenceOperation { Local.IsRef: var isReference } => isReference,
        IParameterReferenceOperation { Parameter.RefKind: var kind } => kind != RefKind.None,
        _ => false,
    };

    /// <summary>Whether the type is a lock whose use changes the value itself.</summary>
    private static bool IsMutableLock(ITypeSymbol type)
    {
        if (type is not { TypeKind: TypeKind.Struct, IsReadOnly: false } || !LockContracts.IsLock(type))
        {
            return false;
        }

        bool isKnown = false;
        foreach (ISymbol member in type.OriginalDefinition.GetMembers())
        {
            if (member is IMethodSymbol { IsStatic: false } method && LockContracts.Acquires(method, out _))
            {
                isKnown = true;
                if (!method.IsReadOnly)
                {
                    return true;
                }
            }
        }

        return !isKnown;
    }

    private static void Report(OperationAnalysisContext context, DiagnosticDescriptor rule, IOperation place, params object[] arguments) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, place.Syntax.GetLocation(), arguments));
}
