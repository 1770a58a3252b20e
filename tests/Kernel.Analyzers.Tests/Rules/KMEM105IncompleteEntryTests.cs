using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Zeroing.IncompleteEntryAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM105: the present bit comes last, onto an entry that somebody knows.</summary>
public class KMEM105IncompleteEntryTests
{
    /// <summary>A small kernel, without any contract, around the members.</summary>
    internal static string With(string members) => $$"""
        using System;
        using System.Diagnostics;
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.CompilerServices;
        using System.Threading;

        [Flags]
        public enum PageFlags : ulong { None = 0, Present = 1, Writable = 2, User = 4, Accessed = 32, Pinned = 1 << 9, NoExecute = 1UL << 63 }

        public struct PageTableEntry
        {
            public ulong Bits;
            public PageTableEntry(ulong bits) => Bits = bits;
            public bool Present { readonly get => (Bits & 1) != 0; set => Bits = value ? Bits | 1 : Bits & ~1UL; }
            public bool Writable { readonly get => (Bits & 2) != 0; set => Bits = value ? Bits | 2 : Bits & ~2UL; }
            public bool Accessed { readonly get => (Bits & 32) != 0; set => Bits |= 32; }
            public readonly bool IsSwapped => !Present && Bits != 0;
            public readonly bool IsGuard => (Bits & 512) != 0;
            public ulong Frame { readonly get => Bits & ~0xFFFUL; set => Bits = (Bits & 0xFFF) | value; }
            public PageFlags Flags { readonly get => (PageFlags)Bits; set => Bits = (Bits & ~0xFFFUL) | (ulong)value; }
            public void SetPresent() => Bits |= 1;
            public void SetFrame(ulong frame) => Frame = frame;
            public void SetFlags(PageFlags flags) => Bits |= (ulong)flags;
            public void Clear() => Bits = 0;
            public readonly PageTableEntry WithPresent() => new(Bits | 1);
            public static PageTableEntry For(ulong frame, PageFlags flags) => new(frame | (ulong)flags);
        }

        public struct PaeEntry { public uint Low; public uint High; }

        public static class Cpu
        {
            public static extern void InvalidatePage(ulong address);
        }

        public static class Frames
        {
            public static extern ulong* AllocateTable();
        }

        public unsafe class Space
        {
            private const ulong Present = 1;
            private const ulong Writable = 2;
            private const ulong AddressMask = 0x000F_FFFF_FFFF_F000;
            private PageTableEntry[] _entries;
            private static extern ulong* Walk(ulong address);
            private static extern PageTableEntry* Find(ulong address);
            private static extern PageTableEntry* FindMapped(ulong address);
            private static extern ref PageTableEntry EntryOf(ulong address);
            private static extern ulong ReadIn(PageTableEntry entry);
            private static extern void Log(ulong value);
        {{members}}
        }
        """.Replace("static class Frames", "static unsafe class Frames");

    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(With(members));

    private static Task VerifyBody(string body) => Verify($$"""
            public void M(ulong address, ulong frame, bool writable, int i, PageFlags flags, ulong* table)
            {
        {{body}}
            }
        """);

    [Fact]
    public Task What_the_compiler_keeps_for_a_lock_statement_disturbs_nothing() => Verify("""
            private readonly object _gate = new();

            public void M(ulong address, ulong frame)
            {
                lock (_gate)
                {
                    PageTableEntry* entry = Find(address);
                    entry->Bits = frame | Present | Writable;
                    Cpu.InvalidatePage(address);
                }
            }
        """);

