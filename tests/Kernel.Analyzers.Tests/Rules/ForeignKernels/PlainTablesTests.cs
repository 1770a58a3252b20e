using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Three levels in a style like that of C: shifted frame numbers, goto, a panic that does not return, a walk that takes tables down.</summary>
public class PlainTablesTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        namespace RiscV;

        using System.Runtime.InteropServices;

        public static unsafe class Sv39
        {
            const ulong V = 1 << 0, R = 1 << 1, W = 1 << 2, X = 1 << 3, U = 1 << 4, A = 1 << 6, D = 1 << 7;
            static ulong* kernel_root;
            static ulong free_list;

            [DllImport("*")] static extern void sfence_vma(ulong va, ulong asid);
            [DllImport("*")] static extern void csrw_satp(ulong satp);
            [DllImport("*")] static extern void* memset(void* p, int c, nuint n);
            [DllImport("*")] static extern void* memcpy(void* d, void* s, nuint n);
            [DllImport("*")] static extern void panic();

            static ulong kalloc()
            {
                ulong r = free_list;
                if (r != 0) free_list = *(ulong*)r;
                return r;
            }

            static void kfree(ulong pa)
            {
                memset((void*)pa, 1, 4096);
                *(ulong*)pa = free_list;
                free_list = pa;
            }

            static ulong pa2pte(ulong pa) => (pa >> 12) << 10;
            static ulong pte2pa(ulong pte) => (pte >> 10) << 12;
            static ulong px(int level, ulong va) => (va >> (12 + 9 * level)) & 0x1FF;

            static ulong* walk(ulong* pagetable, ulong va, bool alloc)
            {
                for (int level = 2; level > 0; level--)
                {
                    ulong* pte = &pagetable[px(level, va)];
                    if ((*pte & V) != 0)
                    {
                        pagetable = (ulong*)pte2pa(*pte);
                    }
                    else
                    {
                        if (!alloc || (pagetable = (ulong*)kalloc()) == null)
                            return null;
                        memset(pagetable, 0, 4096);
                        *pte = pa2pte((ulong)pagetable) | V;
                    }
                }
                return &pagetable[px(0, va)];
            }

            static ulong* walk_no_memset(ulong* pagetable, ulong va, bool alloc)
            {
                for (int level = 2; level > 0; level--)
                {
                    ulong* pte = &pagetable[px(level, va)];
                    if ((*pte & V) != 0)
                    {
                        pagetable = (ulong*)pte2pa(*pte);
                    }
                    else
                    {
                        if (!alloc || (pagetable = (ulong*)kalloc()) == null)
                            return null;
                        *pte = pa2pte((ulong){|KMEM101:pagetable|}) | V;
                    }
                }
                return &pagetable[px(0, va)];
            }

            public static int mappages(ulong* pagetable, ulong va, ulong size, ulong pa, ulong perm)
            {
                ulong a = va & ~4095UL, last = (va + size - 1) & ~4095UL;
                for (; ; )
                {
                    ulong* pte = walk(pagetable, a, true);
                    if (pte == null) return -1;
                    if ((*pte & V) != 0) panic();
                    *pte = pa2pte(pa) | perm | V;
                    if (a == last) break;
                    a += 4096;
                    pa += 4096;
                }
                return 0;
            }

            public static void uvmunmap(ulong* pagetable, ulong va, ulong npages, bool do_free)
            {
                for (ulong a = va; a < va + npages * 4096; a += 4096)
                {
                    ulong* pte = walk(pagetable, a, false);
                    if (pte == null || (*pte & V) == 0) continue;
                    ulong pa = pte2pa(*pte);
                    *pte = 0;
                    sfence_vma(a, 0);
                    if (do_free) kfree(pa);
                }
            }

            public static void uvmunmap_late(ulong* pagetable, ulong va, ulong npages, bool do_free)
            {
                for (ulong a = va; a < va + npages * 4096; a += 4096)
                {
                    ulong* pte = walk(pagetable, a, false);
                    if (pte == null || (*pte & V) == 0) continue;
                    ulong pa = pte2pa(*pte);
                    *pte = 0;
                    if (do_free) kfree({|KMEM104:pa|});
                }
                sfence_vma(0, 0);
            }

            public static ulong* uvmcreate()
            {
                ulong* pagetable = (ulong*)kalloc();
                if (pagetable == null) return null;
                memset(pagetable, 0, 4096);
                return pagetable;
            }

            public static void kvminithart()
            {
                sfence_vma(0, 0);
                csrw_satp((8UL << 60) | ((ulong)kernel_root >> 12));
                sfence_vma(0, 0);
            }

            public static void boot_dirty_root()
            {
                ulong root = kalloc();
                ((ulong*)root)[0] = pa2pte(0) | V | R | W | X;
                csrw_satp((8UL << 60) | ({|KMEM101:root|} >> 12));
                sfence_vma(0, 0);
            }

            public static ulong uvmalloc(ulong* pagetable, ulong oldsz, ulong newsz)
            {
                for (ulong a = oldsz; a < newsz; a += 4096)
                {
                    ulong mem = kalloc();
                    if (mem == 0) return 0;
                    memset((void*)mem, 0, 4096);
                    if (mappages(pagetable, a, 4096, mem, R | W | U) != 0)
                    {
                        kfree(mem);
                        return 0;
                    }
                }
                return newsz;
            }

            public static ulong uvmalloc_dirty(ulong* pagetable, ulong oldsz, ulong newsz)
            {
                for (ulong a = oldsz; a < newsz; a += 4096)
                {
                    ulong mem = kalloc();
                    if (mem == 0) return 0;
                    if (mappages(pagetable, a, 4096, {|KMEM103:mem|}, R | W | U) != 0)
                    {
                        kfree(mem);
                        return 0;
                    }
                }
                return newsz;
            }

            public static int uvmcopy(ulong* old, ulong* fresh, ulong sz)
            {
                for (ulong i = 0; i < sz; i += 4096)
                {
                    ulong* pte = walk(old, i, false);
                    if (pte == null || (*pte & V) == 0) continue;
                    ulong pa = pte2pa(*pte), flags = *pte & 0x3FF;
                    ulong mem = kalloc();
                    if (mem == 0) goto err;
                    memcpy((void*)mem, (void*)pa, 4096);
                    if (mappages(fresh, i, 4096, mem, flags) != 0) { kfree(mem); goto err; }
                }
                return 0;
            err:
                uvmunmap(fresh, 0, sz / 4096, true);
                return -1;
            }

            public static void uvmclear(ulong* pagetable, ulong va)
            {
                ulong* pte = walk(pagetable, va, false);
                if (pte == null) return;
                {|KMEM501:*pte|} &= ~U;
            }

            public static void uvmclear_fenced(ulong* pagetable, ulong va)
            {
                ulong* pte = walk(pagetable, va, false);
                if (pte == null) return;
                *pte &= ~U;
                sfence_vma(va, 0);
            }

            // Frees a table tree that is no longer installed anywhere.
            public static void freewalk(ulong* pagetable)
            {
                for (int i = 0; i < 512; i++)
                {
                    ulong pte = pagetable[i];
                    if ((pte & V) != 0 && (pte & (R | W | X)) == 0)
                    {
                        freewalk((ulong*)pte2pa(pte));
                        pagetable[i] = 0;
                    }
                }
                kfree((ulong)pagetable);
            }
        }
        """);
}
