using System;

namespace Kernel.Contracts;

/// <summary>
/// What the pointer or reference leads to, or every value of the struct that lies in memory, is read or written by hardware too: page
/// tables, device registers. It is accessed in one piece, through <c>Volatile</c>, <c>Interlocked</c> or the struct's own members.
/// </summary>
/// <remarks>KMEM503. On a struct, on a field, property or parameter that is a pointer or reference, or on a method that returns one.</remarks>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter
    | AttributeTargets.Method | AttributeTargets.ReturnValue)]
internal sealed class HardwareMemoryAttribute : Attribute
{
    /// <summary>How many bytes one access has. Where it is not given, the type pointed to says it, unless that is <c>void</c> or <c>byte</c>.</summary>
    public int AccessBytes { get; set; }
}
