namespace Kernel.PhysicalMemory;

/// <summary>On which side of the reach's end frames lie: every frame is in one zone, for good.</summary>
/// <remarks>
/// A 32-bit kernel shows itself 512 MiB of RAM at fixed addresses and may have gigabytes. Where all of RAM is shown, the zone
/// out of reach has no frames.
/// </remarks>
public enum FrameZone : byte
{
    /// <summary>Shown to the kernel always: it can touch these frames without a mapping of its own.</summary>
    WithinReach,

    /// <summary>Shown to the kernel only where something maps them.</summary>
    OutOfReach,
}
