using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>A port of a 32-bit kernel from C: free functions, flags as macros, a counter that defers flushes, assembly behind function pointers.</summary>
public class PortedFromCTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        namespace Eyn
        {
            public struct address_space_t { public uint page_dir_phys; public uint refcount; }
            public static unsafe class vmm
            {
                const uint PAGE_SIZE = 4096, PAGE_PRESENT = 1, PAGE_WRITE = 2, PAGE_USER = 4, PAGE_MASK = 0xFFFFF000, KERNEL_BASE = 0xC0000000;
                static address_space_t* vmm_current_as; static address_space_t vmm_kernel_as;
                static uint g_tlb_defer_depth, g_tlb_flush_pending;
                static uint* g_bitmap; static uint g_frames, g_next;
                public static delegate* unmanaged<void*, void> asm_invlpg;
                public static delegate* unmanaged<uint, void> asm_write_cr3;
                public static delegate* unmanaged<uint> asm_read_cr3;

                static void* vmm_kphys_to_ptr(uint phys) => (void*)(nuint)(KERNEL_BASE + phys);
                static void memset(void* p, int v, uint n) { byte* b = (byte*)p; for (uint i = 0; i < n; i++) b[i] = (byte)v; }
                static void memcpy(void* d, void* s, uint n) { byte* a = (byte*)d; byte* b = (byte*)s; for (uint i = 0; i < n; i++) a[i] = b[i]; }

                public static void invalidate_tlb_all() { asm_write_cr3(asm_read_cr3()); }
                public static void vm_invalidate_page(void* addr)
                {
                    if (addr == null) return;
                    if (g_tlb_defer_depth != 0) { g_tlb_flush_pending = 1; return; }
                    asm_invlpg(addr);
                }
                public static void vm_tlb_defer_begin() { g_tlb_defer_depth++; }
                public static void vm_tlb_defer_end()
                {
                    if (g_tlb_defer_depth == 0) return;
                    g_tlb_defer_depth--;
                    if (g_tlb_defer_depth == 0 && g_tlb_flush_pending != 0) { g_tlb_flush_pending = 0; invalidate_tlb_all(); }
                }
                public static uint frame_alloc()
                {
                    for (uint i = g_next; i < g_frames; i++)
                    {
                        if ((g_bitmap[i / 32] & (1u << (int)(i % 32))) == 0) { g_bitmap[i / 32] |= 1u << (int)(i % 32); g_next = i + 1; return i * PAGE_SIZE; }
                    }
                    return 0;
                }
                public static void frame_free(uint phys) { uint i = phys / PAGE_SIZE; g_bitmap[i / 32] &= ~(1u << (int)(i % 32)); if (i < g_next) g_next = i; }

                static uint* vmm_walk_page_tables(address_space_t* a, uint vaddr, bool create, uint flags)
                {
                    uint* pd = (uint*)vmm_kphys_to_ptr(a->page_dir_phys);
                    uint pd_idx = vaddr >> 22, pt_idx = (vaddr >> 12) & 0x3FF;
                    if ((pd[pd_idx] & PAGE_PRESENT) == 0)
                    {
                        if (!create) return null;
                        uint pt_phys = frame_alloc();
                        if (pt_phys == 0) return null;
                        uint* pt_new = (uint*)vmm_kphys_to_ptr(pt_phys);
                        memset(pt_new, 0, PAGE_SIZE);
                        pd[pd_idx] = pt_phys | PAGE_PRESENT | PAGE_WRITE | (flags & PAGE_USER);
                    }
                    uint* pt = (uint*)vmm_kphys_to_ptr(pd[pd_idx] & PAGE_MASK);
                    return &pt[pt_idx];
                }
                static uint* bad_walk_unzeroed(address_space_t* a, uint vaddr, bool create, uint flags)
                {
                    uint* pd = (uint*)vmm_kphys_to_ptr(a->page_dir_phys);
                    uint pd_idx = vaddr >> 22, pt_idx = (vaddr >> 12) & 0x3FF;
                    if ((pd[pd_idx] & PAGE_PRESENT) == 0)
                    {
                        if (!create) return null;
                        uint pt_phys = frame_alloc();
                        if (pt_phys == 0) return null;
                        pd[pd_idx] = {|KMEM101:pt_phys|} | PAGE_PRESENT | PAGE_WRITE | (flags & PAGE_USER);
                    }
                    uint* pt = (uint*)vmm_kphys_to_ptr(pd[pd_idx] & PAGE_MASK);
                    return &pt[pt_idx];
                }
                static uint* bad_walk_late(address_space_t* a, uint vaddr, bool create, uint flags)
                {
                    uint* pd = (uint*)vmm_kphys_to_ptr(a->page_dir_phys);
                    uint pd_idx = vaddr >> 22, pt_idx = (vaddr >> 12) & 0x3FF;
                    if ((pd[pd_idx] & PAGE_PRESENT) == 0)
                    {
                        uint pt_phys = frame_alloc();
                        if (pt_phys == 0) return null;
                        pd[pd_idx] = {|KMEM101:pt_phys|} | PAGE_PRESENT | PAGE_WRITE | (flags & PAGE_USER);
                        memset(vmm_kphys_to_ptr(pt_phys), 0, PAGE_SIZE);
                    }
                    uint* pt = (uint*)vmm_kphys_to_ptr(pd[pd_idx] & PAGE_MASK);
                    return &pt[pt_idx];
                }
                static uint* bad_walk_entries(address_space_t* a, uint vaddr, uint flags)
                {
                    uint* pd = (uint*)vmm_kphys_to_ptr(a->page_dir_phys);
                    uint pd_idx = vaddr >> 22, pt_idx = (vaddr >> 12) & 0x3FF;
                    if ((pd[pd_idx] & PAGE_PRESENT) == 0)
                    {
                        uint pt_phys = frame_alloc();
                        if (pt_phys == 0) return null;
                        memset(vmm_kphys_to_ptr(pt_phys), 0, 1024);
                        pd[pd_idx] = {|KMEM101:pt_phys|} | PAGE_PRESENT | PAGE_WRITE | (flags & PAGE_USER);
                    }
                    uint* pt = (uint*)vmm_kphys_to_ptr(pd[pd_idx] & PAGE_MASK);
                    return &pt[pt_idx];
                }
                public static int vmm_map_page(address_space_t* a, uint vaddr, uint paddr, uint flags)
                {
                    uint* pte = vmm_walk_page_tables(a, vaddr, true, flags);
                    if (pte == null) return -1;
                    *pte = (paddr & PAGE_MASK) | flags | PAGE_PRESENT;
                    if (a == vmm_current_as) vm_invalidate_page((void*)(nuint)vaddr);
                    return 0;
                }
                public static int bad_map_page(address_space_t* a, uint vaddr, uint paddr, uint flags)
                {
                    uint* pte = vmm_walk_page_tables(a, vaddr, true, flags);
                    if (pte == null) return -1;
                    {|KMEM501:*pte|} = (paddr & PAGE_MASK) | flags | PAGE_PRESENT;
                    return 0;
                }
                public static int vmm_alloc_page(address_space_t* a, uint vaddr, uint flags)
                {
                    uint frame = frame_alloc();
                    if (frame == 0) return -1;
                    if (vmm_map_page(a, vaddr, frame, flags) != 0) { frame_free(frame); return -1; }
                    memset((void*)(nuint)vaddr, 0, PAGE_SIZE);
                    return 0;
                }
                public static void vmm_unmap_page(address_space_t* a, uint vaddr)
                {
                    uint* pte = vmm_walk_page_tables(a, vaddr, false, 0);
                    if (pte == null || (*pte & PAGE_PRESENT) == 0) return;
                    uint frame = *pte & PAGE_MASK;
                    *pte = 0;
                    vm_invalidate_page((void*)(nuint)vaddr);
                    frame_free(frame);
                }
                public static void bad_unmap_page(address_space_t* a, uint vaddr)
                {
                    uint* pte = vmm_walk_page_tables(a, vaddr, false, 0);
                    if (pte == null || (*pte & PAGE_PRESENT) == 0) return;
                    uint frame = *pte & PAGE_MASK;
                    frame_free({|KMEM104:frame|});
                    *pte = 0;
                    vm_invalidate_page((void*)(nuint)vaddr);
                }
                public static void bad_unmap_noflush(address_space_t* a, uint vaddr)
                {
                    uint* pte = vmm_walk_page_tables(a, vaddr, false, 0);
                    if (pte == null || (*pte & PAGE_PRESENT) == 0) return;
                    {|KMEM501:*pte|} = 0;
                }
                public static void vmm_unmap_range(address_space_t* a, uint start, uint end)
                {
                    vm_tlb_defer_begin();
                    for (uint v = start; v < end; v += PAGE_SIZE) vmm_unmap_page(a, v);
                    vm_tlb_defer_end();
                }
                public static void vmm_clear_range(address_space_t* a, uint start, uint end)
                {
                    for (uint v = start; v < end; v += PAGE_SIZE)
                    {
                        uint* pte = vmm_walk_page_tables(a, v, false, 0);
                        if (pte == null) continue;
                        *pte = 0;
                    }
                    invalidate_tlb_all();
                }
                public static void bad_clear_range(address_space_t* a, uint start, uint end)
                {
                    for (uint v = start; v < end; v += PAGE_SIZE)
                    {
                        uint* pte = vmm_walk_page_tables(a, v, false, 0);
                        if (pte == null) return;
                        {|KMEM501:*pte|} = 0;
                    }
                    invalidate_tlb_all();
                }
                public static int create_address_space(address_space_t* a)
                {
                    uint pd_phys = frame_alloc();
                    if (pd_phys == 0) return -1;
                    uint* pd = (uint*)vmm_kphys_to_ptr(pd_phys);
                    memset(pd, 0, PAGE_SIZE);
                    uint* kernel_pd = (uint*)vmm_kphys_to_ptr(vmm_kernel_as.page_dir_phys);
                    for (int i = 768; i < 1024; i++) pd[i] = kernel_pd[i];
                    a->page_dir_phys = pd_phys;
                    return 0;
                }
                public static void copy_on_write(address_space_t* a, uint vaddr)
                {
                    uint* pte = vmm_walk_page_tables(a, vaddr, false, 0);
                    if (pte == null) return;
                    uint old = *pte & PAGE_MASK;
                    uint fresh = frame_alloc();
                    memcpy(vmm_kphys_to_ptr(fresh), vmm_kphys_to_ptr(old), PAGE_SIZE);
                    *pte = fresh | PAGE_PRESENT | PAGE_WRITE | PAGE_USER;
                    vm_invalidate_page((void*)(nuint)vaddr);
                    frame_free(old);
                }
                public static void bad_copy_on_write(address_space_t* a, uint vaddr)
                {
                    uint* pte = vmm_walk_page_tables(a, vaddr, false, 0);
                    if (pte == null) return;
                    uint old = *pte & PAGE_MASK;
                    uint fresh = frame_alloc();
                    memcpy(vmm_kphys_to_ptr(fresh), vmm_kphys_to_ptr(old), PAGE_SIZE);
                    *pte = fresh | PAGE_PRESENT | PAGE_WRITE | PAGE_USER;
                    frame_free({|KMEM104:old|});
                    vm_invalidate_page((void*)(nuint)vaddr);
                }
                public static void fork_readonly(address_space_t* parent, address_space_t* child, uint start, uint end)
                {
                    for (uint v = start; v < end; v += PAGE_SIZE)
                    {
                        uint* src = vmm_walk_page_tables(parent, v, false, 0);
                        if (src == null || (*src & PAGE_PRESENT) == 0) continue;
                        uint* dst = vmm_walk_page_tables(child, v, true, PAGE_USER);
                        *src &= ~PAGE_WRITE;
                        *dst = *src;
                        vm_invalidate_page((void*)(nuint)v);
                    }
                }
            }
        }
        """);
}
