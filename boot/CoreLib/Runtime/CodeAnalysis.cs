namespace System.Diagnostics.CodeAnalysis
{
    /// <summary>The method does not return.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class DoesNotReturnAttribute : Attribute;

    /// <summary>The method does not return when the argument has this value.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class DoesNotReturnIfAttribute(bool parameterValue) : Attribute
    {
        /// <summary>The value.</summary>
        public bool ParameterValue { get; } = parameterValue;
    }

    /// <summary>The argument is not null when the method returns this value.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public sealed class NotNullWhenAttribute(bool returnValue) : Attribute
    {
        /// <summary>The value.</summary>
        public bool ReturnValue { get; } = returnValue;
    }

    /// <summary>The reference that is returned may outlive the call though it looks as if it came from <c>this</c>.</summary>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Parameter)]
    public sealed class UnscopedRefAttribute : Attribute;

    /// <summary>The constructor sets every required member.</summary>
    [AttributeUsage(AttributeTargets.Constructor)]
    public sealed class SetsRequiredMembersAttribute : Attribute;

    /// <summary>A diagnostic is not reported here, for the reason given.</summary>
    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    public sealed class SuppressMessageAttribute(string category, string checkId) : Attribute
    {
        /// <summary>The diagnostic's category.</summary>
        public string Category { get; } = category;

        /// <summary>The diagnostic's number.</summary>
        public string CheckId { get; } = checkId;

        /// <summary>Why it does not apply.</summary>
        public string? Justification { get; set; }
    }
}

namespace System.Diagnostics
{
    /// <summary>Calls vanish unless the symbol is defined.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
    public sealed class ConditionalAttribute(string conditionString) : Attribute
    {
        /// <summary>The symbol.</summary>
        public string ConditionString { get; } = conditionString;
    }

    /// <summary>How a debugger shows a value.</summary>
    [AttributeUsage(AttributeTargets.All)]
    public sealed class DebuggerDisplayAttribute(string? value) : Attribute
    {
        /// <summary>The format.</summary>
        public string? Value { get; } = value;
    }

    /// <summary>How a debugger treats the module; the C# compiler puts it on debug builds.</summary>
    [AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Module)]
    public sealed class DebuggableAttribute(DebuggableAttribute.DebuggingModes modes) : Attribute
    {
        /// <summary>The bits of the mode.</summary>
        [Flags]
        public enum DebuggingModes
        {
            /// <summary>None.</summary>
            None = 0x0,

            /// <summary>As usual.</summary>
            Default = 0x1,

            /// <summary>Sequence points come from the symbol file.</summary>
            IgnoreSymbolStoreSequencePoints = 0x2,

            /// <summary>Code may be changed while it runs.</summary>
            EnableEditAndContinue = 0x4,

            /// <summary>Nothing is optimised.</summary>
            DisableOptimizations = 0x100,
        }

        /// <summary>The mode.</summary>
        public DebuggingModes DebuggingFlags { get; } = modes;
    }
}

namespace System.ComponentModel
{
    /// <summary>Where an editor offers a member.</summary>
    public enum EditorBrowsableState
    {
        /// <summary>Always.</summary>
        Always,

        /// <summary>Never.</summary>
        Never,

        /// <summary>To the advanced.</summary>
        Advanced,
    }

    /// <summary>Says where an editor offers a member.</summary>
    [AttributeUsage(AttributeTargets.All)]
    public sealed class EditorBrowsableAttribute(EditorBrowsableState state) : Attribute
    {
        /// <summary>Where.</summary>
        public EditorBrowsableState State { get; } = state;
    }
}

namespace System.Reflection
{
    /// <summary>The name of a type's indexer in metadata.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
    public sealed class DefaultMemberAttribute(string memberName) : Attribute
    {
        /// <summary>The name.</summary>
        public string MemberName { get; } = memberName;
    }
}
