using Kernel.Benchmarks.Machine;
using Kernel.Paging;

namespace Kernel.Benchmarks.Paging;

/// <summary>Makes pages of 4 KiB read-only as one range.</summary>
internal sealed class ProtectPageRange() : PageWorkload("protect-range", PageTree.Pages)
{
    public override void Prepare() => Tree.MapAll();

    public override void Run()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Tree.Mapper;
        Require(mapper.ProtectRange(PageTree.Range, PageAttributes.KernelReadOnly).NeverLoaded() == ProtectError.None);
    }

    protected override ulong ExpectedEntry(ulong index) => FrameOf(index) | ReadOnlyBits;
}
