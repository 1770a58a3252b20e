using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Tagged address spaces, entries with an explicit layout and inline arrays of them.</summary>
public class TaggedSpacesTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Runtime.InteropServices;
        using System.Runtime.CompilerServices;

        namespace Pcid;

        [StructLayout(LayoutKind.Explicit, Size = 8)]
        struct PageEntry
        {
            [FieldOffset(0)] public ulong All;
            [FieldOffset(0)] public uint Low;
            [FieldOffset(4)] public uint High;

            public readonly bool IsPresent() => (All & 1) != 0;
            public readonly ulong Physical() => All & 0xFFFFFFFFFF000;
            public void Set(ulong physical, ulong flags) => All = physical | flags;
        }

        [InlineArray(512)]
        struct PageEntries { private PageEntry _first; }

        unsafe struct PageMap
        {
            public PageEntries Entries;
            public static PageMap* At(ulong physical) => (PageMap*)(0xFFFF800000000000 + physical);
            public static void Wipe(PageMap* map) { for (int i = 0; i < 512; i++) map->Entries[i].All = 0; }
            public static void CopyKernelHalf(PageMap* to, PageMap* from)
            {
                for (int i = 256; i < 512; i++) to->Entries[i] = from->Entries[i];
            }
        }

        static unsafe class PhysMem
        {
            static ulong s_top;
            internal static ulong GetPage() => s_top += 4096;
            internal static ulong GetClearPage()
            {
                ulong p = GetPage();
                Unsafe.InitBlock((void*)(0xFFFF800000000000 + p), 0, 4096);
                return p;
            }
            internal static void PutPage(ulong p) => s_top = p - 4096;
        }

        static class Hw
        {
            [DllImport("*")] internal static extern void invpcid(ulong type, ulong pcid, ulong address);
            [DllImport("*")] internal static extern void invlpg(ulong address);
            [DllImport("*")] internal static extern void mov_to_cr3(ulong value);
        }

        sealed unsafe class Asid
        {
            public ushort Number; public ulong Generation;
        }

        sealed unsafe class Process
        {
            static ulong s_generation = 1;
            static ushort s_nextAsid = 1;
            static PageMap* s_kernel;
            readonly ulong _root;
            readonly Asid _asid = new();

            Process(ulong root) => _root = root;

            public static Process Create()
            {
                ulong root = PhysMem.GetClearPage();
                PageMap* map = PageMap.At(root);
                PageMap.CopyKernelHalf(map, s_kernel);
                return new Process(root);
            }

            public static void EnterFresh()
            {
                ulong root = PhysMem.GetPage();
                PageMap* map = PageMap.At(root);
                PageMap.CopyKernelHalf(map, s_kernel);
                Hw.mov_to_cr3({|KMEM101:root|});
            }

            public static void EnterFreshWiped()
            {
                ulong root = PhysMem.GetPage();
                PageMap* map = PageMap.At(root);
                PageMap.Wipe(map);
                PageMap.CopyKernelHalf(map, s_kernel);
                Hw.mov_to_cr3(root);
            }

            public void Activate()
            {
                const ulong noFlush = 1UL << 63;
                ulong cr3 = _root;
                if (_asid.Generation == s_generation)
                {
                    cr3 |= _asid.Number | noFlush;
                }
                else
                {
                    if (s_nextAsid == 4096) { s_nextAsid = 1; s_generation++; Hw.invpcid(2, 0, 0); }
                    _asid.Number = s_nextAsid++;
                    _asid.Generation = s_generation;
                    cr3 |= _asid.Number;
                }
                Hw.mov_to_cr3(cr3);
            }

            PageEntry* Entry(ulong va)
            {
                PageMap* map = PageMap.At(_root);
                for (int shift = 39; shift >= 21; shift -= 9)
                {
                    PageEntry e = map->Entries[(int)(va >> shift) & 511];
                    if (!e.IsPresent()) return null;
                    map = PageMap.At(e.Physical());
                }
                return (PageEntry*)map + ((va >> 12) & 511);
            }

            public void Unmap(ulong va)
            {
                PageEntry* e = Entry(va);
                if (e == null || !e->IsPresent()) return;
                e->All = 0;
                Hw.invpcid(0, _asid.Number, va);
            }

            public void UnmapAndFree(ulong va)
            {
                PageEntry* e = Entry(va);
                if (e == null || !e->IsPresent()) return;
                ulong page = e->Physical();
                e->All = 0;
                Hw.invpcid(0, _asid.Number, va);
                PhysMem.PutPage(page);
            }

            public void UnmapAndFreeSwapped(ulong va)
            {
                PageEntry* e = Entry(va);
                if (e == null || !e->IsPresent()) return;
                ulong page = e->Physical();
                Hw.invpcid(0, _asid.Number, va);
                e->All = 0;
                PhysMem.PutPage({|KMEM104:page|});
            }

            public void UnmapWrongOrder(ulong va)
            {
                PageEntry* e = Entry(va);
                if (e == null || !e->IsPresent()) return;
                Hw.invpcid(0, _asid.Number, va);
                {|KMEM501:e->All|} = 0;
            }

            // Invalidates lazily by retiring the address space's number: every later activation gets a new one.
            public void UnmapRetire(ulong va)
            {
                PageEntry* e = Entry(va);
                if (e == null) return;
                e->All = 0;
                _asid.Generation = 0;
                Activate();
            }

            public void Link(ulong va, PageEntry* slot)
            {
                if (slot->IsPresent()) return;
                ulong table = PhysMem.GetClearPage();
                slot->Set(table, 7);
            }

            public void LinkDirty(ulong va, PageEntry* slot)
            {
                if (slot->IsPresent()) return;
                ulong table = PhysMem.GetPage();
                slot->Set({|KMEM101:table|}, 7);
            }

            // 32-bit halves: low word (with present) last.
            public void LinkHalves(PageEntry* slot)
            {
                ulong table = PhysMem.GetClearPage();
                slot->High = (uint)(table >> 32);
                slot->Low = (uint)table | 3;
            }

            public void LinkHalvesReversed(PageEntry* slot)
            {
                ulong table = PhysMem.GetClearPage();
                {|KMEM105:slot->Low|} = (uint)table | 3;
                slot->High = (uint)(table >> 32);
            }

            public void GiveUserPage(PageEntry* slot)
            {
                ulong page = PhysMem.GetPage();
                Unsafe.InitBlock(PageMap.At(page), 0, (uint)sizeof(PageMap));
                slot->Set(page, 7);
            }

            public void MakeReadOnly(ulong va)
            {
                PageEntry* e = Entry(va);
                if (e == null) return;
                e->Low &= ~2u;
                Hw.invlpg(va);
            }

            public void MakeReadOnlyForgot(ulong va)
            {
                PageEntry* e = Entry(va);
                if (e == null) return;
                {|KMEM501:e->Low|} &= ~2u;
            }

            public void DestroyAll(PageMap* table, ulong physical)
            {
                for (int i = 0; i < 512; i++)
                {
                    if (!table->Entries[i].IsPresent()) continue;
                    ulong page = table->Entries[i].Physical();
                    table->Entries[i].All = 0;
                    Hw.invpcid(1, _asid.Number, 0);
                    PhysMem.PutPage(page);
                }
                PhysMem.PutPage(physical);
            }
        }
        """);
}
