using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow;

/// <summary>
/// The conditions of a graph that decide more than once, so that two tests of the same one are not taken for independent.
/// </summary>
/// <remarks>The same expression gives the same answer until something that it names is assigned in the same body.</remarks>
internal sealed class Conditions
{
    private const int MaximumDepth = 12;

    private readonly BodyDefinitions _definitions;
    private readonly Dictionary<string, int> _uses = [];
    private readonly Dictionary<ISymbol, HashSet<string>> _keysWith = new(SymbolEqualityComparer.Default);

    public Conditions(ControlFlowGraph graph, BodyDefinitions definitions)
    {
        _definitions = definitions;
        foreach (BasicBlock block in graph.Blocks)
        {
            if (block is { BranchValue: { } condition, ConditionKind: not ControlFlowConditionKind.None }
                && KeyOf(condition, out _) is { } tested)
            {
                Count(tested);
            }
        }

        foreach (IOperation operation in NestedFunctions.OperationsOf(graph))
        {
            switch (operation)
            {
                case ISimpleAssignmentOperation { Target: { } target, Value.ConstantValue.HasValue: true } assignment:
                    Count(assignment.Value.ConstantValue.Value is bool ? KeyOf(target, out _) : NullKeyOf(target));
                    break;
                case IArgumentOperation { Parameter: { RefKind: RefKind.Ref, Type.SpecialType: SpecialType.System_Boolean } } taken:
                    Count(KeyOf(taken.Value, out _));
                    break;
            }
        }
    }

    /// <summary>The condition's key if it decides more than once; null for any other.</summary>
    /// <param name="condition">An expression of type <c>bool</c>.</param>
    /// <param name="negated">Whether it is true where what the key names is false.</param>
    public string? RecurringKeyOf(IOperation condition, out bool negated) => Recurring(KeyOf(condition, out negated));

    /// <summary>The key of "this is null", if it decides more than once.</summary>
    public string? RecurringNullKeyOf(IOperation? operation) => operation is null ? null : Recurring(NullKeyOf(operation));

    /// <summary>The conditions that may have another answer once the symbol is assigned.</summary>
    public IEnumerable<string> KeysWith(ISymbol symbol) =>
        _keysWith.TryGetValue(symbol.OriginalDefinition, out HashSet<string>? keys) ? keys.OrderBy(key => key, System.StringComparer.Ordinal) : [];

