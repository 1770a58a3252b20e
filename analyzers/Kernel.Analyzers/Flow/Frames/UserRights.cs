using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Names;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Tells from rights that are given whether a program may use a page: by the names of their constants, never by a guess.</summary>
/// <param name="graph">The body that gives them.</param>
/// <param name="body">What is known of its parameters.</param>
/// <param name="definitions">What its locals stand for.</param>
internal sealed class UserRights(ControlFlowGraph graph, FrameBody body, BodyDefinitions definitions)
{
    private const int MaximumDepth = 24;
    private const ulong PresentBit = 1;
    private const ulong UserBit = 4;

    private static readonly ImmutableArray<string> s_rights = ["flag", "attr", "prot", "perm", "right", "access", "mode"];

    private static readonly ImmutableArray<string> s_refusals = ["nouser", "notuser", "nonuser", "withoutuser", "usernone", "denyuser", "kernel", "supervisor"];

    /// <summary>What an argument says; null where it says nothing, or something that is not understood.</summary>
    public bool? Given(IParameterSymbol? parameter, IOperation value)
    {
        if (parameter is null || !IsRights(parameter))
        {
            return value is IBinaryOperation { OperatorKind: BinaryOperatorKind.Or } && In(value) == true ? true : null;
        }

        return parameter.Type.SpecialType == SpecialType.System_Boolean ? Switch(parameter.Name, value) : In(value);
    }

    /// <summary>Whether a parameter says what may be done with a page.</summary>
    public static bool IsRights(IParameterSymbol parameter) => parameter.Type switch
    {
        { SpecialType: SpecialType.System_Boolean } => Words.Has(parameter.Name, "user") || Words.HasAny(parameter.Name, s_refusals),
        { TypeKind: TypeKind.Enum } or { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None } when Words.HasAny(parameter.Type.Name, s_rights) => true,
        { SpecialType: SpecialType.None, TypeKind: not TypeKind.Enum } => false,
        _ => Words.HasAny(parameter.Name, s_rights),
    };

