using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Hardware;

/// <summary>
/// Says which pointers and references lead to memory of the hardware's: by contract on what they were read from, by the struct that
/// they point to, through arithmetic, casts, locals that hold nothing else and methods that only return such a pointer.
/// </summary>
internal sealed class HardwarePointers(SemanticModel model, BodySource bodies)
{
    private const int MaximumDepth = 12;

    private CancellationToken Cancellation => bodies.Cancellation;

    /// <summary>The memory that a pointer leads to; null where it is not known to be the hardware's.</summary>
    public HardwareMemory? Behind(ExpressionSyntax pointer) => Behind(pointer, model, 0);

    /// <summary>The memory that an expression names, as a dereference or as a reference; null likewise.</summary>
    public HardwareMemory? At(ExpressionSyntax place) => At(place, model, 0);

    private HardwareMemory? Behind(ExpressionSyntax pointer, SemanticModel read, int depth)
    {
        if (depth > MaximumDepth)
        {
            return null;
        }

        switch (pointer)
        {
            case ParenthesizedExpressionSyntax inner:
                return Behind(inner.Expression, read, depth + 1);
            case CastExpressionSyntax cast:
                return Behind(cast.Expression, read, depth + 1) ?? OfType(read.GetTypeInfo(cast, Cancellation).Type);
            case CheckedExpressionSyntax inner:
                return Behind(inner.Expression, read, depth + 1);
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression or (int)SyntaxKind.SubtractExpression } sum:
                return Behind(sum.Left, read, depth + 1) ?? (IsPointer(sum.Right, read) ? Behind(sum.Right, read, depth + 1) : null);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression } address:
                return At(address.Operand, read, depth + 1) is { } at ? Sized(at, read.GetTypeInfo(address.Operand, Cancellation).Type) : null;
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } step:
                return Behind(step.Operand, read, depth + 1);
            case PostfixUnaryExpressionSyntax step:
                return Behind(step.Operand, read, depth + 1);
            case ConditionalExpressionSyntax choice:
                return Behind(choice.WhenTrue, read, depth + 1) is { } one && Behind(choice.WhenFalse, read, depth + 1) is not null ? one : null;
        }

        return pointer is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax
            ? OfSymbol(read.GetSymbolInfo(pointer, Cancellation).Symbol, read.GetTypeInfo(pointer, Cancellation).Type, read, depth)
            : OfType(read.GetTypeInfo(pointer, Cancellation).Type);
    }

    private HardwareMemory? At(ExpressionSyntax place, SemanticModel read, int depth)
    {
        if (depth > MaximumDepth)
        {
            return null;
        }

        switch (place)
        {
            case ParenthesizedExpressionSyntax inner:
                return At(inner.Expression, read, depth + 1);
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } star:
                return Behind(star.Operand, read, depth + 1);
            case MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.PointerMemberAccessExpression } arrow:
                return Behind(arrow.Expression, read, depth + 1);
            case ElementAccessExpressionSyntax element when IsPointer(element.Expression, read):
                return Behind(element.Expression, read, depth + 1);
            case MemberAccessExpressionSyntax member when read.GetSymbolInfo(member, Cancellation).Symbol is IFieldSymbol { IsStatic: false, Type: not IPointerTypeSymbol }:
                return At(member.Expression, read, depth + 1);
            case RefExpressionSyntax reference:
                return At(reference.Expression, read, depth + 1);
        }

        return read.GetSymbolInfo(place, Cancellation).Symbol switch
        {
            ILocalSymbol { IsRef: true } local => InitializerOf(local) is { } value ? At(value, read, depth + 1) : null,
            IParameterSymbol { RefKind: not RefKind.None } parameter => Marked(parameter, parameter.Type) ?? OfStruct(parameter.Type),
            IMethodSymbol { ReturnsByRef: true } method => Marked(method, method.ReturnType),
            IPropertySymbol { ReturnsByRef: true } property => Marked(property, property.Type),
            _ => null,
        };
    }

    private HardwareMemory? OfSymbol(ISymbol? symbol, ITypeSymbol? type, SemanticModel read, int depth)
    {
        ITypeSymbol? pointed = (type as IPointerTypeSymbol)?.PointedAtType;
        switch (symbol)
        {
            case ILocalSymbol local:
                return OfLocal(local, read, depth) ?? OfType(type);
            case IMethodSymbol or IPropertySymbol or IFieldSymbol or IParameterSymbol:
                return Marked(symbol, pointed) ?? OfType(type) ?? Returned(symbol, depth);
            default:
                return OfType(type);
        }
    }

    // Every value that the local is ever given has to be such a pointer.
    private HardwareMemory? OfLocal(ILocalSymbol local, SemanticModel read, int depth)
    {
        HardwareMemory? found = null;
        if (local.DeclaringSyntaxReferences is not [var reference]
            || reference.GetSyntax(Cancellation) is not VariableDeclaratorSyntax declarator
            || declarator.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
        {
            return null;
        }

        if (declarator.Initializer is { Value: var first } && (found = Behind(first, read, depth + 1)) is null)
        {
            return null;
        }

        foreach (AssignmentExpressionSyntax assignment in member.DescendantNodes().OfType<AssignmentExpressionSyntax>())
        {
            if (assignment.IsKind(SyntaxKind.SimpleAssignmentExpression)
                && assignment.Left is IdentifierNameSyntax { Identifier.ValueText: var name } && name == local.Name
                && SymbolEqualityComparer.Default.Equals(read.GetSymbolInfo(assignment.Left, Cancellation).Symbol, local)
                && !IsStep(assignment.Right, name)
                && (found = Behind(assignment.Right, read, depth + 1)) is null)
            {
                return null;
            }
        }

        return found;
    }

    private static bool IsStep(ExpressionSyntax value, string name) =>
        value is BinaryExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: var left } } && left == name;

    // A method or getter of this compilation that consists of such a pointer.
    private HardwareMemory? Returned(ISymbol symbol, int depth)
    {
        if (symbol is not (IMethodSymbol { ReturnType: IPointerTypeSymbol } or IPropertySymbol { Type: IPointerTypeSymbol })
            || symbol.IsAbstract || symbol.IsVirtual || symbol.OriginalDefinition.DeclaringSyntaxReferences is not [var reference])
        {
            return null;
        }

        ExpressionSyntax? body = reference.GetSyntax(Cancellation) switch
        {
            MethodDeclarationSyntax { ExpressionBody.Expression: var expression } => expression,
            MethodDeclarationSyntax { Body.Statements: [ReturnStatementSyntax { Expression: { } expression }] } => expression,
            PropertyDeclarationSyntax { ExpressionBody.Expression: var expression } => expression,
            PropertyDeclarationSyntax { AccessorList.Accessors: [{ ExpressionBody.Expression: var expression }] } => expression,
            PropertyDeclarationSyntax { AccessorList.Accessors: [{ Body.Statements: [ReturnStatementSyntax { Expression: { } expression }] }] } => expression,
            _ => null,
        };
        return body is not null && bodies.OperationOf(body)?.SemanticModel is { } inner ? Behind(body, inner, depth + 1) : null;
    }

    private HardwareMemory? OfType(ITypeSymbol? type) => type is IPointerTypeSymbol { PointedAtType: var pointed } ? OfStruct(pointed) : null;

    private static HardwareMemory? OfStruct(ITypeSymbol? type) => Contract.Find(type, Contract.HardwareMemory) is { } mark
        ? new HardwareMemory(BytesOf(mark))
        : null;

    private static HardwareMemory? Marked(ISymbol symbol, ITypeSymbol? pointed)
    {
        foreach (ISymbol declaration in DeclarationsOf(symbol))
        {
            if ((Contract.Find(declaration, Contract.HardwareMemory)
                ?? Contract.FindOnReturn(declaration as IMethodSymbol, Contract.HardwareMemory)) is { } mark)
            {
                return new HardwareMemory(BytesOf(mark)
                    ?? (pointed is { SpecialType: SpecialType.System_Byte or SpecialType.System_Void } ? null : ScalarSize(pointed)));
            }
        }

        return null;
    }

    private static IEnumerable<ISymbol> DeclarationsOf(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => InheritedContracts.DeclarationsOf(method),
        IParameterSymbol { ContainingSymbol: IMethodSymbol method, Ordinal: var ordinal } =>
            InheritedContracts.DeclarationsOf(method).Where(declared => ordinal < declared.Parameters.Length).Select(declared => declared.Parameters[ordinal]),
        _ => [symbol],
    };

    private static HardwareMemory Sized(HardwareMemory memory, ITypeSymbol? type) => ScalarSize(type) is { } size ? new HardwareMemory(size) : memory;

    /// <summary>The size of a number; null for a struct, of which a part may be accessed, and where it depends on the target.</summary>
    public static long? ScalarSize(ITypeSymbol? type) =>
        type is { SpecialType: not SpecialType.None } or { TypeKind: TypeKind.Enum } ? TypeSizes.Of(type) : null;

    private static long? BytesOf(ContractMark mark) => mark.Named("AccessBytes") is int and > 0 and var bytes ? bytes : null;

    private ExpressionSyntax? InitializerOf(ILocalSymbol local) =>
        local.DeclaringSyntaxReferences is [var reference] && reference.GetSyntax(Cancellation) is VariableDeclaratorSyntax { Initializer.Value: RefExpressionSyntax value }
            ? value.Expression
            : null;

    private bool IsPointer(ExpressionSyntax expression, SemanticModel read) => read.GetTypeInfo(expression, Cancellation).Type is IPointerTypeSymbol;
}
