using System;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow.Tables;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Says what a value was made from, without any effect of making it.</summary>
internal sealed class FlushValues(BodyDefinitions definitions, TableShapes shapes)
{
    private const int MaximumDepth = 64;
    private const ulong LeastAddress = 4096;

    private static readonly ImmutableArray<string> s_takes = ["Alloc", "New", "Take", "Create", "Fresh", "Zeroed", "Make", "Pop", "Rent"];

    /// <summary>What tells pointers to entries from others.</summary>
    public TableShapes Shapes { get; } = shapes;

    /// <summary>What an operation gives.</summary>
    public FlushValue Peek(IOperation? operation, FlushState state) => Peek(operation, state, 0);

    private FlushValue Peek(IOperation? operation, FlushState state, int depth)
    {
        if (operation is null || depth > MaximumDepth)
        {
            return FlushValue.Unknown;
        }

        switch (operation)
        {
            case ILocalReferenceOperation { Local: var local }:
                return Named(local, local.Name, state);
            case IParameterReferenceOperation { Parameter: var parameter }:
                return Contract.Has(parameter.Type, Contract.InterruptToken) ? FlushValue.Unknown : Named(parameter, parameter.Name, state);
            case IDeclarationExpressionOperation declaration:
                return Peek(declaration.Expression, state, depth + 1);
            case IFlowCaptureReferenceOperation capture:
                return state.Read(capture.Id);
            case { ConstantValue: { HasValue: true, Value: var constant } }:
                return EntryPlaces.BitsOf(constant) is >= LeastAddress and { } bits ? FlushValue.Unknown.From(bits) : FlushValue.Unknown;
            case IConversionOperation { OperatorMethod: null } conversion:
                return Peek(conversion.Operand, state, depth + 1);
            case IParenthesizedOperation parenthesized:
                return Peek(parenthesized.Operand, state, depth + 1);
            case IInvocationOperation call:
                FlushValue made = Parts(call, state, depth).From(call.Syntax).WithCall(call.Syntax);
                return EntryPlaces.StoredBy(call, Shapes, out _) is { } replaced ? made.WithEntry(NameOf(replaced, state))
                    : WithEntry(Takes(call.TargetMethod) ? made.AsFresh() : made, call, state);
            case IFunctionPointerInvocationOperation when TakesByName(EntryText.LastName(operation.Syntax)):
            case IObjectCreationOperation { Type.IsReferenceType: true } or IArrayCreationOperation:
                return Parts(operation, state, depth).AsFresh();
            case IFieldReferenceOperation { Instance: null or IInstanceReferenceOperation, Field: var field }:
                return IsFreshName(field.Name) ? FlushValue.Unknown.AsFresh() : FlushValue.Unknown;
            case IAnonymousFunctionOperation or IFlowAnonymousFunctionOperation:
                return FlushValue.Unknown;
            default:
                FlushValue parts = Parts(operation, state, depth);
                return WithEntry(operation.Syntax is StackAllocArrayCreationExpressionSyntax or ImplicitStackAllocArrayCreationExpressionSyntax
                    ? parts.AsFresh() : parts, operation, state);
        }
    }

    private FlushValue Named(ISymbol symbol, string name, FlushState state)
    {
        FlushValue value = state.Read(symbol).From(symbol);
        return IsFreshName(name) ? value.AsFresh() : value;
    }

    // A local of a source that stops in the middle may have no name at all.
    private static bool IsFreshName(string? name) => name is not null && (
        Words.Has(name, "fresh") || Words.Has(name, "unlinked") || name.TrimStart('_').StartsWith("new", StringComparison.OrdinalIgnoreCase));

    private FlushValue Parts(IOperation operation, FlushState state, int depth)
    {
        FlushValue all = FlushValue.Unknown;
        foreach (IOperation child in operation.ChildOperations)
        {
            all = all.And(Peek(child is IArgumentOperation argument ? argument.Value : child, state, depth + 1));
        }

        return all.Settled();
    }

    private FlushValue WithEntry(FlushValue value, IOperation operation, FlushState state) =>
        EntryPlaces.EntryAt(operation, Shapes) is { } entry ? value.WithEntry(NameOf(entry, state)) : value.WithEntry(null);

    /// <summary>The entry as the code names it, under the name that a <c>ref</c> local stands for.</summary>
    public string NameOf(IOperation entry, FlushState state)
    {
        if (entry is ILocalReferenceOperation { Local: { IsRef: true } local } && definitions.Referent(local) is { } referent)
        {
            return EntryText.Of(referent.Syntax);
        }

        string text = EntryText.Of(entry.Syntax);
        return !EntryPlaces.IsFollowed(entry) ? text : "*" + (entry.Syntax is MemberAccessExpressionSyntax member ? EntryText.Of(member.Expression) : text);
    }

    /// <summary>What a <c>ref</c> local stands for; null for anything else.</summary>
    public IOperation? ReferentOf(IOperation operation) =>
        operation is ILocalReferenceOperation { Local: { IsRef: true } local } ? definitions.Referent(local) : null;

    /// <summary>What is under conversions, parentheses and captures.</summary>
    public IOperation Unwrap(IOperation operation)
    {
        for (int depth = 0; depth < MaximumDepth; depth++)
        {
            switch (operation)
            {
                case IConversionOperation conversion:
                    operation = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    operation = parenthesized.Operand;
                    break;
                case IFlowCaptureReferenceOperation capture when definitions.Captured(capture.Id) is { } captured:
                    operation = captured;
                    break;
                default:
                    return operation;
            }
        }

        return operation;
    }

    /// <summary>The condition that a <c>bool</c> local or capture stands for.</summary>
    public IOperation? DefinitionOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation { Local: { Type.SpecialType: SpecialType.System_Boolean } local } => definitions.Assigned(local),
        IFlowCaptureReferenceOperation { Type.SpecialType: SpecialType.System_Boolean } capture => definitions.Captured(capture.Id),
        _ => null,
    };

    /// <summary>Whether a nested function touches the local, so that it may change at any call.</summary>
    public bool IsShared(ISymbol symbol) => definitions.IsShared(symbol);

    /// <summary>Whether the method hands over a frame or table that nobody else has.</summary>
    public static bool Takes(IMethodSymbol method)
    {
        if (Contract.FindOnReturn(method, Contract.Dirty) is not null)
        {
            return true;
        }

        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.RefKind == RefKind.Out && Contract.Has(parameter, Contract.Dirty))
            {
                return true;
            }
        }

        // `GetClearPage()` is not asked which one.
        return TakesByName(method.Name)
            || (method.Parameters.IsEmpty && method.Name.StartsWith("Get", StringComparison.Ordinal) && (Words.EndsInWord(method.Name, "page") || Words.EndsInWord(method.Name, "frame")));
    }

    private static bool TakesByName(string method)
    {
        string name = method.StartsWith("Try", StringComparison.Ordinal) ? method.Substring(3) : method;
        foreach (string word in s_takes)
        {
            if (name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
