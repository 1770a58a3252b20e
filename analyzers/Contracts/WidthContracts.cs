using System;

namespace Kernel.Contracts;

/// <summary>Which space an address is one of.</summary>
internal enum AddressKind
{
    /// <summary>Not said: the name may say it, or it may be either.</summary>
    Unspecified,

    /// <summary>What the memory bus sees.</summary>
    Physical,

    /// <summary>What a program sees.</summary>
    Virtual,
}

/// <summary>The integer is an address, or the struct wraps one: it may not be narrowed.</summary>
/// <param name="kind">The space of the address. Where it is not said, a name with "phys" or "virt" in it says it.</param>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
internal sealed class AddressValueAttribute(AddressKind kind = AddressKind.Unspecified) : Attribute
{
    /// <summary>The space of the address.</summary>
    public AddressKind Kind { get; } = kind;
}

/// <summary>The method narrows and fails rather than truncate: the one way down from a 64-bit value.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CheckedNarrowingAttribute : Attribute;