    /// <summary>Whether a value can say that a program may use a page: not if nothing in it is more than a constant of another name.</summary>
    public static bool MaySayUser(IOperation rights) => rights switch
    {
        IConversionOperation conversion => MaySayUser(conversion.Operand),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Or } or => MaySayUser(or.LeftOperand) || MaySayUser(or.RightOperand),
        IMemberReferenceOperation { Member.Name: var name } => IsUser(name),
        ILiteralOperation => false,
        _ => true,
    };

    // `Map(…, user: true)`
    private bool? Switch(string name, IOperation value)
    {
        bool? known = value.Innermost() switch
        {
            { ConstantValue: { HasValue: true, Value: bool constant } } => constant,
            IParameterReferenceOperation { Parameter: var parameter } => body.Given(parameter),
            _ => null,
        };
        return Words.HasAny(name, s_refusals) ? !known : known;
    }

    /// <summary>What a number, a member or a value made of them says.</summary>
    /// <param name="rights">The value.</param>
    /// <param name="isEntry">Whether its bits are those of an entry.</param>
    public bool? In(IOperation? rights, bool isEntry = false) => In(rights, isEntry, 0);

    private bool? In(IOperation? rights, bool isEntry, int depth)
    {
        if (rights is null || depth > MaximumDepth)
        {
            return null;
        }

        switch (rights)
        {
            case IConversionOperation conversion:
                return In(conversion.Operand, isEntry, depth + 1);
            case IParenthesizedOperation parenthesized:
                return In(parenthesized.Operand, isEntry, depth + 1);
            case IFlowCaptureReferenceOperation capture:
                return MadeForUser(capture.Id) ? true : In(definitions.Captured(capture.Id), isEntry, depth + 1);
            case IMemberReferenceOperation member:
                return OfMember(member);
            case IBinaryOperation binary:
                return OfBinary(binary, isEntry, depth);
            case ILocalReferenceOperation local:
                return OfLocal(local, isEntry, depth);
            case IParameterReferenceOperation parameter:
                return body.Given(parameter.Parameter);
            case IInvocationOperation call:
                return OfCall(call, isEntry, depth);
            case IObjectCreationOperation creation:
                return OfArguments(creation.Arguments, isEntry, depth);
            default:
                return OfNumber(rights, isEntry);
        }
    }

    private static bool? OfNumber(IOperation number, bool isEntry) =>
        number.ConstantValue is not { HasValue: true, Value: var constant } || EntryPlaces.BitsOf(constant) is not { } bits ? null
        : bits == 0 ? false
        : !isEntry ? null
        : (bits & (PresentBit | UserBit)) == (PresentBit | UserBit) ? true
        : (bits & UserBit) == 0 ? false : null;

    // `PageFlags.User`, and as manuals abbreviate it: `PTE_U`, `US`.
    private static bool IsUser(string name) => Words.Has(name, "user") || name is "U" or "US" || name.EndsWith("_U", System.StringComparison.Ordinal)
        || name.EndsWith("_US", System.StringComparison.Ordinal);

    private static bool? OfMember(IMemberReferenceOperation member)
    {
        string name = member.Member.Name;
        if (Words.HasAny(name, s_refusals))
        {
            return false;
        }

        if (IsUser(name))
        {
            return member.Instance is null || Words.HasAny(name, s_rights) ? true : null;
        }

        // Another bit of the same kind says nothing about programs, unless it stands for several.
        return member is IFieldReferenceOperation { Field: { HasConstantValue: true, ConstantValue: var constant } }
            && EntryPlaces.BitsOf(constant) is { } bits && (bits & (bits - 1)) == 0 ? false : null;
    }

    private bool? OfBinary(IBinaryOperation binary, bool isEntry, int depth)
    {
        bool? left = In(binary.LeftOperand, isEntry, depth + 1);
        bool? right = In(binary.RightOperand, isEntry, depth + 1);
        return binary.OperatorKind switch
        {
            BinaryOperatorKind.Or or BinaryOperatorKind.Add => left == true || right == true ? true : left == right ? left : null,
            BinaryOperatorKind.And when Removes(binary.LeftOperand) || Removes(binary.RightOperand) => false,
            _ => null,
        };
    }

    // `flags & ~PageFlags.User`
    private bool Removes(IOperation mask) =>
        mask.Innermost() is IUnaryOperation { OperatorKind: UnaryOperatorKind.BitwiseNegation } not && In(not.Operand) == true;

    private bool? OfLocal(ILocalReferenceOperation reference, bool isEntry, int depth)
    {
        ILocalSymbol local = reference.Local;
        if (local.IsConst && IsUser(local.Name))
        {
            return !Words.HasAny(local.Name, s_refusals);
        }

        if (TranslationNames.IsEntry(local.Type) && Added(local, reference.Syntax))
        {
            return true;
        }

        if (definitions.Assigned(local) is { } definition)
        {
            return In(definition, isEntry, depth + 1);
        }

        return local.IsConst ? OfNumber(reference, isEntry) : Added(local, reference.Syntax) ? true : null;
    }

    // `entry.User = true`, also where an initializer says so.
    private bool SetsUser(IOperation operation, ISymbol? local, CaptureId? capture) =>
        operation is ISimpleAssignmentOperation { Target: IMemberReferenceOperation { Member.Name: var name, Instance: { } holder }, Value: var value }
        && Words.Has(name, "user") && !Words.HasAny(name, s_refusals)
        && value.Innermost().ConstantValue is { HasValue: true, Value: var constant } && !EntryPlaces.IsZero(constant)
        && (holder is ILocalReferenceOperation { Local: var owner } ? SymbolEqualityComparer.Default.Equals(owner, local)
            : holder is IFlowCaptureReferenceOperation reference && capture is { } id && reference.Id.Equals(id));

    /// <summary>Whether the rights are added to a local on every way to its use, and nothing is taken from it.</summary>
    private bool Added(ILocalSymbol local, SyntaxNode use)
    {
        bool isAdded = false;
        foreach (IOperation operation in NestedFunctions.OperationsOf(graph))
        {
            bool isSet = SetsUser(operation, local, null);
            if (operation is ICompoundAssignmentOperation { Target: ILocalReferenceOperation target } change
                && SymbolEqualityComparer.Default.Equals(target.Local, local))
            {
                if (change.OperatorKind != BinaryOperatorKind.Or)
                {
                    return false;
                }

                isSet = In(change.Value) == true;
            }

            isAdded |= isSet && operation.Syntax.SpanStart < use.SpanStart
                && operation.Syntax.FirstAncestorOrSelf<BlockSyntax>() is { } block && block.Span.Contains(use.Span)
                && operation.Syntax.FirstAncestorOrSelf<StatementSyntax>()?.Parent == block;
        }

        return isAdded;
    }

    private bool MadeForUser(CaptureId capture)
    {
        foreach (IOperation operation in NestedFunctions.OperationsOf(graph))
        {
            if (SetsUser(operation, null, capture))
            {
                return true;
            }
        }

        return false;
    }

    private bool? OfCall(IInvocationOperation call, bool isEntry, int depth)
    {
        string name = call.TargetMethod.Name;
        if (Words.HasAny(name, s_refusals))
        {
            return false;
        }

        if (Words.Has(name, "user") && (Words.HasAny(call.Type?.Name ?? "", s_rights) || TranslationNames.IsEntry(call.Type)))
        {
            return true;
        }

        // `attributes.For(…)` and `attributes.With(…)` are still for whom they were for.
        return call.Instance is { } receiver && SymbolEqualityComparer.Default.Equals(receiver.Type, call.Type)
            ? OfArguments(call.Arguments, isEntry, depth) ?? In(receiver, isEntry, depth + 1)
            : OfArguments(call.Arguments, isEntry, depth);
    }

    private bool? OfArguments(ImmutableArray<IArgumentOperation> arguments, bool isEntry, int depth)
    {
        bool? all = null;
        foreach (IArgumentOperation argument in arguments)
        {
            bool? one = argument.Parameter is { Type.SpecialType: SpecialType.System_Boolean } ? Given(argument.Parameter, argument.Value)
                : In(argument.Value, isEntry, depth + 1);
            all = one == true ? true : all ?? one;
        }

        return all;
    }

    /// <summary>Whether the number that is stored into an entry says present nowhere.</summary>
    public bool IsAbsent(IOperation value)
    {
        IOperation stored = value.Innermost();
        stored = stored is ILocalReferenceOperation { Local: var local } && definitions.Assigned(local) is { } definition ? definition.Innermost() : stored;
        if (stored is not IBinaryOperation)
        {
            return false;
        }

        foreach (IOperation part in stored.DescendantsAndSelf())
        {
            bool isPresent = part switch
            {
                IMemberReferenceOperation member => TranslationNames.SaysPresent(member.Member.Name)
                    || (member.Instance is null ? !member.ConstantValue.HasValue : Words.HasAny(member.Member.Name, s_rights)),
                ILiteralOperation literal => EntryPlaces.BitsOf(literal.ConstantValue.Value) is { } bits && (bits & PresentBit) != 0,
                ILocalReferenceOperation other => Words.HasAny(other.Local.Name, s_rights),
                IParameterReferenceOperation given => Words.HasAny(given.Parameter.Name, s_rights),
                IInvocationOperation => false,
                _ => false,
            };
            if (isPresent)
            {
                return false;
            }
        }

        return true;
    }
}
