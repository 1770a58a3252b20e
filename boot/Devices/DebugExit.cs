using System.Diagnostics.CodeAnalysis;
using Boot.Processor;

namespace Boot.Devices;

/// <summary>How the guest ended.</summary>
internal enum ExitStatus : byte
{
    /// <summary>All tests passed; QEMU exits with 33.</summary>
    Passed = 0x10,

    /// <summary>A test failed; QEMU exits with 35.</summary>
    Failed = 0x11,

    /// <summary>The kernel panicked; QEMU exits with 37.</summary>
    Panicked = 0x12,
}

/// <summary>QEMU's isa-debug-exit at port 0xF4: the host's exit code is twice the value written, plus one.</summary>
internal static class DebugExit
{
    private const ushort Port = 0xF4;

    /// <summary>Ends the guest. Without the device it stops for good, with interrupts off.</summary>
    [DoesNotReturn]
    public static void Exit(ExitStatus status)
    {
        Instructions.Out8(Port, (byte)status);
        Instructions.DisableInterrupts();
        while (true)
        {
            Instructions.Halt();
        }
    }
}
