using Kernel.Addresses;

namespace Kernel.Benchmarks.Paging;

/// <summary>A workload on a tree of page tables. What it leaves in the tables is compared with the manual's bits.</summary>
/// <param name="name">How it is called in reports.</param>
/// <param name="operations">How many operations one run makes.</param>
internal abstract class PageWorkload(string name, int operations) : Workload(name, operations)
{
    // Present, writable, accessed, dirty, global, not executable.
    protected const ulong DataBits = 0x8000_0000_0000_0163;

    // The same without writable.
    protected const ulong ReadOnlyBits = 0x8000_0000_0000_0161;

    // A prime step visits every position in a table over time.
    protected const int Step = 509;

    protected PageTree Tree { get; } = new();

    /// <summary>The entry that page <paramref name="index"/> must have after a run.</summary>
    protected abstract ulong ExpectedEntry(ulong index);

    public override void Verify()
    {
        for (ulong index = 0; index < PageTree.Pages; index += Step)
        {
            VerifyPage(index);
        }

        VerifyPage(PageTree.Pages - 1);
    }

    /// <summary>Where the frame for page <paramref name="index"/> begins.</summary>
    protected static ulong FrameOf(ulong index) => PageTree.FirstFrame + (index << Size4KiB.Shift);

    private void VerifyPage(ulong index) =>
        Require(Tree.EntryFor(PageTree.FirstPage + (index << Size4KiB.Shift)) == ExpectedEntry(index));
}