    [Theory]
    [InlineData("ulong* pte = Walk(address); {|KMEM105:*pte|} = Present | Writable; *pte |= frame;")]
    [InlineData("ulong* pte = Walk(address); {|KMEM105:*pte|} |= Present; *pte |= frame;")]
    [InlineData("ulong* pte = Walk(address); {|KMEM105:*pte|} = frame | Present; if (writable) { *pte |= Writable; }")]
    [InlineData("ulong* pml4 = Walk(0); {|KMEM105:pml4[i]|} = 3; pml4[i] = pml4[i] | frame;")]
    [InlineData("{|KMEM105:_entries[i].Present|} = true; _entries[i].Frame = frame;")]
    [InlineData("{|KMEM105:_entries[i]|}.Present = true; _entries[i].SetFrame(frame);")]
    [InlineData("_entries[i] = default; {|KMEM105:_entries[i].SetPresent()|}; _entries[i].Writable = writable; _entries[i].Frame = frame;")]
    [InlineData("_entries[i].Frame = frame; {|KMEM105:_entries[i].Present|} = true; _entries[i].Writable = true;")]
    [InlineData("PageTableEntry* e = Find(address); {|KMEM105:e->Present|} = true; e->Frame = frame;")]
    [InlineData("ref PageTableEntry e = ref _entries[i]; {|KMEM105:e.Flags|} = PageFlags.Present | PageFlags.Writable; e.Frame = frame;")]
    [InlineData("ref PageTableEntry e = ref EntryOf(address); {|KMEM105:e.Bits|} = Present; e.Bits |= frame;")]
    [InlineData("ulong bits = Present; if (writable) { bits |= Writable; } {|KMEM105:_entries[i].Bits|} = bits; _entries[i].Bits |= frame;")]
    [InlineData("{|KMEM105:table[i]|} = (ulong)(PageFlags.Present | PageFlags.Writable); table[i] |= frame;")]
    [InlineData("ulong* pte = Walk(address); {|KMEM105:Volatile.Write(ref *pte, Present)|}; Interlocked.Or(ref *pte, frame);")]
    [InlineData("ulong* pte = Walk(address); {|KMEM105:*pte|} = Present; Cpu.InvalidatePage(address); *pte |= frame;")]
    [InlineData("for (int k = 0; k < 512; k++) { {|KMEM105:_entries[k].Present|} = true; _entries[k].Frame = frame + ((ulong)k << 12); }")]
    [InlineData("{|KMEM105:_entries[i]|} = new PageTableEntry(Present); _entries[i] = new PageTableEntry(_entries[i].Bits | frame);")]
    [InlineData("_entries[i].SetFrame(frame); {|KMEM105:_entries[i].SetFlags(PageFlags.Present)|}; _entries[i].SetFlags(PageFlags.NoExecute);")]
    public Task An_entry_that_is_present_before_its_rest_is_written_is_reported(string body) =>
        VerifyBody(body.Replace("{|KMEM105:_entries[i]|}.Present", "{|KMEM105:_entries[i].Present|}"));

    [Theory]
    [InlineData("ulong* pte = Walk(address); *pte = frame | Present | Writable;")]
    [InlineData("ulong* pte = Walk(address); ulong entry = Present; entry |= frame; *pte = entry;")]
    [InlineData("ulong* pte = Walk(address); *pte = frame; *pte |= Writable; *pte |= Present;")]
    [InlineData("_entries[i].Frame = frame; _entries[i].Writable = writable; _entries[i].Present = true;")]
    [InlineData("PageTableEntry e = default; e.Present = true; e.Frame = frame; _entries[i] = e;")]
    [InlineData("PageTableEntry e = default; ref PageTableEntry same = ref e; same.Present = true; same.Frame = frame; _entries[i] = e;")]
    [InlineData("_entries[i] = new PageTableEntry { Present = true, Frame = frame };")]
    [InlineData("_entries[i] = PageTableEntry.For(frame, PageFlags.Present); _entries[i + 1].Frame = frame;")]
    [InlineData("_entries[i].Present = false; _entries[i].Frame = frame; _entries[i].Present = true;")]
    [InlineData("ulong* pte = Walk(address); *pte &= ~Present; *pte |= Writable; *pte |= Present;")]
    [InlineData("ulong* pte = Walk(address); *pte = frame | Present; *pte |= (ulong)PageFlags.Pinned; *pte |= 1UL << 52;")]
    [InlineData("_entries[i] = PageTableEntry.For(frame, PageFlags.Present); _entries[i].Accessed = true;")]
    [InlineData("ulong* pte = Walk(address); *pte = frame | Present; Cpu.InvalidatePage(address); *pte |= Writable;")]
    [InlineData("ulong* pte = Walk(address); *pte = frame | Present; pte++; *pte |= Writable;")]
    [InlineData("ulong* pml4 = Walk(0); pml4[0] = 3; pml4[1] = frame | 3;")]
    [InlineData("ulong* pageTable = Frames.AllocateTable(); pageTable[i] = Present; pageTable[i] |= frame;")]
    [InlineData("for (int k = 0; k < 512; k++) { ref PageTableEntry e = ref EntryOf(address + (ulong)k); e.Frame = frame; e.Present = true; }")]
    [InlineData("ulong* pte = Walk(address); *pte = frame | Present; if ((*pte & Present) != 0) { *pte |= Writable; }")]
    [InlineData("ulong* words = Walk(address); words[0] = 3; words[0] |= frame;")]
    public Task An_entry_that_becomes_present_last_is_right(string body) => VerifyBody(body);

