using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Translation.FlushAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM501: frames that were just taken and go into entries that nobody has looked at, and pages that are elsewhere.</summary>
public class KMEM501FreshFrameTests
{
    private const string Helper = "private static void Set(ref PageTableEntry entry, ulong bits) => entry.Bits = bits;";

    private static Task Verify(string body, string members = "") => VerifyCS.VerifyAnalyzerAsync("""
        using System.Threading;

        public struct PageTableEntry
        {
            public ulong Bits;
            public readonly bool IsPresent => (Bits & 1) != 0;
        }

        public static unsafe class Cpu
        {
            public static extern void InvalidatePage(ulong address);
            public static extern ulong AllocateFrame();
            public static extern ulong GetClearPage();
            public static extern bool Check(ulong* pte);
            public static delegate*<ulong> AllocFrame;
        }

        public static unsafe class Space
        {
            private const ulong Present = 1, Write = 2, Swapped = 1 << 10, Mask = 0x000F_FFFF_FFFF_F000;
            private static extern ulong* Walk(ulong address);
            private static extern PageTableEntry* Find(ulong address);
            public static void M(ulong address, ulong device)
            {
                ulong* pte = Walk(address);
        """ + body + "    }\n" + members + "\n}");

    [Fact]
    public Task A_new_frame_in_an_entry_that_nobody_looked_at_replaces_nothing() => Verify("""
                *pte = Cpu.AllocateFrame() | Present | Write;
        """);

    [Fact]
    public Task Nor_does_one_from_a_function_pointer() => Verify("""
                ulong frame = Cpu.AllocFrame();
                *pte = frame | Present | Write;
        """);

    [Fact]
    public Task Nor_one_that_is_got_without_saying_which() => Verify("""
                Volatile.Write(ref *pte, Cpu.GetClearPage() | Present | Write);
        """);

    [Fact]
    public Task A_frame_from_elsewhere_may() => Verify("""
                {|KMEM501:*pte|} = device | Present | Write;
        """);

    [Fact]
    public Task A_new_frame_after_the_old_one_was_read_does() => Verify("""
                ulong old = *pte & Mask;
                {|KMEM501:*pte|} = Cpu.AllocateFrame() | Present | (old & Write);
        """);

    [Fact]
    public Task So_it_does_where_the_entry_was_seen_present() => Verify("""
                if ((*pte & Present) != 0)
                {
                    {|KMEM501:*pte|} = Cpu.AllocateFrame() | Present | Write;
                }
        """);

    [Fact]
    public Task And_where_somebody_else_has_looked() => Verify("""
                if (Cpu.Check(pte))
                {
                    {|KMEM501:*pte|} = Cpu.AllocateFrame() | Present | Write;
                }
        """);

    [Fact]
    public Task A_bit_that_is_added_to_it_changes_what_is_there() => Verify("""
                {|KMEM501:*pte|} |= Cpu.AllocateFrame();
        """);

    [Fact]
    public Task A_page_on_disk_is_not_present() => Verify("""
                if ((*pte & Swapped) == 0)
                {
                    return;
                }

                ulong frame = Cpu.AllocateFrame();
                *pte = frame | Present | Write;
        """);

    [Fact]
    public Task One_that_is_not_on_disk_may_be() => Verify("""
                if ((*pte & Swapped) != 0)
                {
                    return;
                }

                ulong frame = Cpu.AllocateFrame();
                {|KMEM501:*pte|} = frame | Present | Write;
        """);

    [Fact]
    public Task An_entry_is_the_same_under_a_cast() => Verify("""
                PageTableEntry* entry = Find(address);
                if (!entry->IsPresent)
                {
                    Volatile.Write(ref *(ulong*)entry, device | Present);
                }
        """);

    [Fact]
    public Task And_is_one_under_it() => Verify("""
                PageTableEntry* entry = Find(address);
                {|KMEM501:Volatile.Write(ref *(ulong*)entry, device | Present)|};
        """);

    [Fact]
    public Task An_entry_that_was_broken_and_flushed_is_made_by_a_helper() => Verify("""
                PageTableEntry* entry = Find(address);
                ref PageTableEntry slot = ref *entry;
                slot = default;
                Cpu.InvalidatePage(address);
                Set(ref slot, device | Present);
        """, Helper);

    [Fact]
    public Task One_that_was_not_broken_is_changed_by_it() => Verify("""
                PageTableEntry* entry = Find(address);
                ref PageTableEntry slot = ref *entry;
                {|KMEM501:Set(ref slot, device | Present)|};
        """, Helper);
}
