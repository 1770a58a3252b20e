using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>The methods of the core library that narrow a number without a cast.</summary>
internal static class NarrowingCalls
{
    /// <summary>The method of the integer types that cuts off.</summary>
    public const string Truncating = "CreateTruncating";

    /// <summary>What the call narrows, or null: <c>pointer.ToInt32()</c>, <c>Convert.ToUInt32(value)</c>, <c>uint.CreateTruncating(value)</c>.</summary>
    public static IOperation? OperandIn(IInvocationOperation call) => (call.TargetMethod.Name, call.TargetMethod.Parameters.Length) switch
    {
        ("ToInt32" or "ToUInt32", 0) => call.Instance is { } native && IntegerWidth.IsPointerSized(native.Type) ? native : null,
        ("ToInt32" or "ToUInt32" or "ToInt16" or "ToUInt16" or "ToByte" or "ToSByte", 1) =>
            call.TargetMethod.ContainingType is { Name: "Convert", ContainingNamespace.Name: "System" } ? ArgumentOf(call) : null,
        (Truncating, 1) => call.TargetMethod.IsStatic && IntegerWidth.Of(call.TargetMethod.ContainingType, pointerBits: 64) is not null ? ArgumentOf(call) : null,
        _ => null,
    };

    private static IOperation? ArgumentOf(IInvocationOperation call) => call.Arguments.Length == 1 ? call.Arguments[0].Value : null;
}
