using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Bits of one type that an expression takes for another.</summary>
/// <param name="from">What the bits were.</param>
/// <param name="to">What they are read as.</param>
internal readonly struct Reinterpretation(ITypeSymbol? from, ITypeSymbol? to)
{
    private const int MaximumDepth = 16;

    public ITypeSymbol? From { get; } = from;

    public ITypeSymbol? To { get; } = to;

    /// <summary>What the call or the conversion reinterprets, or null.</summary>
    public static Reinterpretation? In(IOperation operation) => operation switch
    {
        IConversionOperation { OperatorMethod: null, Type: IPointerTypeSymbol target } conversion
            when !AddressTypes.IsStorage(target.PointedAtType) && conversion.Operand.Type is IPointerTypeSymbol
            => new(Behind(conversion.Operand), target.PointedAtType),
        IInvocationOperation { TargetMethod: { IsStatic: true } method } call when IsIn(method, "Unsafe") => OfUnsafe(call, method),
        IInvocationOperation { TargetMethod: { IsStatic: true } method } call when IsIn(method, "MemoryMarshal") => OfMemory(call, method),
        _ => null,
    };

    private static Reinterpretation? OfUnsafe(IInvocationOperation call, IMethodSymbol method)
    {
        switch (method.Name, method.TypeArguments.Length)
        {
            case ("As", 2) or ("BitCast", 2):
                ITypeSymbol from = method.TypeArguments[0];
                return new(AddressTypes.IsStorage(from) && method.Name == "As" ? Behind(call.Arguments[0].Value) : from, method.TypeArguments[1]);
            case ("Read" or "ReadUnaligned" or "AsRef", 1) when call.Arguments.Length == 1:
                return new(Behind(call.Arguments[0].Value), method.TypeArguments[0]);
            case ("Write" or "WriteUnaligned", 1) when call.Arguments.Length == 2:
                return new(method.TypeArguments[0], Behind(call.Arguments[0].Value));
            default:
                return null;
        }
    }

    private static Reinterpretation? OfMemory(IInvocationOperation call, IMethodSymbol method)
    {
        switch (method.Name, method.TypeArguments.Length)
        {
            case ("Cast", 2):
                return AddressTypes.IsStorage(method.TypeArguments[0]) ? FromBytes(call, method.TypeArguments[1]) : new(method.TypeArguments[0], method.TypeArguments[1]);
            case ("Read" or "AsRef" or "TryRead", 1):
                return FromBytes(call, method.TypeArguments[0]);
            case ("Write" or "TryWrite", 1) when call.Arguments.Length == 2:
                return new(method.TypeArguments[0], Behind(call.Arguments[0].Value));
            default:
                return null;
        }
    }

    // Bytes of unknown origin become an address without anybody having looked at them.
    private static Reinterpretation FromBytes(IInvocationOperation call, ITypeSymbol to) =>
        new(Behind(call.Arguments[0].Value) ?? Bytes(call), to);

    private static ITypeSymbol? Bytes(IInvocationOperation call) =>
        call.SemanticModel?.Compilation.GetSpecialType(SpecialType.System_Byte);

    /// <summary>What the pointer, reference or span was of before it became one of bytes or of nothing in particular; null if nobody knows.</summary>
    private static ITypeSymbol? Behind(IOperation operation, int depth = 0)
    {
        if (depth == MaximumDepth)
        {
            return null;
        }

        switch (operation)
        {
            case IParenthesizedOperation parenthesized:
                return Behind(parenthesized.Operand, depth + 1);
            case IConversionOperation { OperatorMethod: null } conversion when PointeeOf(conversion.Type) is { } pointee && !AddressTypes.IsStorage(pointee):
                return pointee;
            case IConversionOperation conversion:
                return Behind(conversion.Operand, depth + 1);
            case IAddressOfOperation addressOf:
                return TypeOf(addressOf.Reference, depth);
            case IInvocationOperation { TargetMethod: { IsStatic: true } method, Arguments.Length: > 0 } call
                when (IsIn(method, "Unsafe") && method.Name is "AsPointer" or "As" or "AsRef")
                    || (IsIn(method, "MemoryMarshal") && method.Name is "AsBytes" or "CreateSpan" or "CreateReadOnlySpan" or "Cast" or "GetReference"):
                return method.TypeArguments.Length > 0 && !AddressTypes.IsStorage(method.TypeArguments[0])
                    ? method.TypeArguments[0]
                    : Behind(call.Arguments[0].Value, depth + 1);
            case IObjectCreationOperation { Type.Name: "Span" or "ReadOnlySpan", Arguments.Length: > 0 } span:
                return Behind(span.Arguments[0].Value, depth + 1);
            default:
                return TypeOf(operation, depth);
        }
    }

    private static ITypeSymbol? TypeOf(IOperation operation, int depth)
    {
        if (operation.Type is { } type && (PointeeOf(type) ?? (operation.Parent is IAddressOfOperation ? type : null)) is { } pointee
            && !AddressTypes.IsStorage(pointee))
        {
            return pointee;
        }

        if (operation is ILocalReferenceOperation { Local.RefKind: RefKind.None } local)
        {
            return Body.Around(local).OnlyValueOf(local.Local) is { } value ? Behind(value, depth + 1) : null;
        }

        // `ref value`: the argument is the variable itself.
        return operation.Parent is IArgumentOperation { Parameter.RefKind: not RefKind.None } && !AddressTypes.IsStorage(operation.Type)
            ? operation.Type
            : null;
    }

    private static ITypeSymbol? PointeeOf(ITypeSymbol? type) => type switch
    {
        IPointerTypeSymbol pointer => pointer.PointedAtType,
        INamedTypeSymbol { Name: "Span" or "ReadOnlySpan", TypeArguments.Length: 1, ContainingNamespace.Name: "System" } span => span.TypeArguments[0],
        _ => null,
    };

    private static bool IsIn(IMethodSymbol method, string type) =>
        method.ContainingType is { Name: var name, ContainingNamespace: { Name: "CompilerServices" or "InteropServices", ContainingNamespace: { Name: "Runtime" } } }
        && name == type;
}
