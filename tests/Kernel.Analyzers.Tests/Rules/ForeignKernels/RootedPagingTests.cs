using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Roots that are given, rights by enum, a walk that never allocates, and rings, gates and heaps beside the tables.</summary>
public class RootedPagingTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Runtime.InteropServices;
        static unsafe class Native { [DllImport("*")] public static extern void Stosb(void* p, byte v, ulong n); [DllImport("*")] public static extern void Invlpg(ulong a); [DllImport("*")] public static extern void WriteCR3(ulong a); [DllImport("*")] public static extern ulong ReadCR3(); }
        static class Allocator { public static IntPtr Allocate(ulong n) => (IntPtr)n; public static IntPtr malloc(ulong n) => (IntPtr)n; }
        static class Panic { public static void Error(string s) { throw new Exception(s); } }
        public static unsafe class PageTable {
            [Flags] public enum PageFlags : ulong { None = 0, Present = 1, ReadWrite = 2, User = 4, Large = 128 }
            public static ulong* PML4; const ulong AddressMask = 0x000F_FFFF_FFFF_F000UL; const ulong PAGE_PRESENT = 1, PAGE_WRITABLE = 2, PAGE_LARGE = 128;
            static ulong* GetRo(ulong* root, ulong va) {
            ulong a = (va >> 39) & 511; if ((root[a] & 1) == 0) return null;
            ulong* l3 = (ulong*)(root[a] & AddressMask); ulong b = (va >> 30) & 511; if ((l3[b] & 1) == 0) return null;
            ulong* l2 = (ulong*)(l3[b] & AddressMask); return &l2[(va >> 21) & 511];
            }
            public static void UnmapOnRoot(ulong* root, ulong va) { ulong* pte = GetRo(root, va); if (pte != null && (*pte & 1) != 0) { *pte = 0; Native.Invlpg(va); } }
            static ulong* Next(ulong* Directory, ulong Entry, bool user) {
            ulong* p = null;
            if ((Directory[Entry] & 1) != 0) { p = (ulong*)(Directory[Entry] & AddressMask); }
            else {
              p = (ulong*)Allocator.Allocate(0x1000);
              if (p == null) Panic.Error("no");
              Native.Stosb(p, 0, 0x1000);
              Directory[Entry] = ((ulong)p & AddressMask) | (ulong)PageFlags.Present | (ulong)PageFlags.ReadWrite | (user ? (ulong)PageFlags.User : 0);
            }
            return p;
            }
            static ulong* GetPageInternal(ulong* root, ulong va, bool user) { ulong* l3 = Next(root, va >> 39, user); ulong* l2 = Next(l3, va >> 30 & 511, user); return &l2[va >> 21 & 511]; }
            public static ulong* GetPageUser(ulong va) => GetPageInternal(PML4, va, true);
            public static void MapOnRoot(ulong* root, ulong va, ulong pa, bool user) {
            ulong* pte = GetPageInternal(root, va, user);
            *pte = (pa & AddressMask) | 3 | (user ? 4UL : 0);
            Native.Invlpg(va);
            }
            public static void MapRange(ulong va, ulong pa, ulong size) { ulong pages = size / 4096; for (ulong i = 0; i < pages; i++) { MapOnRoot(PML4, va + i * 4096, pa + i * 4096, false); } }
            public static bool IsMapped(ulong va) { ulong* pte = GetRo(PML4, va); return pte != null && (*pte & 1) != 0; }
            static void SetupMemoryProtection() { for (ulong addr = 0; addr < 0x100000; addr += 4096) { ulong* page = GetPageUser(addr); if (page != null && (*page & PAGE_PRESENT) != 0) { *page &= ~PAGE_WRITABLE; Native.Invlpg(addr); } } }
            public static bool SetPageFlags(ulong va, PageFlags flags, bool large) {
            ulong* pageEntry = GetPageUser(va);
            if (pageEntry == null || (*pageEntry & PAGE_PRESENT) == 0) return false;
            ulong phys = *pageEntry & AddressMask; ulong pageFlags = (ulong)flags; if (large) pageFlags |= PAGE_LARGE;
            *pageEntry = phys | pageFlags; Native.Invlpg(va); return true;
            }
            public static bool SetPageFlagsBad(ulong va, PageFlags flags, bool large) {
            ulong* pageEntry = GetPageUser(va);
            if (pageEntry == null || (*pageEntry & PAGE_PRESENT) == 0) return false;
            {|KMEM501:*pageEntry|} = (*pageEntry & AddressMask) | (ulong)flags;
            if (large) return false; Native.Invlpg(va); return true;
            }
            static ulong* NextMalloc(ulong* directory, ulong index) {
            if ((directory[index] & PAGE_PRESENT) != 0) return (ulong*)(directory[index] & AddressMask);
            ulong* newTable = (ulong*)Allocator.malloc(0x1000);
            if (newTable == null) return null;
            directory[index] = ((ulong){|KMEM101:newTable|} & AddressMask) | PAGE_PRESENT | PAGE_WRITABLE;
            return newTable;
            }
            static ulong* s_pml4b;
            public static void* Setup() { ulong* pml4 = (ulong*)Allocator.Allocate(4096); ulong* pdpt = (ulong*)Allocator.Allocate(4096); Native.Stosb(pml4, 0, 4096);
            pml4[0] = (ulong){|KMEM101:pdpt|} | 3;
            pml4[256] = (ulong)pdpt | 3; pdpt[0] = 0x83; Native.WriteCR3((ulong)pml4); return pml4; }
            public static void IdentityStatic() { ulong* p4 = (ulong*)0x3FE000; ulong* p3 = (ulong*)0x3FF000; p4[0] = (ulong)p3 | 3; for (ulong i = 0; i < 512; i++) p3[i] = (i << 30) | 0x83; Native.WriteCR3((ulong)p4); }
        }
        public unsafe class VirtQueue { struct Desc { public ulong Addr; public uint Len; public ushort Flags, Next; } Desc* _desc; ushort* _avail; ulong* _table; void Add(ulong phys, int i) { _desc[i].Addr = phys; _desc[i].Flags = 1; _table[i] = phys | 1; } }
        public unsafe class Idt { struct IdtEntry { public ushort BaseLow; public byte Flags; public bool Present; public ulong Address; public bool User; } IdtEntry* _idt; ulong* _gdt; void Set(int i, ulong h) { _idt[i].Address = h; _idt[i].Present = true; _gdt[i] = h | 1; } }
        public unsafe class Heap { struct Block { public Block* Next; public ulong Size; } ulong* _bitmap; void Free(ulong* p) { p[0] = 0; _bitmap[0] &= ~1UL; } void* AllocPage() => null; void Grow() { ulong page = (ulong)AllocPage(); ulong* links = (ulong*)page; links[0] = page | 1; } }
        """);
}
