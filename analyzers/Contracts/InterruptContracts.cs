using System;

namespace Kernel.Contracts;

/// <summary>A <c>ref struct</c> that proves by being there that interrupts are disabled on this processor.</summary>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class InterruptTokenAttribute : Attribute;

/// <summary>The method or type may make interrupt tokens: it has just disabled interrupts, or the hardware did so before calling it.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Struct | AttributeTargets.Class)]
internal sealed class TrustedContextAttribute(string because) : Attribute
{
    /// <summary>Why interrupts are certainly disabled here.</summary>
    public string Because { get; } = because;
}
