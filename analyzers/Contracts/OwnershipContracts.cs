using System;

namespace Kernel.Contracts;

/// <summary>A value of this type, or the result of this method, stands for work that is owed or an outcome that must be looked at: it may not be dropped.</summary>
/// <remarks>KMEM502. <c>_ =</c> is a drop too, unless <see cref="Discardable"/> says that the caller may decide so in writing.</remarks>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class | AttributeTargets.Enum | AttributeTargets.Method | AttributeTargets.ReturnValue)]
internal sealed class MustUseAttribute : Attribute
{
    /// <summary>Whether <c>_ = call()</c> counts as a use. False when not given.</summary>
    public bool Discardable { get; set; }
}

/// <summary>Only the type itself makes values of this type: <c>default</c>, <c>new()</c>, casts and <c>Unsafe.As</c> elsewhere are mistakes.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class OwnerMadeAttribute : Attribute;
