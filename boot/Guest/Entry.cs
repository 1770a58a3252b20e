using System.Runtime;
using Boot.Devices;

namespace Boot.Guest;

/// <summary>Where assembly code enters C#.</summary>
internal static class Entry
{
    /// <summary>The first C# that runs: on the boot stack, under the boot tables, interrupts off.</summary>
    /// <param name="startInfo">The physical address of what the loader has to say.</param>
    [RuntimeExport("kernel_start")]
    private static void Start(uint startInfo)
    {
        SerialLine.Initialise();
        SerialLine.WriteLine("TAP version 14"u8);
        SerialLine.WriteLine("1..1"u8);
        SerialLine.WriteLine("ok 1 - C# runs in the upper half"u8);
        DebugExit.Exit(ExitStatus.Passed);
    }

    /// <summary>Every exception and interrupt arrives here.</summary>
    [RuntimeExport("interrupt_dispatch")]
    private static void Interrupt(nint frame) => DebugExit.Exit(ExitStatus.Panicked);
}
