using Kernel.Addresses;
using Kernel.Benchmarks.Machine;
using Kernel.Paging;

namespace Kernel.Benchmarks.Paging;

/// <summary>Maps pages of 4 KiB as one range into an empty tree, tables included.</summary>
/// <remarks>The frames lie one off, so that no larger page fits.</remarks>
internal sealed class MapPageRange() : PageWorkload("map-range", PageTree.Pages)
{
    public override void Prepare() => Tree.Empty();

    public override void Run()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Tree.Mapper;
        PhysicalAddress frames = PhysicalAddress.FromValue(FrameOf(1));
        Require(mapper.MapRange(PageTree.Range, frames, PageAttributes.KernelData).NeverLoaded() == MapError.None);
    }

    protected override ulong ExpectedEntry(ulong index) => FrameOf(index + 1) | DataBits;
}