    [Theory]
    [InlineData("ulong* pte = Walk(address); {|KMEM105:*pte|} |= Present;")]
    [InlineData("ulong* pte = Walk(address); if (pte == null) { return; } {|KMEM105:*pte|} |= Present | Writable;")]
    [InlineData("ulong* pte = Walk(address); ulong old = *pte; {|KMEM105:*pte|} = old | Present;")]
    [InlineData("ulong* pte = Walk(address); {|KMEM105:*pte|} = (*pte & AddressMask) | (ulong)flags | Present;")]
    [InlineData("ulong* pte = Walk(address); if ((*pte & Present) == 0) { {|KMEM105:*pte|} |= Present; }")]
    [InlineData("{|KMEM105:_entries[i].Present|} = true;")]
    [InlineData("if (!_entries[i].Present) { {|KMEM105:_entries[i].SetPresent()|}; }")]
    [InlineData("if (_entries[i].IsSwapped) { {|KMEM105:_entries[i].Present|} = true; }")]
    [InlineData("_entries[i] = default; {|KMEM105:_entries[i].Present|} = true;")]
    [InlineData("_entries[i].Clear(); {|KMEM105:_entries[i].Flags|} |= PageFlags.Present;")]
    [InlineData("foreach (ref PageTableEntry e in _entries.AsSpan()) { {|KMEM105:e.Present|} = true; }")]
    [InlineData("PageTableEntry e = _entries[i]; e.Present = true; {|KMEM105:_entries[i]|} = e;")]
    [InlineData("{|KMEM105:_entries[i]|} = _entries[i].WithPresent();")]
    [InlineData("ulong* pte = Walk(address); ulong next = *pte; next |= Present; {|KMEM105:*pte|} = next;")]
    [InlineData("ulong* pte = Walk(address); {|KMEM105:Interlocked.Or(ref *pte, Present)|};")]
    [InlineData("{|KMEM105:table[i]|} |= (ulong)PageFlags.Present;")]
    [InlineData("ulong* pte = Walk(address); if (writable) { *pte = frame; } {|KMEM105:*pte|} |= Present;")]
    public Task Present_forced_onto_an_unknown_entry_is_reported(string body) => VerifyBody(body);

    [Theory]
    [InlineData("ulong* pte = Walk(address); if ((*pte & Present) == 0) { return; } *pte |= Present | Writable;")]
    [InlineData("ulong* pte = Walk(address); ulong old = *pte; if ((old & 1) != 0) { *pte = old | Present | Writable; }")]
    [InlineData("ulong* pte = Walk(address); if ((*pte & AddressMask) != 0) { *pte |= Present; }")]
    [InlineData("if (_entries[i].IsGuard) { _entries[i].Present = true; }")]
    [InlineData("if (_entries[i].Frame == frame) { _entries[i].SetPresent(); }")]
    [InlineData("if (_entries[i].IsSwapped) { _entries[i].Frame = ReadIn(_entries[i]); _entries[i].Present = true; }")]
    [InlineData("PageTableEntry e = _entries[i]; e.Present = true; Log(e.Bits);")]
    [InlineData("PageTableEntry e = _entries[i]; e.Frame = frame; e.Present = true; _entries[i] = e;")]
    [InlineData("PageTableEntry e = _entries[i]; e.Present = true; e.Frame = frame; _entries[i] = e;")]
    [InlineData("PageTableEntry e = _entries[i]; if (!e.Present) { return; } e.Present = true; e.Writable = true; _entries[i] = e;")]
    [InlineData("PageTableEntry* e = FindMapped(address); e->Present = true;")]
    [InlineData("Debug.Assert(_entries[i].Present); _entries[i].Present = true;")]
    [InlineData("_entries[i].Present = writable;")]
    [InlineData("_entries[i].Present = false;")]
    [InlineData("ulong* pte = Walk(address); *pte |= frame | Present;")]
    [InlineData("ulong* pte = Walk(address); *pte |= (ulong)flags;")]
    [InlineData("ulong* gdt = Walk(0); gdt[i] |= 1; ulong* counters = Walk(8); counters[i] |= 1;")]
    [InlineData("PageTableEntry[] copies = new PageTableEntry[5]; copies[0].Present = true;")]
    [InlineData("ulong* pte = Walk(address); if (writable) { *pte = frame; } else { *pte = frame | Writable; } *pte |= Present;")]
    public Task Present_set_in_an_entry_that_is_known_is_right(string body) => VerifyBody(body);

