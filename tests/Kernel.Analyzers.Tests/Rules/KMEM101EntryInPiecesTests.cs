using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Zeroing.LinkedBeforeZeroedAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM101 and KMEM103: entries in memory that are put together member by member.</summary>
public class KMEM101EntryInPiecesTests
{
    private static Task Verify(string body) => VerifyCS.VerifyAnalyzerAsync("""
        public struct PageTableEntry
        {
            private ulong _raw;
            public bool Present { readonly get => (_raw & 1) != 0; set => _raw = value ? _raw | 1 : _raw & ~1UL; }
            public bool User { readonly get => (_raw & 4) != 0; set => _raw = value ? _raw | 4 : _raw & ~4UL; }
            public ulong Frame { readonly get => _raw & 0x000F_FFFF_FFFF_F000; set => _raw = (_raw & ~0x000F_FFFF_FFFF_F000UL) | value; }
        }

        public static class Frames
        {
            public static extern ulong AllocateFrame();
            public static extern void ZeroFrame(ulong frame);
        }

        public static unsafe class Space
        {
            private static extern PageTableEntry* Find(ulong address);
            public static void M(ulong address, ulong device)
            {
                PageTableEntry* pml4 = Find(address);
                ref PageTableEntry link = ref pml4[3];
                ref PageTableEntry leaf = ref Find(address)[0];
        """ + body + "    }\n}");

    [Fact]
    public Task A_dirty_table_is_linked_where_its_entry_becomes_present() => Verify("""
                ulong table = Frames.AllocateFrame();
                link.Frame = table;
                {|KMEM101:link|}.Present = true;
        """);

    [Fact]
    public Task Zeroing_between_frame_and_present_is_early_enough() => Verify("""
                ulong table = Frames.AllocateFrame();
                link.Frame = table;
                Frames.ZeroFrame(table);
                link.Present = true;
        """);

    [Fact]
    public Task Zeroing_after_present_is_not() => Verify("""
                ulong table = Frames.AllocateFrame();
                link.Frame = table;
                {|KMEM101:link|}.Present = true;
                Frames.ZeroFrame(table);
        """);

    [Fact]
    public Task An_entry_that_stays_absent_links_nothing() => Verify("""
                ulong table = Frames.AllocateFrame();
                link.Frame = table;
                link.Present = false;
        """);

    [Fact]
    public Task Another_frame_over_the_first_is_the_one() => Verify("""
                ulong table = Frames.AllocateFrame();
                link.Frame = table;
                link.Frame = device;
                link.Present = true;
        """);

    [Fact]
    public Task Another_entry_is_not_the_one() => Verify("""
                ulong table = Frames.AllocateFrame();
                leaf.Frame = table;
                link.Frame = device;
                link.Present = true;
        """);

    [Fact]
    public Task Through_a_pointer_it_is_the_same() => Verify("""
                PageTableEntry* entry = Find(address);
                ulong table = Frames.AllocateFrame();
                entry->Frame = table;
                {|KMEM101:entry|}->Present = true;
        """);

    [Fact]
    public Task A_pointer_that_moves_on_leads_to_another() => Verify("""
                PageTableEntry* entry = Find(address);
                ulong table = Frames.AllocateFrame();
                entry->Frame = table;
                entry = Find(address + 4096);
                entry->Present = true;
        """);

    [Fact]
    public Task A_dirty_page_is_readable_where_its_entry_becomes_present() => Verify("""
                ulong page = Frames.AllocateFrame();
                leaf.Frame = page;
                leaf.User = true;
                {|KMEM103:leaf|}.Present = true;
        """);

    [Fact]
    public Task A_zeroed_page_may_be() => Verify("""
                ulong page = Frames.AllocateFrame();
                Frames.ZeroFrame(page);
                leaf.Frame = page;
                leaf.User = true;
                leaf.Present = true;
        """);

    [Fact]
    public Task A_page_of_the_kernel_may_hold_what_it_holds() => Verify("""
                ulong page = Frames.AllocateFrame();
                leaf.Frame = page;
                leaf.Present = true;
        """);
}
