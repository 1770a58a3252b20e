using System;
using System.Collections.Generic;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Kernel.Analyzers.Names;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Finds where a frame is put where a program can read it: a store into an entry, a call that maps.</summary>
internal sealed class UserMappings(FrameAnalysis analysis, FrameBody body, FrameSummaryBuilder summaries, TableShapes shapes)
{
    /// <summary>A value is stored into memory.</summary>
    public void Store(IOperation place, IOperation stored, FrameValue value, FrameState state)
    {
        if (value.IsTracked && EntryPlaces.EntryAt(place, shapes) is { } entry)
        {
            Enter(entry, stored, value, state);
        }
    }

    /// <summary>A call stores into an entry, or maps.</summary>
    public void Call(IInvocationOperation call, FrameState state, Dictionary<int, FrameValue> arguments)
    {
        if (EntryPlaces.StoredBy(call, shapes, out IOperation? stored) is { } place)
        {
            if (stored is not null && arguments.TryGetValue(1, out FrameValue value) && value.IsTracked)
            {
                Enter(place, stored, value, state);
            }

            return;
        }

        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is not { } parameter || !arguments.TryGetValue(parameter.Ordinal, out FrameValue value) || !value.IsTracked)
            {
                continue;
            }

            if (IsMapped(call, parameter))
            {
                if (!IsUnderstood(call, parameter.Ordinal))
                {
                    new FrameLinks(analysis, body, state).Check(value, argument.Value.Syntax, call.TargetMethod.Name, null, FrameLinkKind.User);
                }
            }
            else if (IsMapping(call.TargetMethod) && IsFrame(call.TargetMethod, parameter))
            {
                state.OpenWindow(call.Syntax, value);
            }
        }
    }

    private bool IsMapped(IInvocationOperation call, IParameterSymbol parameter) => IsByContract(call.TargetMethod, parameter)
        ? MayUse(call, true)
        : IsMapping(call.TargetMethod) && IsFrame(call.TargetMethod, parameter) && MayUse(call, false);

    /// <summary>A frame goes into an entry: if its rights say so, a program can read it.</summary>
    public void Enter(IOperation entry, IOperation stored, FrameValue value, FrameState state)
    {
        // The tables above the lowest lead to tables: what is in those is another rule's.
        bool isUpper = TableNames.IsUpper(EntryText.LastName(EntryPlaces.TableOf(entry).Syntax), out bool always) && always;
        if (!isUpper && body.Rights.In(stored, isEntry: true) == true && !body.Rights.IsAbsent(stored))
        {
            new FrameLinks(analysis, body, state).Check(
                value, TableLinks.NameIn(WithoutFlags(stored), value, state), EntryText.Of(entry.Syntax), null, FrameLinkKind.User);
        }
    }

    /// <summary>Whether the arguments say that the page is a program's.</summary>
    /// <param name="call">The call.</param>
    /// <param name="isSaid">Whether a contract says so where they do not.</param>
    private bool MayUse(IInvocationOperation call, bool isSaid)
    {
        bool asks = false;
        bool refused = false;
        foreach (IArgumentOperation argument in call.Arguments)
        {
            bool? given = body.Rights.Given(argument.Parameter, argument.Value);
            if (given == true)
            {
                return true;
            }

            refused |= given == false;
            asks |= given is null && argument.Parameter is { } parameter && UserRights.IsRights(parameter);
        }

        string name = call.TargetMethod.Name;
        return !refused && !asks && (isSaid || (Words.Has(name, "user") && !Words.Has(name, "kernel")));
    }

    /// <summary>Whether the name says that the method maps.</summary>
    public static bool IsMapping(IMethodSymbol method)
    {
        string name = method.Name.StartsWith("Try", StringComparison.Ordinal) ? method.Name.Substring("Try".Length) : method.Name;
        bool isMap = Words.Has(name, "map") && !Words.Has(name, "unmap") && !Words.Has(name, "bitmap")
            && !Words.Has(name, "mapped") && !Words.Has(name, "mapper") && !Words.Has(name, "remap")
            && !name.StartsWith("Is", StringComparison.Ordinal) && !name.StartsWith("Get", StringComparison.Ordinal);
        return isMap || StartsWith(name, "SetEntry") || StartsWith(name, "SetPte") || StartsWith(name, "SetPage") || StartsWith(name, "InstallPage")
            || StartsWith(name, "InsertPage") || StartsWith(name, "WriteEntry") || StartsWith(name, "WritePte") || StartsWith(name, "EnterPage");
    }

    /// <summary>Whether a call of a method that maps by its name can say that a program gets the page, whatever it is given.</summary>
    public static bool CanSayUser(IMethodSymbol method)
    {
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (parameter.Type is ITypeParameterSymbol || UserRights.IsRights(parameter))
            {
                return true;
            }
        }

        return Words.Has(method.Name, "user");
    }

    private bool IsByContract(IMethodSymbol method, IParameterSymbol parameter) =>
        summaries.Contracts.Of(method) is { } contracts && parameter.Ordinal < contracts.Parameters.Length
        && (contracts.Parameters[parameter.Ordinal] & FrameContract.MapsForUser) != 0;

    /// <summary>Whether the method's body, or a contract, says something else of the frame than that it stays as it is.</summary>
    private bool IsUnderstood(IInvocationOperation call, int ordinal)
    {
        MethodFrameContracts contracts = summaries.Contracts.Of(call.TargetMethod);
        bool zeroes = ordinal < contracts.Parameters.Length && (contracts.Parameters[ordinal] & FrameContract.Zeroes) != 0;
        return zeroes || summaries.Of(call.TargetMethod, call.Instance, call.Arguments, body.Graph, body.Rights)?.Of(ordinal)
            is { Effect: not (FrameEffect.Keeps or FrameEffect.ZeroesPart) };
    }

    // `Allocate() | 7` is named by the call.
    private static IOperation WithoutFlags(IOperation stored)
    {
        IOperation inner = stored.Innermost();
        return inner is not IBinaryOperation { OperatorKind: BinaryOperatorKind.Or } or ? stored
            : or.RightOperand.ConstantValue.HasValue ? WithoutFlags(or.LeftOperand)
            : or.LeftOperand.ConstantValue.HasValue ? WithoutFlags(or.RightOperand)
            : stored;
    }

    /// <summary>Whether the parameter is the frame, rather than the page that is to show it: where one says that it is the frame, it is that one.</summary>
    private static bool IsFrame(IMethodSymbol method, IParameterSymbol parameter)
    {
        if (SaysFrame(parameter))
        {
            return true;
        }

        foreach (IParameterSymbol other in method.Parameters)
        {
            if (SaysFrame(other))
            {
                return false;
            }
        }

        return !Words.Has(parameter.Name, "virt") && parameter.Name is not ("va" or "vaddr") && !Words.Has(parameter.Type.Name, "virtual");
    }

    private static bool SaysFrame(IParameterSymbol parameter) => Words.Has(parameter.Name, "phys") || Words.Has(parameter.Name, "frame")
        || parameter.Name is "pa" or "paddr" or "pfn" || Words.Has(parameter.Type.Name, "frame") || Words.Has(parameter.Type.Name, "physical");

    private static bool StartsWith(string name, string word) => name.StartsWith(word, StringComparison.OrdinalIgnoreCase);
}
