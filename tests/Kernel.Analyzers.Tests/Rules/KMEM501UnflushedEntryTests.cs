using System;
using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Translation.FlushAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM501: entries that are changed in one method.</summary>
public class KMEM501UnflushedEntryTests
{
    /// <summary>A small kernel around the members.</summary>
    internal static string With(string members) => $$"""
        using System;
        using System.Diagnostics;
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.CompilerServices;
        using System.Threading;
        using Kernel.Contracts;

        public struct PageTableEntry
        {
            public ulong Bits;
            public PageTableEntry(ulong bits) => Bits = bits;
            public static PageTableEntry Empty => default;
            public readonly bool IsEmpty => Bits == 0;
            public bool IsPresent { readonly get => (Bits & 1) != 0; set => Bits = value ? Bits | 1 : Bits & ~1UL; }
            public bool Accessed { readonly get => (Bits & 32) != 0; set => Bits |= 32; }
            public readonly EntryKind Kind => IsPresent ? EntryKind.Leaf : EntryKind.Absent;
            public readonly ulong Frame => Bits & ~0xFFFUL;
            public void Clear() => Bits = 0;
        }

        public enum EntryKind { Absent, Leaf, Table }
        public enum Error { None, NotMapped }

        public readonly struct PendingFlush
        {
            private readonly ulong _page;
            public PendingFlush(ulong page) => _page = page;
            public bool IsNone => _page == 0;
            public static PendingFlush None => default;
            public void Flush() => Cpu.InvalidatePage(_page);
            public PendingFlush And(PendingFlush other) => other;
        }

        public static class Cpu
        {
            public static extern void InvalidatePage(ulong address);
            public static extern void InvalidateAll();
            public static extern void WriteCr3(ulong root);
            public static extern ulong ReadCr3();
        }

        public static class Frames
        {
            public static extern ulong Allocate();
            public static extern bool TryAllocate([Dirty] out ulong frame);
            public static extern void Free(ulong frame);
        }

        public unsafe class Space
        {
            private PageTableEntry[] _entries;
            private ulong _root;
            private PendingFlush _owed;
            private static extern ulong* Walk(ulong address);
            private static extern PageTableEntry* Find(ulong address);
            private static extern ref PageTableEntry EntryOf(ulong address);
            private static extern ulong Translate(ulong address);
            private static void Log() { }
        {{members}}
        }
        """;

    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(With(members));

    private static Task VerifyBody(string body) => Verify($$"""
            public void M(ulong address, ulong other, bool flag, ulong frame, int count)
            {
        {{body}}
            }
        """);

    [Fact]
    public Task A_cleared_entry_that_is_never_flushed_is_reported() => VerifyBody("""
                ulong* pte = Walk(address);
                {|KMEM501:*pte|} = 0;
        """);

    [Fact]
    public Task A_cleared_entry_that_is_flushed_is_right() => VerifyBody("""
                ulong* pte = Walk(address);
                *pte = 0;
                Cpu.InvalidatePage(address);
        """);

    [Fact]
    public Task A_flush_on_one_arm_is_not_enough() => VerifyBody("""
                ulong* pte = Walk(address);
                {|KMEM501:*pte|} = 0;
                if (count > 5)
                {
                    Cpu.InvalidatePage(address);
                }
        """);

    [Fact]
    public Task A_flush_on_both_arms_is() => VerifyBody("""
                EntryOf(address) = PageTableEntry.Empty;
                if (count > 5)
                {
                    Cpu.InvalidateAll();
                }
                else
                {
                    Cpu.InvalidatePage(address);
                }
        """);

    [Fact]
    public Task A_return_before_the_flush_is_reported() => VerifyBody("""
                {|KMEM501:EntryOf(address)|} = default;
                if (frame == 5)
                {
                    return;
                }

                Cpu.InvalidatePage(address);
        """);

