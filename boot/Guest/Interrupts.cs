using System.Runtime;
using Boot.Processor;

namespace Boot.Guest;

/// <summary>Where every exception and interrupt arrives in C#.</summary>
internal static unsafe class Interrupts
{
    /// <summary>How many interrupts have come that no exception explains.</summary>
    public static uint SpuriousCount { get; private set; }

    private static delegate*<void> s_unexplained;

    /// <summary>Sets what is called when such an interrupt comes; null for nothing.</summary>
    public static void WhenUnexplained(delegate*<void> action) => s_unexplained = action;

    /// <summary>Called by the stubs with everything saved; what is in the frame on return is gone back to.</summary>
    [RuntimeExport("interrupt_dispatch")]
    private static void Dispatch(InterruptFrame* frame)
    {
        // Every line is masked: an interrupt that comes all the same is the controller's spurious one, which wants no answer.
        // SAFETY: the stub hands over the frame that it has just built, and nothing else refers to it.
        if (frame->Vector >= ExceptionNames.Count)
        {
            SpuriousCount++;
            if (s_unexplained != null)
            {
                s_unexplained();
            }

            return;
        }

        if (!Faults.TryRecover(ref *frame))
        {
            ExceptionReport.Print(ref *frame);
            GuestPanic.RaiseException(ref *frame);
        }
    }
}
