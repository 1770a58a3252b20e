using Kernel.Addresses;
using Kernel.Benchmarks.Machine;
using Kernel.Paging;

namespace Kernel.Benchmarks.Paging;

/// <summary>Maps consecutive pages of 4 KiB one by one into an empty tree, tables included.</summary>
internal sealed class MapPages() : PageWorkload("map", PageTree.Pages)
{
    public override void Prepare() => Tree.Empty();

    public override void Run()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Tree.Mapper;
        for (ulong index = 0; index < PageTree.Pages; index++)
        {
            TableChange<MapError> change =
                mapper.Map(PageTree.PageAt<Size4KiB>(index), PageTree.FrameAt<Size4KiB>(index), PageAttributes.KernelData);
            Require(change.NeverLoaded() == MapError.None);
        }
    }

    protected override ulong ExpectedEntry(ulong index) => FrameOf(index) | DataBits;
}
