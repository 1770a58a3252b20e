using System.Runtime.CompilerServices;
using Kernel.Machine;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>Turns every panic of the kernel into a <see cref="KernelPanicException"/>.</summary>
internal static unsafe class PanicHandler
{
    [ModuleInitializer]
    internal static void Install() => Panic.Install(&Throw);

    private static void Throw(in PanicReport report) => throw new KernelPanicException(report);
}
