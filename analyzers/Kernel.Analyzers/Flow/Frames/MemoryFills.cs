using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>How much of a frame an operation overwrites.</summary>
internal enum FillExtent
{
    /// <summary>Nothing, or with something that is not zero.</summary>
    None,

    /// <summary>Less than a frame.</summary>
    Part,

    /// <summary>The whole frame.</summary>
    Whole,

    /// <summary>That is not known.</summary>
    Unknown,
}

/// <summary>Knows the framework's ways to fill memory, and the spans that say how much.</summary>
internal sealed class MemoryFills(ConstantAmounts amounts)
{
    /// <summary>The size of the frames that become tables, in bytes (Intel SDM volume 3A, 4.2).</summary>
    public const long FrameBytes = 4096;

    /// <summary>Whether the call fills memory, where, and how much of it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="receiver">What it is called on.</param>
    /// <param name="arguments">The values of the arguments, by parameter ordinal.</param>
    /// <param name="target">The memory that is filled.</param>
    /// <param name="extent">How much of it.</param>
    public bool TryRead(IInvocationOperation call, FrameValue receiver, IReadOnlyDictionary<int, FrameValue> arguments,
        out FrameValue target, out FillExtent extent)
    {
        IMethodSymbol method = call.TargetMethod;
        target = FrameValue.Untracked;
        extent = FillExtent.None;
        switch (method.ContainingType?.Name, method.Name)
        {
            case ("Unsafe", "InitBlock" or "InitBlockUnaligned"):
                target = At(arguments, 0);
                extent = Filled(target, Amount(call, 2), Amount(call, 1));
                return true;
            case ("Unsafe", "CopyBlock" or "CopyBlockUnaligned"):
                target = At(arguments, 0);
                extent = Filled(target, Amount(call, 2), 0);
                return true;
            case ("Buffer", "MemoryCopy"):
                target = At(arguments, 1);
                extent = Filled(target, Amount(call, 3), 0);
                return true;
            case ("NativeMemory", "Copy"):
                target = At(arguments, 1);
                extent = Filled(target, Amount(call, 2), 0);
                return true;
            case ("NativeMemory", "Clear"):
                target = At(arguments, 0);
                extent = Filled(target, Amount(call, 1), 0);
                return true;
            case ("NativeMemory", "Fill"):
                target = At(arguments, 0);
                extent = Filled(target, Amount(call, 1), Amount(call, 2));
                return true;
            case ("Span", "Clear") when IsSpan(method.ContainingType):
                target = receiver;
                extent = Filled(target, receiver.Bytes, 0);
                return true;
            case ("Span", "Fill") when IsSpan(method.ContainingType):
                target = receiver;
                extent = Filled(target, receiver.Bytes, IsZero(Argument(call, 0)) ? 0 : Amount(call, 0) ?? 1);
                return true;
            case ("Array", "Clear"):
                target = At(arguments, 1).IsTracked ? At(arguments, 1) : At(arguments, 0);
                extent = Filled(target, null, 0);
                return true;
            default:
                return false;
        }
    }

    /// <summary>What a span made from <paramref name="memory"/> covers.</summary>
    public FrameValue Span(ITypeSymbol? span, FrameValue memory, IOperation? length)
    {
        long? element = span is INamedTypeSymbol { TypeArguments: [var type] } ? TypeSizes.Of(type) : null;
        return memory.Covering(element * amounts.Of(length));
    }

    /// <summary>A part of a span.</summary>
    public FrameValue Slice(ITypeSymbol? span, FrameValue whole, IOperation? start, IOperation? length)
    {
        if (amounts.Of(start) is not 0)
        {
            return whole.AsInterior();
        }

        return length is null ? whole : Span(span, whole, length);
    }

    /// <summary>What overwriting <paramref name="bytes"/> bytes with <paramref name="value"/> does.</summary>
    public static FillExtent Filled(FrameValue target, long? bytes, long? value) =>
        value is not (null or 0) ? FillExtent.None
        : value is null || bytes is null || target.Interior ? FillExtent.Unknown
        : bytes >= FrameBytes ? FillExtent.Whole
        : FillExtent.Part;

    /// <summary>What storing one value does. A frame that a value of its size was copied over holds nothing of its last owner.</summary>
    public static FillExtent Stored(FrameValue target, ISimpleAssignmentOperation store)
    {
        long? size = TypeSizes.Of(store.Target.Type ?? store.Value.Type);
        return IsZero(store.Value) || size >= FrameBytes ? Filled(target, size, 0) : FillExtent.None;
    }

    /// <summary>Whether the operation is a zero or a <c>default</c>, whatever it was converted to.</summary>
    public static bool IsZero(IOperation? operation) => operation switch
    {
        null => false,
        { ConstantValue: { HasValue: true, Value: var constant } } =>
            constant is null or 0 or 0u or 0L or 0ul or (byte)0 or (sbyte)0 or (short)0 or (ushort)0,
        IDefaultValueOperation => true,
        IObjectCreationOperation { Arguments.IsEmpty: true, Initializer: null, Type.IsValueType: true,
            Constructor.IsImplicitlyDeclared: true } => true,
        IConversionOperation conversion => IsZero(conversion.Operand),
        _ => false,
    };

    /// <summary>Whether the type is <c>System.Span</c>.</summary>
    public static bool IsSpan(ITypeSymbol? type) =>
        type is INamedTypeSymbol { Name: "Span", Arity: 1,
            ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    private long? Amount(IInvocationOperation call, int ordinal) => amounts.Of(Argument(call, ordinal));

    private static IOperation? Argument(IInvocationOperation call, int ordinal)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter?.Ordinal == ordinal)
            {
                return argument.Value;
            }
        }

        return null;
    }

    private static FrameValue At(IReadOnlyDictionary<int, FrameValue> arguments, int ordinal) =>
        arguments.TryGetValue(ordinal, out FrameValue value) ? value : FrameValue.Untracked;
}
