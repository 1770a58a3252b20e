using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Tables of three levels on another processor: one loop for all levels, frames poisoned rather than zeroed when they are freed.</summary>
public class ThreeLevelWalkTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        namespace Riscv
        {
            public static unsafe class Vm
            {
                const ulong PTE_V = 1, PTE_R = 2, PTE_W = 4, PTE_X = 8, PTE_U = 16; const ulong PGSIZE = 4096;
                static ulong* kernel_pagetable;
                static ulong PA2PTE(ulong pa) => (pa >> 12) << 10;
                static ulong PTE2PA(ulong pte) => (pte >> 10) << 12;
                static int PX(int level, ulong va) => (int)(va >> (12 + 9 * level)) & 0x1FF;
                static extern void sfence_vma();
                static extern void w_satp(ulong x);
                static void* memset(void* dst, int c, uint n) { byte* p = (byte*)dst; for (uint i = 0; i < n; i++) p[i] = (byte)c; return dst; }
                struct run { public run* next; }
                static run* freelist;
                public static void* kalloc()
                {
                    run* r = freelist;
                    if (r != null) { freelist = r->next; memset(r, 5, 4096); }
                    return r;
                }
                public static void kfree(void* pa) { memset(pa, 1, 4096); run* r = (run*)pa; r->next = freelist; freelist = r; }

                static ulong* walk(ulong* pagetable, ulong va, bool alloc)
                {
                    for (int level = 2; level > 0; level--)
                    {
                        ulong* pte = &pagetable[PX(level, va)];
                        if ((*pte & PTE_V) != 0)
                        {
                            pagetable = (ulong*)PTE2PA(*pte);
                        }
                        else
                        {
                            if (!alloc || (pagetable = (ulong*)kalloc()) == null) return null;
                            memset(pagetable, 0, 4096);
                            *pte = PA2PTE((ulong)pagetable) | PTE_V;
                        }
                    }
                    return &pagetable[PX(0, va)];
                }
                static ulong* walk_bad(ulong* pagetable, ulong va, bool alloc)
                {
                    for (int level = 2; level > 0; level--)
                    {
                        ulong* pte = &pagetable[PX(level, va)];
                        if ((*pte & PTE_V) != 0)
                        {
                            pagetable = (ulong*)PTE2PA(*pte);
                        }
                        else
                        {
                            if (!alloc || (pagetable = (ulong*)kalloc()) == null) return null;
                            *pte = PA2PTE((ulong){|KMEM101:pagetable|}) | PTE_V;
                        }
                    }
                    return &pagetable[PX(0, va)];
                }
                public static int mappages(ulong* pagetable, ulong va, ulong size, ulong pa, ulong perm)
                {
                    for (ulong a = va; ; a += PGSIZE, pa += PGSIZE)
                    {
                        ulong* pte = walk(pagetable, a, true);
                        if (pte == null) return -1;
                        if ((*pte & PTE_V) != 0) throw new Exception("mappages: remap");
                        *pte = PA2PTE(pa) | perm | PTE_V;
                        if (a == va + size - PGSIZE) break;
                    }
                    return 0;
                }
                public static void uvmunmap(ulong* pagetable, ulong va, ulong npages, bool do_free)
                {
                    for (ulong a = va; a < va + npages * PGSIZE; a += PGSIZE)
                    {
                        ulong* pte = walk(pagetable, a, false);
                        if (pte == null) continue;
                        if ((*pte & PTE_V) == 0) continue;
                        ulong pa = PTE2PA(*pte);
                        *pte = 0;
                        sfence_vma();
                        if (do_free) kfree((void*)pa);
                    }
                }
                public static void uvmunmap_bad(ulong* pagetable, ulong va, ulong npages, bool do_free)
                {
                    for (ulong a = va; a < va + npages * PGSIZE; a += PGSIZE)
                    {
                        ulong* pte = walk(pagetable, a, false);
                        if (pte == null) continue;
                        if ((*pte & PTE_V) == 0) continue;
                        ulong pa = PTE2PA(*pte);
                        *pte = 0;
                        if (do_free) kfree({|KMEM104:(void*)pa|});
                    }
                    sfence_vma();
                }
                public static void uvmclear(ulong* pagetable, ulong va)
                {
                    ulong* pte = walk(pagetable, va, false);
                    if (pte == null) throw new Exception("uvmclear");
                    {|KMEM501:*pte|} &= ~PTE_U;
                }
                public static ulong* uvmcreate()
                {
                    ulong* pagetable = (ulong*)kalloc();
                    if (pagetable == null) return null;
                    memset(pagetable, 0, (uint)PGSIZE);
                    return pagetable;
                }
                public static void kvminit()
                {
                    kernel_pagetable = (ulong*)kalloc();
                    memset(kernel_pagetable, 0, (uint)PGSIZE);
                    mappages(kernel_pagetable, 0x10000000, PGSIZE, 0x10000000, PTE_R | PTE_W);
                }
                public static void kvminithart()
                {
                    w_satp((8UL << 60) | ((ulong)kernel_pagetable >> 12));
                    sfence_vma();
                }
            }
        }
        """);
}
