using System;
using System.Collections.Immutable;
using System.Numerics;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values.Terms;

/// <summary>Turns an expression of a control-flow graph into the term that it computes, and applies what it writes and checks on the way.</summary>
internal sealed class TermReader(TermRanges ranges, TermChecks checks, TermSummaries summaries)
{
    /// <summary>Called for every conversion between numbers with what it converts.</summary>
    public Action<IConversionOperation, Term, TermState>? Converting { get; set; }

    /// <summary>What the expression computes.</summary>
    public Term Read(IOperation operation, TermState state)
    {
        if (operation.ConstantValue is { HasValue: true } constant && operation is not ISimpleAssignmentOperation)
        {
            return constant.Value switch
            {
                null => Term.Null(operation),
                bool truth => Term.Constant(truth ? BigInteger.One : BigInteger.Zero, operation.Type, operation),
                { } value when RangeEvaluation.ToInteger(value) is { } number => Term.Constant(number, operation.Type, operation),
                _ => Term.Opaque(operation, operation.Type),
            };
        }

        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                return Read(parenthesized.Operand, state);
            case IExpressionStatementOperation statement:
                return Read(statement.Operation, state);
            case ILocalReferenceOperation local:
                return (local.Local.IsRef ? null : state.Read(local.Local)) ?? Term.Opaque(local.Local, local.Type);
            case IParameterReferenceOperation parameter:
                return state.Read(parameter.Parameter)!;
            case IFlowCaptureReferenceOperation capture:
                return state.Read(capture.Id) ?? Term.Opaque(operation, operation.Type);
            case IFlowCaptureOperation capture:
                Term captured = Read(capture.Value, state);
                state.Write(capture.Id, captured);
                return captured;
            case IInstanceReferenceOperation instance:
                return Term.Instance(instance.Type);
            case IFieldReferenceOperation field:
                return Member(field, field.Field, state);
            case IPropertyReferenceOperation { Property: { IsStatic: true } property } when NativeLimit(property) is { } limit:
                return Term.Constant(limit, property.Type, operation);
            case IPropertyReferenceOperation { Type.SpecialType: SpecialType.System_Boolean, Instance: { } instance, Property.GetMethod: { } getter } answer
                when summaries.Of(getter) is not null:
                return Term.Of(TermKind.Call, getter.OriginalDefinition, answer.Type, [Read(instance, state)], answer);
            case IPropertyReferenceOperation { Arguments.IsEmpty: true } property:
                return Member(property, property.Property, state);
            case ISizeOfOperation { TypeOperand: var type } when IntegerWidth.Of(type, ranges.PointerBits) is { } sized:
                return Term.Constant(sized.Bits / 8, operation.Type, operation);
            case IConversionOperation { OperatorMethod: { } method } conversion:
                return Term.Of(TermKind.Call, method.OriginalDefinition, conversion.Type, [Read(conversion.Operand, state)], conversion);
            case IConversionOperation conversion:
                Term converted = Read(conversion.Operand, state);
                Converting?.Invoke(conversion, converted, state);
                return Convert(conversion, converted, conversion.Type, conversion.IsCheckedInText(), state);
            case IBinaryOperation { OperatorMethod: null } binary:
                return Binary(binary.OperatorKind, Read(binary.LeftOperand, state), Read(binary.RightOperand, state), binary, state);
            case IUnaryOperation { OperatorMethod: null } unary:
                return Term.Of(TermKind.Unary, unary.OperatorKind, unary.Type, [Read(unary.Operand, state)], unary);
            case IIsPatternOperation test:
                return Pattern(test.Pattern, Read(test.Value, state), state);
            case ISimpleAssignmentOperation assignment:
                Term assigned = Read(assignment.Value, state);
                Write(assignment.Target, assigned, state);
                return assigned;
            case ICompoundAssignmentOperation assignment:
                return Compound(assignment, state);
            case IIncrementOrDecrementOperation step:
                Term moved = Term.Opaque(operation, operation.Type);
                Write(step.Target, moved, state);
                return moved;
            case IInvocationOperation call:
                return Call(call, state);
            case IObjectCreationOperation or ITupleOperation:
                return Term.Of(TermKind.Creation, operation.Type, operation.Type, ReadAll(operation, state), operation);
            case IAddressOfOperation address:
                Write(address.Reference, Term.Opaque(operation), state);
                return Term.Opaque(operation, operation.Type);
            case IAnonymousFunctionOperation or IFlowAnonymousFunctionOperation or ILocalFunctionOperation:
                return Term.Opaque(operation);
            case { Kind: OperationKind.None, ChildOperations.Count: 1 } when operation.Parent is IMemberReferenceOperation || operation.Syntax is PrefixUnaryExpressionSyntax:
                // What a pointer points to is kept like a field.
                return Term.Of(TermKind.Member, operation.Kind, operation.Type, ReadAll(operation, state), operation);
            default:
                ReadAll(operation, state);
                return Term.Opaque(operation, operation.Type);
        }
    }

    private ImmutableArray<Term> ReadAll(IOperation operation, TermState state)
    {
        ImmutableArray<Term>.Builder parts = ImmutableArray.CreateBuilder<Term>();
        foreach (IOperation child in operation.ChildOperations)
        {
            parts.Add(Read(child is IArgumentOperation argument ? argument.Value : child, state));
        }

        return parts.ToImmutable();
    }

    private Term Member(IMemberReferenceOperation reference, ISymbol member, TermState state) => Term.Of(
        TermKind.Member,
        member is IPropertySymbol { IsStatic: false, IsVirtual: false } property && FieldBehind.Of(property) is { } field ? field : member.OriginalDefinition,
        reference.Type,
        reference.Instance is { } instance ? [Read(instance, state)] : [],
        reference);

    private Term Convert(IOperation conversion, Term operand, ITypeSymbol? to, bool isChecked, TermState state)
    {
        if (operand.Kind == TermKind.Choice)
        {
            return Term.Of(TermKind.Conversion, to, to, [operand], conversion);
        }

        if (IntegerWidth.Of(to, ranges.PointerBits) is not { } width || ranges.Of(operand, state.Facts) is not { } range)
        {
            return operand.Kind == TermKind.Constant ? operand : Term.Opaque(conversion, to);
        }

        if (range.IsWithin(width.Range))
        {
            return operand;
        }

        if (!isChecked)
        {
            return Term.Of(TermKind.Conversion, to, to, [operand], conversion);
        }

        // It does not return otherwise.
        state.Facts = state.Facts.WithRange(operand, range.Intersect(width.Range));
        return operand;
    }

    private Term Binary(BinaryOperatorKind kind, Term left, Term right, IOperation operation, TermState state)
    {
        Term term = Term.Of(TermKind.Binary, kind, operation.Type, [left, right], operation);
        return ranges.WidthOf(term) is not null && ranges.Of(term, state.Facts) is { } range && range.Minimum == range.Maximum
            ? Term.Constant(range.Minimum, operation.Type, operation)
            : term;
    }

    private Term Compound(ICompoundAssignmentOperation assignment, TermState state)
    {
        Term before = Read(assignment.Target, state);
        Term value = Read(assignment.Value, state);
        Term result = assignment is { OperatorMethod: null, OutConversion.IsIdentity: true }
            ? Binary(assignment.OperatorKind, before, value, assignment, state)
            : Term.Opaque(assignment, assignment.Type);
        Write(assignment.Target, result, state);
        return result;
    }

    private static void Write(IOperation target, Term value, TermState state)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                state.Write(local.Local, value);
                break;
            case IParameterReferenceOperation parameter:
                state.Write(parameter.Parameter, value);
                break;
            case IFlowCaptureReferenceOperation capture:
                state.Write(capture.Id, value);
                break;
            case IDeclarationExpressionOperation declaration:
                Write(declaration.Expression, value, state);
                break;
        }
    }

    private Term Pattern(IPatternOperation pattern, Term subject, TermState state)
    {
        switch (pattern)
        {
            case INegatedPatternOperation negated:
                return Term.Of(TermKind.Unary, UnaryOperatorKind.Not, Truth(pattern), [Pattern(negated.Pattern, subject, state)], pattern);
            case IBinaryPatternOperation both:
                BinaryOperatorKind joined = both.OperatorKind == BinaryOperatorKind.And ? BinaryOperatorKind.ConditionalAnd : BinaryOperatorKind.ConditionalOr;
                return Term.Of(
                    TermKind.Binary, joined, Truth(pattern),
                    [Pattern(both.LeftPattern, subject, state), Pattern(both.RightPattern, subject, state)], pattern);
            case IRelationalPatternOperation relational:
                return Term.Of(TermKind.Binary, relational.OperatorKind, Truth(pattern), [subject, Read(relational.Value, state)], pattern);
            case IConstantPatternOperation constant:
                return Term.Of(TermKind.Binary, BinaryOperatorKind.Equals, Truth(pattern), [subject, Read(constant.Value, state)], pattern);
            case IDiscardPatternOperation:
                return Term.Constant(BigInteger.One, Truth(pattern), pattern);
            case IDeclarationPatternOperation { DeclaredSymbol: { } declared } declaration:
                state.Write(declared, subject);
                return declaration.MatchesNull
                    ? Term.Constant(BigInteger.One, Truth(pattern), pattern)
                    : Term.Of(TermKind.Call, pattern.Kind, Truth(pattern), [subject], pattern);
            default:
                return Term.Of(TermKind.Call, pattern.Kind, Truth(pattern), [subject], pattern);
        }
    }

    private static ITypeSymbol? Truth(IOperation operation) =>
        operation.SemanticModel?.Compilation.GetSpecialType(SpecialType.System_Boolean);

    private Term Call(IInvocationOperation call, TermState state)
    {
        IMethodSymbol method = call.TargetMethod.OriginalDefinition;
        var parts = new Term[call.Arguments.Length];
        Term? instance = call.Instance is { } target ? Read(target, state) : null;
        foreach (IArgumentOperation argument in call.Arguments)
        {
            Term value = argument.Value is IDeclarationExpressionOperation ? Term.Opaque(argument) : Read(argument.Value, state);
            parts[argument.Parameter is { } parameter && parameter.Ordinal < parts.Length ? parameter.Ordinal : 0] = value;
            if (argument.Parameter?.RefKind is RefKind.Ref or RefKind.Out)
            {
                Write(argument.Value, Term.Opaque(argument, argument.Value.Type), state);
            }
        }

        if (System.Array.IndexOf(parts, null) >= 0)
        {
            return Term.Opaque(call, call.Type);
        }

        ImmutableArray<Term> arguments = [.. parts];
        if (method is { IsStatic: true, Name: "CreateTruncating" or "CreateSaturating" } && arguments.Length == 1)
        {
            return Convert(call, arguments[0], call.Type, isChecked: false, state);
        }

        Term result = Term.Of(TermKind.Call, method, call.Type, instance is null ? arguments : arguments.Insert(0, instance), call);
        if (!IsLeftOut(method) && AfterCall(call, method, arguments, result, state.Facts) is { } after)
        {
            state.Facts = after;
        }
        else
        {
            state.IsOver = !IsLeftOut(method);
        }

        return result;
    }

    // What holds once the call has returned; null if it does not return.
    private TermFacts? AfterCall(IInvocationOperation call, IMethodSymbol method, ImmutableArray<Term> arguments, Term result, TermFacts facts)
    {
        if (ControlTransfer.NeverCompletes(call))
        {
            return null;
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (ControlTransfer.DoesNotReturnIf(parameter) is { } leaves && parameter.Ordinal < arguments.Length)
            {
                return checks.Assume(arguments[parameter.Ordinal], !leaves, facts);
            }
        }

        if (CheckReader.IsGuard(method))
        {
            return AfterGuard(call, method.Name, arguments, facts);
        }

        if (Contract.Has(method, Contract.CheckedNarrowing))
        {
            return facts;
        }

        if (summaries.Of(method) is { } summary)
        {
            return result.Kind == TermKind.Call ? summary.AfterReturning(result, facts, checks) : summary.Returns ? facts : null;
        }

        return IsForeign(method) ? facts.WithDoubtOf(result) : facts;
    }

    private TermFacts? AfterGuard(IInvocationOperation call, string name, ImmutableArray<Term> arguments, TermFacts facts)
    {
        BinaryOperatorKind? kind = name switch
        {
            "ThrowIfGreaterThan" or "ThrowIfNegativeOrZero" => BinaryOperatorKind.LessThanOrEqual,
            "ThrowIfGreaterThanOrEqual" => BinaryOperatorKind.LessThan,
            "ThrowIfLessThan" or "ThrowIfNegative" => BinaryOperatorKind.GreaterThanOrEqual,
            "ThrowIfLessThanOrEqual" => BinaryOperatorKind.GreaterThan,
            "ThrowIfNotEqual" => BinaryOperatorKind.Equals,
            _ => null,
        };
        if (kind is null || arguments.IsEmpty)
        {
            return facts;
        }

        bool isSign = name.StartsWith("ThrowIfNegative", System.StringComparison.Ordinal);
        Term bound = isSign ? Term.Constant(BigInteger.Zero, call.Type) : arguments.Length > 1 ? arguments[1] : arguments[0];
        BinaryOperatorKind asked = name == "ThrowIfNegativeOrZero" ? BinaryOperatorKind.GreaterThan : kind.Value;
        return checks.Assume(Term.Of(TermKind.Binary, asked, Truth(call), [arguments[0], bound], call), holds: true, facts);
    }

    // A conditional method is gone from the build that is shipped.
    private static bool IsLeftOut(IMethodSymbol method)
    {
        foreach (AttributeData attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "ConditionalAttribute", ContainingNamespace: { Name: "Diagnostics", ContainingNamespace.Name: "System" } })
            {
                return true;
            }
        }

        return false;
    }

    // Somebody else's method, whose body nobody can read, may be a check.
    private static bool IsForeign(IMethodSymbol method)
    {
        INamespaceSymbol? space = method.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false })
        {
            space = space.ContainingNamespace;
        }

        return method.DeclaringSyntaxReferences.IsEmpty && space?.Name != "System";
    }

    private BigInteger? NativeLimit(IPropertySymbol property) =>
        IntegerWidth.IsPointerSized(property.ContainingType) && IntegerWidth.Of(property.ContainingType, ranges.PointerBits) is { } native
            ? property.Name switch
            {
                "Size" => native.Bits / 8,
                "MaxValue" => native.Range.Maximum,
                "MinValue" => native.Range.Minimum,
                _ => null,
            }
            : null;
}
