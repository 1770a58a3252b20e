using System.Runtime.CompilerServices;

namespace Kernel.PhysicalMemory;

/// <summary>A number of blocks for each order of the <see cref="BuddyAllocator"/>.</summary>
[InlineArray(BuddyAllocator.MaximumOrder + 1)]
internal struct OrderCounts
{
    private uint _first;
}
