using Kernel.Benchmarks.Machine;
using Kernel.Paging;

namespace Kernel.Benchmarks.Paging;

/// <summary>Unmaps pages of 4 KiB as one range.</summary>
internal sealed class UnmapPageRange() : PageWorkload("unmap-range", PageTree.Pages)
{
    public override void Prepare() => Tree.MapAll();

    public override void Run()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Tree.Mapper;
        Require(mapper.UnmapRange(PageTree.Range).NeverLoaded() == UnmapError.None);
    }

    protected override ulong ExpectedEntry(ulong index) => 0;
}
