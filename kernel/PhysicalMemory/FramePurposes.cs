namespace Kernel.PhysicalMemory;

/// <summary>What follows from a <see cref="FramePurpose"/>.</summary>
public static class FramePurposes
{
    /// <summary>Whether frames for that must lie where the kernel can touch them at any time: <see cref="FrameZone.WithinReach"/>.</summary>
    /// <remarks>The others are touched through a mapping that somebody makes for them, so they may lie anywhere.</remarks>
    public static bool NeedsReach(this FramePurpose purpose) =>
        purpose is not (FramePurpose.SelfMappedTable or FramePurpose.UserData or FramePurpose.DeviceBuffer);
}