    /// <summary>The key of a condition, whether it decides once or more often; null if it has none.</summary>
    public string? KeyOf(IOperation condition, out bool negated)
    {
        negated = false;
        IOperation current = condition;
        for (int step = 0; step < MaximumDepth; step++)
        {
            switch (current)
            {
                case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, OperatorMethod: null } not:
                    negated = !negated;
                    current = not.Operand;
                    continue;
                case IParenthesizedOperation parenthesized:
                    current = parenthesized.Operand;
                    continue;
                case IFlowCaptureReferenceOperation capture when _definitions.Captured(capture.Id) is { } captured:
                    current = captured;
                    continue;
                case IIsNullOperation isNull:
                    return NullKeyOf(isNull.Operand);
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } equality:
                    negated ^= equality.OperatorKind == BinaryOperatorKind.NotEquals;
                    return IsNull(equality.RightOperand) ? NullKeyOf(equality.LeftOperand)
                        : IsNull(equality.LeftOperand) ? NullKeyOf(equality.RightOperand)
                        : TextOf(equality);
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThanOrEqual
                    or BinaryOperatorKind.GreaterThanOrEqual } comparison:
                    negated = !negated;
                    return TextOf(comparison);
                case IIsPatternOperation pattern:
                    return PatternKey(pattern, ref negated);
                default:
                    return TextOf(current);
            }
        }

        return null;
    }

    /// <summary>What a condition compares with null; null if it is another condition.</summary>
    /// <param name="condition">An expression of type <c>bool</c>.</param>
    /// <param name="negated">Whether the condition is false where it is null.</param>
    public IOperation? NullTested(IOperation condition, out bool negated)
    {
        negated = false;
        switch (condition)
        {
            case IIsNullOperation isNull:
                return Uncaptured(isNull.Operand);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                IOperation? tested = NullTested(not.Operand, out negated);
                negated = !negated;
                return tested;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals } equality:
                negated = equality.OperatorKind == BinaryOperatorKind.NotEquals;
                return IsNull(equality.RightOperand) ? Uncaptured(equality.LeftOperand)
                    : IsNull(equality.LeftOperand) ? Uncaptured(equality.RightOperand)
                    : null;
            case IIsPatternOperation { Pattern: var pattern } operation:
                while (pattern is INegatedPatternOperation inner)
                {
                    negated = !negated;
                    pattern = inner.Pattern;
                }

                if (pattern is IRecursivePatternOperation or IDeclarationPatternOperation or ITypePatternOperation)
                {
                    negated = !negated;
                    return Uncaptured(operation.Value);
                }

                return pattern is IConstantPatternOperation { Value: var value } && IsNull(value) ? Uncaptured(operation.Value) : null;
            default:
                return null;
        }
    }

    private IOperation Uncaptured(IOperation operation) => operation switch
    {
        IFlowCaptureReferenceOperation capture when _definitions.Captured(capture.Id) is { } captured => Uncaptured(captured),
        IConversionOperation conversion => Uncaptured(conversion.Operand),
        _ => operation,
    };

    /// <summary>What the expression reads, as a text that is the same for the same things; null if it has none.</summary>
    public string? TextOf(IOperation? operation)
    {
        StringBuilder text = new();
        HashSet<ISymbol> symbols = new(SymbolEqualityComparer.Default);
        if (operation is null || !Write(operation, text, symbols, 0))
        {
            return null;
        }

        string key = text.ToString();
        foreach (ISymbol symbol in symbols)
        {
            if (!_keysWith.TryGetValue(symbol, out HashSet<string>? keys))
            {
                _keysWith.Add(symbol, keys = []);
            }

            keys.Add(key);
        }

        return key;
    }

    private string? Recurring(string? key) => key is not null && _uses.TryGetValue(key, out int uses) && uses > 1 ? key : null;

    private void Count(string? key)
    {
        if (key is not null)
        {
            _uses[key] = _uses.TryGetValue(key, out int uses) ? uses + 1 : 1;
        }
    }

    private string? NullKeyOf(IOperation operation)
    {
        if (TextOf(operation) is not { } text)
        {
            return null;
        }

        string key = "null:" + text;
        foreach (HashSet<string> keys in _keysWith.Values)
        {
            if (keys.Contains(text))
            {
                keys.Add(key);
            }
        }

        return key;
    }

    private string? PatternKey(IIsPatternOperation operation, ref bool negated)
    {
        IPatternOperation pattern = operation.Pattern;
        while (pattern is INegatedPatternOperation not)
        {
            negated = !negated;
            pattern = not.Pattern;
        }

        return pattern is IConstantPatternOperation { Value: var value }
            ? IsNull(value) ? NullKeyOf(operation.Value) : TextOf(operation.Value) is { } text ? $"{text}=={value.ConstantValue.Value}" : null
            : null;
    }

    private static bool IsNull(IOperation operation)
    {
        while (operation is IConversionOperation conversion)
        {
            operation = conversion.Operand;
        }

        return operation.ConstantValue is { HasValue: true, Value: null };
    }

    private bool Write(IOperation operation, StringBuilder text, HashSet<ISymbol> symbols, int depth)
    {
        if (depth > MaximumDepth)
        {
            return false;
        }

        if (operation.ConstantValue is { HasValue: true, Value: var value })
        {
            text.Append(System.Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null");
            return true;
        }

        switch (operation)
        {
            case ILocalReferenceOperation { Local: var local }:
                return Name(local, local.Locations.FirstOrDefault()?.SourceSpan.Start ?? 0, text, symbols);
            case IParameterReferenceOperation { Parameter: var parameter }:
                return Name(parameter, 0, text, symbols);
            case IInstanceReferenceOperation:
                text.Append("this");
                return true;
            case IDeclarationExpressionOperation declaration:
                return Write(declaration.Expression, text, symbols, depth + 1);
            case IFlowCaptureReferenceOperation capture when _definitions.Captured(capture.Id) is { } captured:
                return Write(captured, text, symbols, depth + 1);
            case IParenthesizedOperation parenthesized:
                return Write(parenthesized.Operand, text, symbols, depth + 1);
            case IConversionOperation { OperatorMethod: null } conversion:
                return Write(conversion.Operand, text, symbols, depth + 1);
            case IFieldReferenceOperation field:
                return Member(field.Field, field.Instance, [], text, symbols, depth);
            case IPropertyReferenceOperation property:
                return Member(property.Property, property.Instance, property.Arguments, text, symbols, depth);
            case IInvocationOperation call:
                return Member(call.TargetMethod, call.Instance, call.Arguments, text, symbols, depth);
            case IArgumentOperation argument:
                return Write(argument.Value, text, symbols, depth + 1);
            case IArrayElementReferenceOperation element:
                return Write(element.ArrayReference, text, symbols, depth + 1) && All(element.Indices, "[", text, symbols, depth);
            case IBinaryOperation { OperatorMethod: null } binary:
                text.Append(NameOf(binary.OperatorKind));
                return All([binary.LeftOperand, binary.RightOperand], "(", text, symbols, depth);
            default:
                return false;
        }
    }

    // A comparison and its opposite have one key.
    private static string NameOf(BinaryOperatorKind kind) => kind switch
    {
        BinaryOperatorKind.LessThanOrEqual => nameof(BinaryOperatorKind.GreaterThan),
        BinaryOperatorKind.GreaterThanOrEqual => nameof(BinaryOperatorKind.LessThan),
        BinaryOperatorKind.NotEquals => nameof(BinaryOperatorKind.Equals),
        _ => kind.ToString(),
    };

    private static bool Name(ISymbol symbol, int position, StringBuilder text, HashSet<ISymbol> symbols)
    {
        text.Append(symbol.Name).Append('@').Append(position);
        symbols.Add(symbol.OriginalDefinition);
        return true;
    }

    private bool Member(ISymbol member, IOperation? instance, IEnumerable<IOperation> arguments, StringBuilder text,
        HashSet<ISymbol> symbols, int depth)
    {
        if (instance is null)
        {
            text.Append(member.ContainingType?.ToDisplayString());
        }
        else if (!Write(instance, text, symbols, depth + 1))
        {
            return false;
        }

        text.Append('.').Append(member.Name);
        symbols.Add(member.OriginalDefinition);
        return All(arguments, "(", text, symbols, depth);
    }

    private bool All(IEnumerable<IOperation> operations, string open, StringBuilder text, HashSet<ISymbol> symbols, int depth)
    {
        text.Append(open);
        foreach (IOperation operation in operations)
        {
            if (!Write(operation, text, symbols, depth + 1))
            {
                return false;
            }

            text.Append(',');
        }

        return true;
    }
}
