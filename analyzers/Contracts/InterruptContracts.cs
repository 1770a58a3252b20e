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

/// <summary>After the method, interrupts may be enabled on this processor: a token from before it proves nothing any more.</summary>
/// <remarks>On an instance method of a <c>ref struct</c> (a scope) only the tokens that came from that scope end; on any other method all do.</remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EnablesInterruptsAttribute : Attribute;
