using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Translation.FlushAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM501 and KMEM104: entries that are put together piece by piece, exchanged, or in tables that are taken down as a whole.</summary>
public class KMEM501EntryInPiecesTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync("""
        using System.Threading;

        public struct PageTableEntry
        {
            private ulong _raw;
            public bool Present { readonly get => (_raw & 1) != 0; set => _raw = value ? _raw | 1 : _raw & ~1UL; }
            public bool Writable { readonly get => (_raw & 2) != 0; set => _raw = value ? _raw | 2 : _raw & ~2UL; }
            public ulong Frame { readonly get => _raw & 0x000F_FFFF_FFFF_F000; set => _raw = (_raw & ~0x000F_FFFF_FFFF_F000UL) | value; }
            public void SetAddress(ulong address) => Frame = address;
        }

        public static class Cpu
        {
            public static extern void InvalidatePage(ulong address);
            public static extern void Shootdown(ulong start, ulong end);
            public static extern void Panic(string why);
            public static extern void OnPanic(string why);
        }

        public static class Frames
        {
            public static extern void FreeFrame(ulong frame);
        }

        public unsafe partial class Space
        {
            private const ulong Present = 1, Write = 2, Swapped = 1 << 10, Mask = 0x000F_FFFF_FFFF_F000;
            private static extern ulong* Walk(ulong root, ulong address);
            private static extern ref PageTableEntry EntryOf(ulong address);
            private static extern ulong WriteOut(ulong frame);
        """ + members + "}");

    [Fact]
    public Task An_absent_entry_whose_members_are_set_owes_nothing() => Verify("""
            public void Map(ulong address, ulong frame)
            {
                ref PageTableEntry entry = ref EntryOf(address);
                if (entry.Present)
                {
                    return;
                }

                entry.Frame = frame;
                entry.Writable = true;
                entry.Present = true;
            }
        """);

    [Fact]
    public Task Nor_does_one_that_its_own_methods_put_together() => Verify("""
            public void Map(ulong address, ulong frame)
            {
                ref PageTableEntry entry = ref EntryOf(address);
                if (!entry.Present)
                {
                    entry.SetAddress(frame);
                    entry.Present = true;
                }
            }
        """);

    [Fact]
    public Task One_that_may_be_present_does_and_is_reported_once() => Verify("""
            public void Map(ulong address, ulong frame)
            {
                ref PageTableEntry entry = ref EntryOf(address);
                {|KMEM501:entry.Frame|} = frame;
                entry.Writable = true;
                entry.Present = true;
            }
        """);

    [Fact]
    public Task A_second_change_after_the_flush_is_another_duty() => Verify("""
            public void Map(ulong address, ulong frame)
            {
                ref PageTableEntry entry = ref EntryOf(address);
                entry.Frame = frame;
                Cpu.InvalidatePage(address);
                {|KMEM501:entry.Writable|} = true;
            }
        """);

    [Fact]
    public Task Changes_of_two_entries_are_two_reports() => Verify("""
            public void Map(ulong root, ulong address)
            {
                ulong* pte = Walk(root, address);
                {|KMEM501:*pte|} = 0;
                pte = Walk(root, address + 4096);
                {|KMEM501:*pte|} = 0;
            }
        """);

    [Fact]
    public Task A_present_entry_replaced_after_it_was_completed_owes_a_flush() => Verify("""
            public void Map(ulong root, ulong address, ulong frame, ulong other)
            {
                ulong* pte = Walk(root, address);
                if ((*pte & Present) == 0)
                {
                    *pte = frame | Write;
                    *pte |= Present;
                    {|KMEM501:*pte|} = other | Present;
                }
            }
        """);

    [Fact]
    public Task An_entry_without_its_present_bit_is_absent_after_the_flush() => Verify("""
            public void SwapOut(ulong root, ulong address)
            {
                ulong* pte = Walk(root, address);
                ulong frame = *pte & Mask;
                *pte &= ~Present;
                Cpu.InvalidatePage(address);
                ulong slot = WriteOut(frame);
                *pte = (slot << 12) | Swapped;
                Frames.FreeFrame(frame);
            }
        """);

    [Fact]
    public Task An_entry_without_its_write_bit_is_not() => Verify("""
            public void SwapOut(ulong root, ulong address)
            {
                ulong* pte = Walk(root, address);
                ulong frame = *pte & Mask;
                *pte &= ~Write;
                Cpu.InvalidatePage(address);
                ulong slot = WriteOut(frame);
                *pte = (slot << 12) | Swapped;
                Frames.FreeFrame({|KMEM104:frame|});
            }
        """);

    [Fact]
    public Task A_frame_freed_without_any_flush_is_one_report() => Verify("""
            public void Unmap(ulong root, ulong address)
            {
                ulong* pte = Walk(root, address);
                ulong frame = *pte & Mask;
                *pte = 0;
                Frames.FreeFrame({|KMEM104:frame|});
            }
        """);

    [Fact]
    public Task What_an_exchange_took_out_tells_whether_anything_is_owed() => Verify("""
            public void Unmap(ulong root, ulong address)
            {
                ulong* pte = Walk(root, address);
                ulong old = Interlocked.Exchange(ref *pte, 0);
                if ((old & Present) == 0)
                {
                    return;
                }

                Cpu.InvalidatePage(address);
                Frames.FreeFrame(old & Mask);
            }
        """);

    [Fact]
    public Task An_exchange_whose_old_value_is_asked_for_something_else_owes_a_flush() => Verify("""
            public void Unmap(ulong root, ulong address)
            {
                ulong* pte = Walk(root, address);
                ulong old = {|KMEM501:Interlocked.Exchange(ref *pte, 0)|};
                if ((old & Write) == 0)
                {
                    return;
                }

                Cpu.InvalidatePage(address);
            }
        """);

    [Fact]
    public Task An_exchange_into_an_empty_entry_owes_nothing() => Verify("""
            public bool Map(ulong root, ulong address, ulong frame)
            {
                ulong* pte = Walk(root, address);
                return Interlocked.CompareExchange(ref *pte, frame | Present, 0) == 0;
            }
        """);

    [Fact]
    public Task An_exchange_for_what_was_there_does() => Verify("""
            public bool Protect(ulong root, ulong address, ulong old)
            {
                ulong* pte = Walk(root, address);
                return {|KMEM501:Interlocked.CompareExchange(ref *pte, old & ~Write, old)|} == old;
            }
        """);

    [Fact]
    public Task Nothing_is_owed_where_the_kernel_dies() => Verify("""
            public void Map(ulong root, ulong address, ulong frame)
            {
                ulong* pte = Walk(root, address);
                if ((*pte & Present) != 0)
                {
                    Cpu.Panic("mapped twice");
                }

                *pte = frame | Present;
            }
        """);

    [Fact]
    public Task Somebody_who_hears_of_a_panic_goes_on() => Verify("""
            public void Map(ulong root, ulong address, ulong frame)
            {
                ulong* pte = Walk(root, address);
                if ((*pte & Present) != 0)
                {
                    Cpu.OnPanic("mapped twice");
                }

                {|KMEM501:*pte|} = frame | Present;
            }
        """);

    [Fact]
    public Task What_gathers_flushes_knows_whether_there_are_any() => Verify("""
            private ulong _start, _end;
            private void Remove(ulong* pte, ulong address)
            {
                *pte = 0;
                _end = address + 4096;
            }

            private void Finish()
            {
                if (_end > _start)
                {
                    Cpu.Shootdown(_start, _end);
                }

                _start = _end;
            }

            public void Unmap(ulong root, ulong address)
            {
                Remove(Walk(root, address), address);
                Finish();
            }
        """);

    [Fact]
    public Task What_only_counts_them_does_not_flush() => Verify("""
            private ulong _start, _end;
            private void Remove(ulong* pte, ulong address)
            {
                *pte = 0;
                _end = address + 4096;
            }

            private void Finish()
            {
                if (_end > _start)
                {
                    _start = _end;
                }
            }

            public void Unmap(ulong root, ulong address)
            {
                {|KMEM501:Remove(Walk(root, address), address)|};
                Finish();
            }
        """);

    [Fact]
    public Task A_caller_that_may_say_no_is_not_flushed_for() => Verify("""
            private void Finish(bool now)
            {
                if (now)
                {
                    Cpu.Shootdown(0, 4096);
                }
            }

            public void Unmap(ulong root, ulong address, bool now)
            {
                ulong* pte = Walk(root, address);
                {|KMEM501:*pte|} = 0;
                Finish(now);
            }
        """);

    [Fact]
    public Task A_table_that_is_freed_as_a_whole_is_in_use_no_more() => Verify("""
            public static void FreeWalk(ulong* pageTable)
            {
                for (int i = 0; i < 512; i++)
                {
                    ulong entry = pageTable[i];
                    if ((entry & Present) != 0)
                    {
                        FreeWalk((ulong*)(entry & Mask));
                        pageTable[i] = 0;
                    }
                }

                FreeTable(pageTable);
            }

            private static void FreeTable(ulong* frame) => Frames.FreeFrame((ulong)frame);
        """);

    [Fact]
    public Task One_that_stays_is_in_use() => Verify("""
            public static void FreeWalk(ulong* pageTable)
            {
                for (int i = 0; i < 512; i++)
                {
                    ulong entry = pageTable[i];
                    Frames.FreeFrame({|KMEM104:entry & Mask|});
                    pageTable[i] = 0;
                }
            }
        """);
}
