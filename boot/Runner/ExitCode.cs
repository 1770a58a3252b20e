namespace Kernel.Runner;

/// <summary>
/// What the runner tells the shell. Each failure has a number of its own, so that a script need not read the text.
/// </summary>
public enum ExitCode
{
    /// <summary>The guest reported a complete plan and every test in it passed.</summary>
    AllPassed = 0,

    /// <summary>At least one test of the guest failed.</summary>
    TestFailed = 1,

    /// <summary>An option or its value was wrong; nothing was started.</summary>
    WrongOption = 2,

    /// <summary>A program that the work needs is not on PATH.</summary>
    ToolMissing = 3,

    /// <summary>The kernel, its image or the disc that it boots from could not be built.</summary>
    BuildFailed = 4,

    /// <summary>The guest panicked.</summary>
    GuestPanicked = 5,

    /// <summary>The guest reset the machine, as a triple fault does.</summary>
    GuestReset = 6,

    /// <summary>The guest did not end within the time limit.</summary>
    TimedOut = 7,

    /// <summary>QEMU refused the image or could not start the machine.</summary>
    NotStarted = 8,

    /// <summary>The guest ended without a complete plan behind it.</summary>
    Incomplete = 9,

    /// <summary>Interrupted from the keyboard; the number is the shell's own for that.</summary>
    Interrupted = 130,
}
