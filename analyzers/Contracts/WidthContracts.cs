using System;

namespace Kernel.Contracts;

/// <summary>The integer is an address, or the struct wraps one: it may not be narrowed.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter | AttributeTargets.ReturnValue)]
internal sealed class AddressValueAttribute : Attribute;

/// <summary>The method narrows and fails rather than truncate: the one way down from a 64-bit value.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CheckedNarrowingAttribute : Attribute;