    [Fact]
    public Task A_return_before_the_change_owes_nothing() => VerifyBody("""
                if (frame == 5)
                {
                    return;
                }

                EntryOf(address) = default;
                Cpu.InvalidatePage(address);
        """);

    [Fact]
    public Task A_flush_before_the_change_is_reported() => VerifyBody("""
                Cpu.InvalidatePage(address);
                {|KMEM501:*Find(address)|} = default;
        """);

    [Fact]
    public Task A_flush_of_another_parameter_is_reported() => VerifyBody("""
                {|KMEM501:*Find(address)|} = default;
                Cpu.InvalidatePage(other);
        """);

    [Fact]
    public Task A_flush_of_another_constant_is_reported() => VerifyBody("""
                {|KMEM501:*Find(0x10_0000)|} = default;
                Cpu.InvalidatePage(0x20_0000);
        """);

    [Fact]
    public Task A_flush_of_another_local_is_reported() => VerifyBody("""
                ulong first = 0x10_0000;
                ulong second = 0x20_0000;
                {|KMEM501:*Find(first)|} = default;
                Cpu.InvalidatePage(second);
        """);

    [Fact]
    public Task The_address_under_another_name_is_the_same() => VerifyBody("""
                ulong page = address & ~0xFFFUL;
                *Find(page) = default;
                Cpu.InvalidatePage(address);
                ulong same = address;
                *Find(address) = default;
                Cpu.InvalidatePage(same);
        """);

    [Fact]
    public Task An_index_says_nothing_about_the_address() => Verify("""
            public void M(ulong index, ulong address)
            {
                _entries[index] = default;
                Cpu.InvalidatePage(address);
            }
        """);

    [Theory]
    [InlineData("_entries[count] = default;", "_entries[count]")]
    [InlineData("_entries[count].Bits &= ~2UL;", "_entries[count].Bits")]
    [InlineData("_entries[count].Clear();", "_entries[count].Clear()")]
    [InlineData("_entries[count].IsPresent = false;", "_entries[count].IsPresent")]
    [InlineData("Volatile.Write(ref _entries[count].Bits, 0);", "Volatile.Write(ref _entries[count].Bits, 0)")]
    [InlineData("Find(address)->Bits = 0;", "Find(address)->Bits")]
    [InlineData("ref PageTableEntry slot = ref EntryOf(address); slot.Bits = 0;", "slot.Bits")]
    [InlineData("ulong* pml4 = Walk(0); pml4[5] |= 2;", "pml4[5]")]
    [InlineData("ulong* pte = Walk(0); Interlocked.Exchange(ref *pte, 5);", "Interlocked.Exchange(ref *pte, 5)")]
    public Task Every_way_to_change_an_entry_is_seen(string statement, string place) =>
        VerifyBody(statement.Replace(place, "{|KMEM501:" + place + "|}", StringComparison.Ordinal));

    [Theory]
    [InlineData("_entries[count].Accessed = false;")]
    [InlineData("PageTableEntry copy = _entries[count]; copy.Bits = 0; copy.Clear(); copy = default;")]
    [InlineData("ulong* words = Walk(0); words[5] = 0;")]
    [InlineData("int[] sizes = new int[5]; sizes[count] = 0;")]
    [InlineData("PageTableEntry[] saved = new PageTableEntry[5]; saved[count] = _entries[count];")]
    [InlineData("ulong* route = Walk(0); *route = 0;")]
    public Task What_is_no_entry_of_a_table_owes_nothing(string statement) => VerifyBody(statement);

    [Theory]
    [InlineData("_entries[count] == default")]
    [InlineData("_entries[count].IsEmpty")]
    [InlineData("!_entries[count].IsPresent")]
    [InlineData("(_entries[count].Bits & 1) == 0")]
    [InlineData("_entries[count].Bits == 0")]
    [InlineData("_entries[count].Kind == EntryKind.Absent")]
    [InlineData("_entries[count].Kind is EntryKind.Absent")]
    [InlineData("flag && !_entries[count].IsPresent")]
    [InlineData("Translate(address) == 0 && !_entries[count].IsPresent")]
    public Task An_entry_that_was_absent_owes_nothing(string check) => VerifyBody($$"""
                if ({{check.Replace("_entries[count] == default", "_entries[count].Bits is 0")}})
                {
                    _entries[count] = new PageTableEntry(frame | 1);
                }
        """);

