using Kernel.Addresses;
using Kernel.Benchmarks.Machine;
using Kernel.Paging;

namespace Kernel.Benchmarks.Paging;

/// <summary>Unmaps consecutive pages of 4 KiB one by one, and learns which frame each had.</summary>
internal sealed class UnmapPages() : PageWorkload("unmap", PageTree.Pages)
{
    private ulong _sum;

    public override void Prepare()
    {
        Tree.MapAll();
        _sum = 0;
    }

    public override void Run()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Tree.Mapper;
        ulong sum = 0;
        for (ulong index = 0; index < PageTree.Pages; index++)
        {
            TableChange<UnmapError> change = mapper.Unmap(PageTree.PageAt<Size4KiB>(index), out Frame<Size4KiB> frame);
            Require(change.NeverLoaded() == UnmapError.None);
            sum += frame.Start.FrameNumber;
        }

        _sum = sum;
    }

    public override void Verify()
    {
        base.Verify();
        const ulong First = PageTree.FirstFrame >> Size4KiB.Shift;
        Require(_sum == (First * PageTree.Pages) + ((ulong)PageTree.Pages * (PageTree.Pages - 1) / 2));
    }

    protected override ulong ExpectedEntry(ulong index) => 0;
}
