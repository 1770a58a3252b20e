using System.Runtime;
using Boot.Processor.X64;

namespace Boot.Guest;

/// <summary>Where every exception and interrupt arrives in C#.</summary>
internal static unsafe class Interrupts
{
    /// <summary>How many interrupts have come that no exception explains.</summary>
    public static uint SpuriousCount { get; private set; }

    /// <summary>Called by the stubs with everything saved; what is in the frame on return is gone back to.</summary>
    [RuntimeExport("interrupt_dispatch")]
    private static void Dispatch(InterruptFrame* frame)
    {
        // Every line is masked: an interrupt that comes all the same is the controller's spurious one, which wants no answer.
        // SAFETY: the stub hands over the frame that it has just built, and nothing else refers to it.
        if (frame->Vector >= ExceptionNames.Count)
        {
            SpuriousCount++;
            return;
        }

        if (!Faults.TryRecover(ref *frame))
        {
            ExceptionReport.Print(ref *frame);
            GuestPanic.RaiseException(ref *frame);
        }
    }
}