    [Theory]
    [InlineData("(_entries[count].Bits & 2) == 0")]
    [InlineData("_entries[count].IsPresent")]
    [InlineData("!_entries[count].IsEmpty")]
    [InlineData("_entries[count + 1].IsEmpty")]
    [InlineData("flag || _entries[count].IsEmpty")]
    public Task An_entry_that_may_be_present_owes_a_flush(string check) => VerifyBody($$"""
                if ({{check}})
                {
                    {|KMEM501:_entries[count]|} = new PageTableEntry(frame | 1);
                }
        """);

    [Fact]
    public Task A_refusal_of_what_is_mapped_shows_the_entry_absent() => Verify("""
            public Error Map(ulong address, ulong frame)
            {
                ulong* pte = Walk(address);
                ulong old = *pte;
                if ((old & 1) != 0)
                {
                    return Error.NotMapped;
                }

                *pte = frame | 1;
                return Error.None;
            }

            public void Again(ulong address, ulong frame)
            {
                if (Translate(address) != 0)
                {
                    throw new InvalidOperationException();
                }

                *Find(address) = new PageTableEntry(frame | 1);
            }

            public void Assured(ulong address, ulong frame)
            {
                PageTableEntry* entry = Find(address);
                Debug.Assert(!entry->IsPresent);
                *entry = new PageTableEntry(frame | 1);
            }
        """);

    [Fact]
    public Task An_index_that_moves_on_names_another_entry() => VerifyBody("""
                if (_entries[count].IsEmpty)
                {
                    count++;
                    {|KMEM501:_entries[count]|} = new PageTableEntry(frame | 1);
                }
        """);

    [Fact]
    public Task Break_before_make_owes_one_flush() => VerifyBody("""
                ulong* pte = Walk(address);
                *pte = 0;
                Cpu.InvalidatePage(address);
                *pte = frame | 1;
        """);

    [Fact]
    public Task An_entry_that_is_written_again_owes_again() => VerifyBody("""
                ulong* pte = Walk(address);
                *pte = frame | 1;
                Cpu.InvalidatePage(address);
                {|KMEM501:*pte|} = frame | 3;
        """);

    [Theory]
    [InlineData("ulong* pageTable = (ulong*)Frames.Allocate();")]
    [InlineData("if (!Frames.TryAllocate(out ulong taken)) { return; } ulong* pageTable = (ulong*)taken;")]
    [InlineData("ulong* pageTable = stackalloc ulong[512];")]
    [InlineData("ulong* pageTable = NewTable();")]
    public Task A_table_that_is_not_linked_yet_is_nobodys(string table) => Verify($$"""
            private static extern ulong* NewTable();
            public void M(int count)
            {
                {{table}}
                for (int index = 0; index < 512; index++)
                {
                    pageTable[index] = 3;
                }
            }
        """);

    [Fact]
    public Task Construction_and_exclusive_access_owe_nothing() => Verify("""
            public Space(int count) => _entries[count] = default;
            public void InitializeTables() => _entries[5] = default;
            [ExclusiveAccess("no processor has loaded the tables")]
            public void Fill() => _entries[5] = default;
            public PageTableEntry this[int index] { get => _entries[index]; set => _entries[index] = value; }
        """);

    [Fact]
    public Task Without_anything_to_flush_with_there_is_nothing_to_say() => VerifyCS.VerifyAnalyzerAsync("""
        public unsafe class Space
        {
            public void M(ulong* words) { words[0] = 0; }
        }
        """);
}
