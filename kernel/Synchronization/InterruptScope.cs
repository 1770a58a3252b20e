using System.Diagnostics.CodeAnalysis;
using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Synchronization;

/// <summary>Interrupts are disabled from here to the end of the scope, and then as they were before. Used with <c>using</c>.</summary>
/// <remarks>Scopes nest: only the outermost one enables interrupts again.</remarks>
/// <typeparam name="TProcessor">The processor.</typeparam>
public readonly ref struct InterruptScope<TProcessor>
    where TProcessor : struct, IProcessor
{
    private readonly bool _enabledBefore;

    private InterruptScope(bool enabledBefore) => _enabledBefore = enabledBefore;

    /// <summary>The proof that interrupts are disabled. It cannot leave the scope.</summary>
    [UnscopedRef]
    public InterruptsDisabled Token => InterruptsDisabled.Within(in _enabledBefore);

    /// <summary>Disables interrupts on this processor.</summary>
    public static InterruptScope<TProcessor> Enter()
    {
        bool enabled = TProcessor.InterruptsEnabled;
        TProcessor.DisableInterrupts();
        return new InterruptScope<TProcessor>(enabled);
    }

    /// <summary>Enables interrupts again if they were enabled when the scope began.</summary>
    [EnablesInterrupts]
    public void Dispose()
    {
        if (_enabledBefore)
        {
            TProcessor.EnableInterrupts();
        }
    }
}
