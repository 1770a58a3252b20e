using Kernel.Addresses;
using Kernel.Benchmarks.Machine;
using Kernel.Paging;

namespace Kernel.Benchmarks.Paging;

/// <summary>Translates addresses in a tree in which every page of 4 KiB is mapped.</summary>
/// <param name="name">How it is called in reports.</param>
/// <param name="addresses">The addresses.</param>
internal sealed class TranslatePages(string name, ulong[] addresses) : PageWorkload(name, Lookups.Count)
{
    private readonly ulong[] _addresses = addresses;
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
        foreach (ulong address in _addresses)
        {
            Translation translation = mapper.Translate(VirtualAddress.FromValue(address));
            Require(translation.IsMapped);
            sum += translation.Address.Value;
        }

        _sum = sum;
    }

    public override void Verify()
    {
        base.Verify();
        ulong expected = 0;
        foreach (ulong address in _addresses)
        {
            expected += address - PageTree.FirstPage + PageTree.FirstFrame;
        }

        Require(_sum == expected);
    }

    protected override ulong ExpectedEntry(ulong index) => FrameOf(index) | DataBits;
}
