using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Kernel.Machine;

/// <summary>Where a broken invariant ends: a report of what was found, what was expected and where, and no return.</summary>
/// <remarks>
/// The kernel has no exceptions. The platform installs what reports and stops: the guest writes to the serial line and
/// halts, a test throws. Until something is installed a panic stops in place.
/// </remarks>
public static unsafe class Panic
{
    private static delegate*<in PanicReport, void> s_handler;

    /// <summary>Installs what happens at a panic. The handler must not return.</summary>
    /// <param name="handler">Called with the report, on the processor that panicked, with whatever locks it holds.</param>
    public static void Install(delegate*<in PanicReport, void> handler) => s_handler = handler;

    /// <summary>Reports a broken invariant and does not return.</summary>
    /// <param name="found">What is true now, as a phrase that the value completes: "physical address above 52 bits".</param>
    /// <param name="value">The value that is wrong.</param>
    /// <param name="expected">What had to be true.</param>
    /// <param name="where">Type and member, as in "PhysicalAddress.FromValue".</param>
    [DoesNotReturn]
    public static void Raise(string found, ulong value, string expected, string where)
    {
        // One block without a way out: the compiler sees by itself that a call does not return, and moves it out of the way.
        while (true)
        {
            Report(found, value, expected, where);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Report(string found, ulong value, string expected, string where)
    {
        PanicReport report = new(found, value, expected, where);
        if (s_handler != null)
        {
            s_handler(in report);
        }
    }
}
