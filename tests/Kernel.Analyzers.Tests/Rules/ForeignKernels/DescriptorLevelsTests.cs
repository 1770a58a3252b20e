using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Descriptors of another processor in a class over an allocator behind an interface, and a table that is a class with an indexer.</summary>
public class DescriptorLevelsTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Runtime.CompilerServices;
        public static class Arm { public static extern void TlbiVae1(ulong va); public static extern void TlbiVmalle1(); public static extern void WriteTtbr0(ulong v); public static extern void Dsb(); }
        public interface IPageSource { ulong AllocatePage(); void ReleasePage(ulong p); }
        public struct Descriptor { }
        public sealed unsafe class TranslationTable
        {
            const ulong Valid = 1, Table = 2, Page = 2, AF = 1 << 10, RO = 1 << 7, AddrMask = 0x0000_FFFF_FFFF_F000;
            readonly IPageSource _source; readonly ulong _offset; ulong _root;
            public TranslationTable(IPageSource source, ulong offset) { _source = source; _offset = offset; }
            ulong* View(ulong pa) => (ulong*)(pa + _offset);
            public ulong* Descend(ulong* level, int index)
            {
                ulong d = level[index];
                if ((d & Valid) != 0) return View(d & AddrMask);
                ulong page = _source.AllocatePage();
                Unsafe.InitBlockUnaligned(View(page), 0, 4096);
                level[index] = page | Table | Valid;
                return View(page);
            }
            public ulong* DescendBad(ulong* level, int index)
            {
                ulong d = level[index];
                if ((d & Valid) != 0) return View(d & AddrMask);
                ulong page = _source.AllocatePage();
                level[index] = {|KMEM101:page|} | Table | Valid;
                return View(page);
            }
            ulong* Leaf(ulong va)
            {
                ulong* l = View(_root);
                for (int shift = 39; shift > 12; shift -= 9) l = Descend(l, (int)(va >> shift) & 511);
                return l + ((va >> 12) & 511);
            }
            public void Unmap(ulong va) { ulong* leaf = Leaf(va); ulong old = *leaf & AddrMask; *leaf = 0; Arm.Dsb(); Arm.TlbiVae1(va); _source.ReleasePage(old); }
            public void UnmapBad(ulong va) { ulong* leaf = Leaf(va); {|KMEM501:*leaf|} = 0; Arm.Dsb(); }
            public void UnmapFreeBad(ulong va) { ulong* leaf = Leaf(va); ulong old = *leaf & AddrMask; *leaf = 0; _source.ReleasePage({|KMEM104:old|}); Arm.TlbiVae1(va); }
            public void ReadOnlyBad(ulong va, bool flush) { ulong* leaf = Leaf(va); {|KMEM501:*leaf|} |= RO; if (va > 4096) Arm.TlbiVae1(va); }
            public void ReadOnly(ulong va) { ulong* leaf = Leaf(va); *leaf |= RO; Arm.TlbiVmalle1(); }
            public bool Map(ulong va, ulong pa) { ulong* leaf = Leaf(va); if ((*leaf & Valid) != 0) return false; *leaf = pa | Page | AF | Valid; return true; }
            public void Destroy() { ulong* l = View(_root); for (int i = 0; i < 512; i++) { if ((l[i] & Valid) == 0) continue; ulong t = l[i] & AddrMask; l[i] = 0; Arm.TlbiVmalle1(); _source.ReleasePage(t); } }
            public void Activate() => Arm.WriteTtbr0(_root);
        }
        public sealed unsafe class Pool : IPageSource { ulong _next; public ulong AllocatePage() { ulong p = _next; _next += 4096; return p; } public void ReleasePage(ulong p) { } }
        public sealed unsafe class Table4
        {
            readonly ulong* _p; public Table4(ulong* p) => _p = p;
            public ulong this[int i] { get => _p[i]; set => _p[i] = value; }
            public void Clear() { for (int i = 0; i < 512; i++) _p[i] = 0; }
        }
        public static unsafe class Vm2
        {
            static ulong Base; static ulong NextFree; static void InvalidatePage(ulong va) { }
            static ulong AllocFrame() { ulong f = NextFree; NextFree += 4096; return f; }
            static Table4 At(ulong phys) => new Table4((ulong*)(phys + Base));
            public static Table4 GetOrCreate(Table4 table, int i) { ulong e = table[i]; if ((e & 1) == 0) { ulong f = AllocFrame(); At(f).Clear(); table[i] = f | 3; return At(f); } return At(e & 0x000FFFFFFFFFF000); }
            public static Table4 GetOrCreateBad(Table4 table, int i) { ulong e = table[i]; if ((e & 1) == 0) { ulong f = AllocFrame(); table[i] = {|KMEM101:f|} | 3; return At(f); } return At(e & 0x000FFFFFFFFFF000); }
        }
        """);
}
