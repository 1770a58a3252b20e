using Kernel.Addresses;
using Kernel.Benchmarks.Machine;
using Kernel.Paging;

namespace Kernel.Benchmarks.Paging;

/// <summary>Maps consecutive pages of 2 MiB one by one into an empty tree, tables included.</summary>
internal sealed class MapLargePages() : PageWorkload("map-large", PageTree.LargePages)
{
    private const ulong LargePageBit = 1 << 7;

    public override void Prepare() => Tree.Empty();

    public override void Run()
    {
        PageMapper<FourLevelPaging, ArenaMemory, ArenaFrames> mapper = Tree.Mapper;
        for (ulong index = 0; index < PageTree.LargePages; index++)
        {
            TableChange<MapError> change =
                mapper.Map(PageTree.PageAt<Size2MiB>(index), PageTree.FrameAt<Size2MiB>(index), PageAttributes.KernelData);
            Require(change.NeverLoaded() == MapError.None);
        }
    }

    public override void Verify()
    {
        base.Verify();
        for (ulong index = 0; index < PageTree.LargePages; index += Step)
        {
            ulong offset = index << Size2MiB.Shift;
            Require(Tree.EntryFor(PageTree.FirstPage + offset) == ((PageTree.FirstFrame + offset) | DataBits | LargePageBit));
        }
    }

    /// <summary>Of the large page that the small page would lie in.</summary>
    protected override ulong ExpectedEntry(ulong index) => (FrameOf(index) & ~(Size2MiB.Bytes - 1)) | DataBits | LargePageBit;
}
