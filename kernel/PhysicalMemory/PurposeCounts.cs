using System.Runtime.CompilerServices;

namespace Kernel.PhysicalMemory;

/// <summary>A number of frames for each <see cref="FramePurpose"/>.</summary>
[InlineArray((int)FramePurpose.DeviceBuffer + 1)]
internal struct PurposeCounts
{
    private ulong _first;
}
