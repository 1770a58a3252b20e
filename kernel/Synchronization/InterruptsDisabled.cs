using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Synchronization;

/// <summary>Proof that interrupts are disabled on this processor: whoever holds one may rely on it.</summary>
/// <remarks>
/// It comes from an <see cref="InterruptScope{TProcessor}"/>, whose lifetime bounds its own, or from
/// <see cref="InTrustedContext{TProcessor}"/>, which looks at the processor instead of believing a comment. It proves nothing
/// about other processors. (strat9: <c>IrqDisabledToken</c>.)
/// </remarks>
[InterruptToken]
public readonly ref struct InterruptsDisabled
{
    // The scope that vouches for the token. Its only purpose is its lifetime: the compiler does not let the token outlive it.
    private readonly ref readonly bool _scope;

    private InterruptsDisabled(ref readonly bool scope) => _scope = ref scope;

    /// <summary>A token where no scope is at hand because the hardware has disabled interrupts: at boot, in an interrupt handler.</summary>
    /// <remarks>Panics if they are enabled.</remarks>
    [TrustedContext("the processor's interrupt flag is read first")]
    public static InterruptsDisabled InTrustedContext<TProcessor>() where TProcessor : struct, IProcessor
    {
        if (TProcessor.InterruptsEnabled)
        {
            Panic.Raise("interrupts enabled on processor", TProcessor.Current, "interrupts disabled", "InterruptsDisabled.InTrustedContext");
        }

        return default;
    }

    /// <summary>A token that lives no longer than <paramref name="scope"/>.</summary>
    [TrustedContext("only InterruptScope calls this, after it has disabled interrupts")]
    internal static InterruptsDisabled Within(ref readonly bool scope) => new(in scope);
}
