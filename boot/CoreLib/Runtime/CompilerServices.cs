namespace System.Runtime.CompilerServices;

/// <summary>The JIT knows what the method does and may replace the call.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Constructor | AttributeTargets.Field)]
internal sealed class IntrinsicAttribute : Attribute;

/// <summary>How a method is to be compiled.</summary>
[Flags]
public enum MethodImplOptions
{
    /// <summary>As usual.</summary>
    None = 0,

    /// <summary>Never into its callers.</summary>
    NoInlining = 0x0008,

    /// <summary>Unmanaged; the compilers know the value.</summary>
    Unmanaged = 0x0004,

    /// <summary>Without optimisation.</summary>
    NoOptimization = 0x0040,

    /// <summary>Into its callers wherever possible.</summary>
    AggressiveInlining = 0x0100,

    /// <summary>With every optimisation at once.</summary>
    AggressiveOptimization = 0x0200,

    /// <summary>Its body is an assembly routine.</summary>
    InternalCall = 0x1000,
}

/// <summary>Says how a method is to be compiled.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor)]
public sealed class MethodImplAttribute(MethodImplOptions options) : Attribute
{
    /// <summary>The options.</summary>
    public MethodImplOptions Value { get; } = options;
}

/// <summary>The language features that this core library carries; the C# compiler looks each up by name.</summary>
public static class RuntimeFeature
{
    /// <summary><c>nint</c> is <c>IntPtr</c>.</summary>
    public const string NumericIntPtr = nameof(NumericIntPtr);

    /// <summary><c>ref</c> fields.</summary>
    public const string ByRefFields = nameof(ByRefFields);

    /// <summary><c>static abstract</c> members of interfaces.</summary>
    public const string VirtualStaticsInInterfaces = nameof(VirtualStaticsInInterfaces);

    /// <summary><c>delegate* unmanaged</c> without naming a convention.</summary>
    public const string UnmanagedSignatureCallingConvention = nameof(UnmanagedSignatureCallingConvention);

    /// <summary>Interface members with bodies.</summary>
    public const string DefaultImplementationsOfInterfaces = nameof(DefaultImplementationsOfInterfaces);

    /// <summary><c>allows ref struct</c>.</summary>
    public const string ByRefLikeGenerics = nameof(ByRefLikeGenerics);

    /// <summary>Inline arrays.</summary>
    public const string InlineArrayTypes = nameof(InlineArrayTypes);
}

/// <summary>A struct that may live only on the stack.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class IsByRefLikeAttribute : Attribute;

/// <summary>A struct or reference that is not written to.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class IsReadOnlyAttribute : Attribute;

/// <summary>Made by a compiler.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class CompilerGeneratedAttribute : Attribute;

/// <summary>Has extension members.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class | AttributeTargets.Assembly)]
public sealed class ExtensionAttribute : Attribute;

/// <summary>The struct is so many elements of its one field's type, side by side.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class InlineArrayAttribute(int length) : Attribute
{
    /// <summary>The number of elements.</summary>
    public int Length { get; } = length;
}

/// <summary>The compiler named in it must know a feature to use the type.</summary>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true, Inherited = false)]
public sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
{
    /// <summary>The feature.</summary>
    public string FeatureName { get; } = featureName;

    /// <summary>Whether a compiler without it may go on.</summary>
    public bool IsOptional { get; init; }
}

/// <summary>The member must be set by an initialiser.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property)]
public sealed class RequiredMemberAttribute : Attribute;

/// <summary>The name of an indexer in metadata.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class IndexerNameAttribute(string indexerName) : Attribute
{
    /// <summary>The name.</summary>
    public string Name { get; } = indexerName;
}

/// <summary>The types whose name the compiler mixes into an unscoped reference.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Parameter)]
public sealed class FixedBufferAttribute(string elementType, int length) : Attribute
{
    /// <summary>The element type.</summary>
    public string ElementType { get; } = elementType;

    /// <summary>The number of elements.</summary>
    public int Length { get; } = length;
}

/// <summary>The field holds an unsafe fixed-size value.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class UnsafeValueTypeAttribute : Attribute;

/// <summary>The expression given for an argument, as text.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class CallerArgumentExpressionAttribute(string parameterName) : Attribute
{
    /// <summary>The parameter whose argument it is.</summary>
    public string ParameterName { get; } = parameterName;
}

/// <summary>The member that calls, as text.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class CallerMemberNameAttribute : Attribute;

/// <summary>The file of the call.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class CallerFilePathAttribute : Attribute;

/// <summary>The line of the call.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class CallerLineNumberAttribute : Attribute;

/// <summary>Locals are not zeroed on entry.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class SkipLocalsInitAttribute : Attribute;

/// <summary>Which overload wins.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property)]
public sealed class OverloadResolutionPriorityAttribute(int priority) : Attribute
{
    /// <summary>The higher, the earlier it is taken.</summary>
    public int Priority { get; } = priority;
}

/// <summary>Marks a <c>volatile</c> field in signatures.</summary>
public static class IsVolatile;

/// <summary>Marks an <c>init</c> accessor in signatures.</summary>
public static class IsExternalInit;

/// <summary>Marks the C calling convention in signatures.</summary>
public class CallConvCdecl;
