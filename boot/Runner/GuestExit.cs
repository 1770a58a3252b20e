namespace Kernel.Runner;

/// <summary>
/// The statuses with which QEMU ends when the guest writes to the debug-exit port: twice the written value plus one,
/// so never 0 (which a triple fault gives) and never 1 with a value other than 0.
/// </summary>
public static class GuestExit
{
    /// <summary>The port that the device listens on.</summary>
    public const int Port = 0xF4;

    /// <summary>The guest wrote 0x10: it believes that all its tests passed.</summary>
    public const int Passed = (0x10 << 1) | 1;

    /// <summary>The guest wrote 0x11: a test failed.</summary>
    public const int Failed = (0x11 << 1) | 1;

    /// <summary>The guest wrote 0x12: it panicked.</summary>
    public const int Panicked = (0x12 << 1) | 1;
}