    [Theory]
    [InlineData("uint* half = (uint*)Find(address); {|KMEM105:half[0]|} = (uint)frame | 1; half[1] = (uint)(frame >> 32);")]
    [InlineData("ulong* pte = Walk(address); uint* half = (uint*)pte; {|KMEM105:*half|} = (uint)(frame | Present); *(half + 1) = (uint)(frame >> 32);")]
    [InlineData("uint* half = (uint*)&table[i]; {|KMEM105:half[0]|} = (uint)frame; half[1] = (uint)(frame >> 32);")]
    [InlineData("uint* pageTable = (uint*)table; {|KMEM105:pageTable[2 * i]|} = (uint)frame; pageTable[2 * i + 1] = (uint)(frame >> 32);")]
    [InlineData("uint* pte = (uint*)table; {|KMEM105:Volatile.Write(ref pte[0], (uint)frame | 1)|}; Volatile.Write(ref pte[1], (uint)(frame >> 32));")]
    [InlineData("PaeEntry* e = (PaeEntry*)table; {|KMEM105:e->Low|} = (uint)frame | 1; e->High = (uint)(frame >> 32);")]
    [InlineData("PaeEntry* e = (PaeEntry*)table; {|KMEM105:e[i].Low|} = (uint)frame; e[i].High = (uint)(frame >> 32);")]
    [InlineData("uint high = (uint)(frame >> 32); uint* pte = (uint*)table; {|KMEM105:pte[0]|} = (uint)frame | 3; if (high != 0) { pte[1] = high; }")]
    public Task The_lower_half_before_the_upper_one_is_reported(string body) =>
        VerifyBody(body.Replace("&table[i]", "&Find(address)[i]"));

    [Theory]
    [InlineData("uint* half = (uint*)Find(address); half[1] = (uint)(frame >> 32); half[0] = (uint)frame | 1;")]
    [InlineData("uint* half = (uint*)Find(address); half[0] = 0; half[1] = (uint)(frame >> 32); half[0] = (uint)frame | 1;")]
    [InlineData("uint* half = (uint*)Find(address); half[0] = 0; half[1] = 0;")]
    [InlineData("uint* pte = (uint*)table; pte[0] = (uint)frame & ~1u; pte[1] = (uint)(frame >> 32); pte[0] |= 1;")]
    [InlineData("uint* pageTable = (uint*)table; pageTable[0] = (uint)frame | 3; pageTable[1] = ((uint)frame + 4096) | 3;")]
    [InlineData("PaeEntry* e = (PaeEntry*)table; e->High = (uint)(frame >> 32); e->Low = (uint)frame | 1;")]
    [InlineData("PaeEntry e = default; e.Low = (uint)frame | 1; e.High = (uint)(frame >> 32); *(PaeEntry*)table = e;")]
    [InlineData("uint* gate = (uint*)table; gate[0] = (uint)frame | 1; gate[1] = (uint)(frame >> 32);")]
    [InlineData("uint* pte = (uint*)table; pte[0] = (uint)frame | 1; pte[3] = (uint)(frame >> 32);")]
    public Task The_upper_half_first_is_right(string body) => VerifyBody(body);
}
