using Kernel.Addresses;
using Kernel.Benchmarks.Machine;
using Kernel.Paging;

namespace Kernel.Benchmarks.Paging;

/// <summary>Makes consecutive pages of 4 KiB read-only, one by one.</summary>
internal sealed class ProtectPages() : PageWorkload("protect", PageTree.Pages)
{
    public override void Prepare() => Tree.MapAll();

    public override void Run()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Tree.Mapper;
        for (ulong index = 0; index < PageTree.Pages; index++)
        {
            TableChange<ProtectError> change = mapper.Protect(PageTree.PageAt<Size4KiB>(index), PageAttributes.KernelReadOnly);
            Require(change.NeverLoaded() == ProtectError.None);
        }
    }

    protected override ulong ExpectedEntry(ulong index) => FrameOf(index) | ReadOnlyBits;
}
