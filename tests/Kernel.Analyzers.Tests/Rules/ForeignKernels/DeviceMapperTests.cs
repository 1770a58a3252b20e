using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>A mapper of devices into the boot loader's tables: named flags, early returns, a large page that is split.</summary>
public class DeviceMapperTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        namespace Cosmos.Kernel.Core
        {
            public enum PageType { Unmanaged, PageDirectory }
            public static unsafe class PageAllocator
            {
                static byte* s_ram; static ulong s_next;
                public static void* AllocPages(PageType type, ulong count, bool zero = false)
                {
                    byte* result = s_ram + s_next * 4096;
                    s_next += count;
                    if (zero)
                    {
                        new Span<byte>(result, (int)(count * 4096)).Clear();
                    }
                    return result;
                }
                public static ulong VirtualToPhysical(ulong v) => v - Limine.Offset;
                public static void Free(void* page) { }
            }
            public static class Limine { public static ulong Offset; }
            public static class Serial { public static void WriteString(string s) { } }
            public static class X64CpuNative { public static extern ulong ReadCr3(); public static extern void WriteCr3(ulong v); public static extern void InvalidatePage(ulong v); public static extern void MemSet(nint p, int v, nint n); }

            public static unsafe class DeviceMapper
            {
                const ulong FlagPresent = 1UL << 0, FlagWritable = 1UL << 1, FlagWriteThrough = 1UL << 3, FlagCacheDisable = 1UL << 4, FlagPageSize = 1UL << 7, FlagNoExecute = 1UL << 63;
                const ulong AddrMask = 0x000F_FFFF_FFFF_F000; const int TableEntries = 512; const ulong LargePageSize = 0x200000;

                public static bool MapBlock(ulong phys, ulong virt, ulong hhdm, bool recache)
                {
                    ulong* pml4 = (ulong*)((X64CpuNative.ReadCr3() & AddrMask) + hhdm);
                    ulong* pdpt = GetOrCreateTable(pml4, (int)((virt >> 39) & 0x1FF), hhdm);
                    if (pdpt == null) return false;
                    int pdptIndex = (int)((virt >> 30) & 0x1FF);
                    ulong pdptEntry = pdpt[pdptIndex];
                    if ((pdptEntry & FlagPresent) != 0 && (pdptEntry & FlagPageSize) != 0)
                    {
                        if (!recache) return true;
                        if (!SplitHugePage(pdpt, pdptIndex, virt)) return false;
                    }
                    ulong* pd = GetOrCreateTable(pdpt, pdptIndex, hhdm);
                    if (pd == null) return false;
                    int pdIndex = (int)((virt >> 21) & 0x1FF);
                    ulong pdEntry = pd[pdIndex];
                    if ((pdEntry & FlagPresent) != 0)
                    {
                        if (recache)
                        {
                            pd[pdIndex] = (pdEntry & ~FlagCacheDisable) | FlagWriteThrough;
                            X64CpuNative.InvalidatePage(virt);
                        }
                        return true;
                    }
                    pd[pdIndex] = phys | FlagPresent | FlagWritable | (recache ? FlagWriteThrough : FlagCacheDisable | FlagWriteThrough) | FlagPageSize | FlagNoExecute;
                    X64CpuNative.InvalidatePage(virt);
                    return true;
                }
                private static ulong* GetOrCreateTable(ulong* parent, int index, ulong hhdm)
                {
                    ulong entry = parent[index];
                    if ((entry & FlagPresent) != 0)
                    {
                        if ((entry & FlagPageSize) != 0) return null;
                        return (ulong*)((entry & AddrMask) + hhdm);
                    }
                    void* page = PageAllocator.AllocPages(PageType.PageDirectory, 1, zero: true);
                    if (page == null)
                    {
                        Serial.WriteString("[DeviceMapper] ERROR: page-table allocation failed\n");
                        return null;
                    }
                    ulong tablePhys = PageAllocator.VirtualToPhysical((ulong)page);
                    parent[index] = tablePhys | FlagPresent | FlagWritable;
                    return (ulong*)page;
                }
                private static bool SplitHugePage(ulong* pdpt, int index, ulong virt)
                {
                    void* page = PageAllocator.AllocPages(PageType.PageDirectory, 1);
                    if (page == null) return false;
                    ulong entry = pdpt[index];
                    ulong phys = entry & AddrMask;
                    ulong flags = entry & ~AddrMask;
                    ulong* pd = (ulong*)page;
                    for (int i = 0; i < TableEntries; i++)
                    {
                        pd[i] = (phys + (ulong)i * LargePageSize) | flags;
                    }
                    pdpt[index] = PageAllocator.VirtualToPhysical((ulong)page) | FlagPresent | FlagWritable;
                    X64CpuNative.InvalidatePage(virt);
                    return true;
                }
                private static void FillTable(ulong* table, ulong phys, ulong virt, bool recache)
                {
                    for (int i = 0; i < TableEntries; i++)
                    {
                        ulong offset = (ulong)i * 4096;
                        if ((table[i] & FlagPresent) != 0)
                        {
                            if (recache)
                            {
                                table[i] = (table[i] & ~FlagCacheDisable) | FlagWriteThrough;
                                X64CpuNative.InvalidatePage(virt + offset);
                            }
                            continue;
                        }
                        table[i] = (phys + offset) | FlagPresent | FlagWritable;
                        X64CpuNative.InvalidatePage(virt + offset);
                    }
                }
            }
            public static unsafe class DeviceMapperBad
            {
                const ulong FlagPresent = 1UL << 0, FlagWritable = 1UL << 1, FlagWriteThrough = 1UL << 3, FlagCacheDisable = 1UL << 4, FlagPageSize = 1UL << 7;
                const ulong AddrMask = 0x000F_FFFF_FFFF_F000; const int TableEntries = 512; const ulong LargePageSize = 0x200000;
                private static ulong* GetOrCreateTable(ulong* parent, int index, ulong hhdm)
                {
                    ulong entry = parent[index];
                    if ((entry & FlagPresent) != 0)
                    {
                        if ((entry & FlagPageSize) != 0) return null;
                        return (ulong*)((entry & AddrMask) + hhdm);
                    }
                    void* page = PageAllocator.AllocPages(PageType.PageDirectory, 1);
                    if (page == null) return null;
                    ulong tablePhys = PageAllocator.VirtualToPhysical((ulong)page);
                    parent[index] = {|KMEM101:tablePhys|} | FlagPresent | FlagWritable;
                    return (ulong*)page;
                }
                private static ulong* GetOrCreateZeroFalse(ulong* parent, int index, ulong hhdm)
                {
                    if ((parent[index] & FlagPresent) == 0)
                    {
                        void* page = PageAllocator.AllocPages(PageType.PageDirectory, 1, zero: false);
                        parent[index] = PageAllocator.VirtualToPhysical((ulong){|KMEM101:page|}) | FlagPresent | FlagWritable;
                    }
                    return (ulong*)((parent[index] & AddrMask) + hhdm);
                }
                private static bool SplitHalf(ulong* pdpt, int index, ulong virt)
                {
                    void* page = PageAllocator.AllocPages(PageType.PageDirectory, 1);
                    if (page == null) return false;
                    ulong entry = pdpt[index];
                    ulong* pd = (ulong*)page;
                    for (int i = 0; i < TableEntries / 2; i++)
                    {
                        pd[i] = ((entry & AddrMask) + (ulong)i * LargePageSize) | (entry & ~AddrMask);
                    }
                    pdpt[index] = PageAllocator.VirtualToPhysical((ulong){|KMEM101:page|}) | FlagPresent | FlagWritable;
                    X64CpuNative.InvalidatePage(virt);
                    return true;
                }
                private static bool SplitNoFlush(ulong* pdpt, int index, ulong virt)
                {
                    void* page = PageAllocator.AllocPages(PageType.PageDirectory, 1, zero: true);
                    if (page == null) return false;
                    ulong entry = pdpt[index];
                    ulong* pd = (ulong*)page;
                    for (int i = 0; i < TableEntries; i++)
                    {
                        pd[i] = ((entry & AddrMask) + (ulong)i * LargePageSize) | (entry & ~AddrMask);
                    }
                    {|KMEM501:pdpt[index]|} = PageAllocator.VirtualToPhysical((ulong)page) | FlagPresent | FlagWritable;
                    return true;
                }
                private static void FillTable(ulong* table, ulong phys, ulong virt, bool recache)
                {
                    for (int i = 0; i < TableEntries; i++)
                    {
                        ulong offset = (ulong)i * 4096;
                        if ((table[i] & FlagPresent) != 0)
                        {
                            if (recache)
                            {
                                {|KMEM501:table[i]|} = (table[i] & ~FlagCacheDisable) | FlagWriteThrough;
                            }
                            continue;
                        }
                        table[i] = (phys + offset) | FlagPresent | FlagWritable;
                        X64CpuNative.InvalidatePage(virt + offset);
                    }
                }
                public static void Recache(ulong* pd, int pdIndex, ulong virt, bool recache)
                {
                    ulong pdEntry = pd[pdIndex];
                    if ((pdEntry & FlagPresent) != 0)
                    {
                        {|KMEM501:pd[pdIndex]|} = (pdEntry & ~FlagCacheDisable) | FlagWriteThrough;
                        if (!recache) return;
                        X64CpuNative.InvalidatePage(virt);
                    }
                }
            }
        }
        """);
}
