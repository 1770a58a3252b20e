using System;

namespace Kernel.Contracts;

/// <summary>The member is called only where a full runtime is present (a test, a host tool): the rules for freestanding code do not hold in it.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class HostedAttribute(string because) : Attribute
{
    /// <summary>Why a full runtime is certainly there.</summary>
    public string Because { get; } = because;
}
