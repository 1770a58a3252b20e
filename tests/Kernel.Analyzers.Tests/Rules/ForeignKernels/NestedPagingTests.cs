using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>A hypervisor's second level of tables: entries with a bit for each right, invalidated by context.</summary>
public class NestedPagingTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Runtime.InteropServices;
        namespace Hypervisor
        {
            public struct EptEntry
            {
                public ulong Value;
                public bool Read { readonly get => (Value & 1) != 0; set => Value = value ? Value | 1 : Value & ~1UL; }
                public bool Write { readonly get => (Value & 2) != 0; set => Value = value ? Value | 2 : Value & ~2UL; }
                public bool Execute { readonly get => (Value & 4) != 0; set => Value = value ? Value | 4 : Value & ~4UL; }
                public bool LargePage { readonly get => (Value & 0x80) != 0; set => Value = value ? Value | 0x80 : Value & ~0x80UL; }
                public ulong PageFrameNumber { readonly get => (Value >> 12) & 0xFFFFFFFFF; set => Value = (Value & ~0x000FFFFFFFFFF000UL) | (value << 12); }
                public readonly bool IsPresent => (Value & 7) != 0;
            }
            public static unsafe class HostMemory
            {
                public static extern void* AllocateContiguousPage();
                public static extern void FreeContiguousPage(void* p);
                public static extern ulong PhysicalOf(void* p);
                public static extern void* VirtualOf(ulong pa);
                public static extern void RtlZeroMemory(void* p, nuint length);
            }
            public static unsafe class Vmx { public static extern void InvEptSingleContext(ulong eptp); public static extern void InvEptAll(); }
            public sealed unsafe class EptBuilder
            {
                EptEntry* _pml4; ulong _eptp;
                EptEntry* NextLevel(EptEntry* table, int index)
                {
                    if (!table[index].IsPresent)
                    {
                        void* page = HostMemory.AllocateContiguousPage();
                        if (page == null) return null;
                        HostMemory.RtlZeroMemory(page, 4096);
                        EptEntry entry = default;
                        entry.PageFrameNumber = HostMemory.PhysicalOf(page) >> 12;
                        entry.Read = entry.Write = entry.Execute = true;
                        table[index] = entry;
                    }
                    return (EptEntry*)HostMemory.VirtualOf(table[index].PageFrameNumber << 12);
                }
                EptEntry* NextLevelBad(EptEntry* table, int index)
                {
                    if (!table[index].IsPresent)
                    {
                        void* page = HostMemory.AllocateContiguousPage();
                        if (page == null) return null;
                        table[index].Value = HostMemory.PhysicalOf({|KMEM101:page|}) | 7;
                    }
                    return (EptEntry*)HostMemory.VirtualOf(table[index].PageFrameNumber << 12);
                }
                EptEntry* NextLevelBad2(EptEntry* table, int index)
                {
                    if (!table[index].IsPresent)
                    {
                        void* page = HostMemory.AllocateContiguousPage();
                        if (page == null) return null;
                        table[index] = {|KMEM101:new EptEntry { Value = HostMemory.PhysicalOf(page) | 7 }|};
                    }
                    return (EptEntry*)HostMemory.VirtualOf(table[index].PageFrameNumber << 12);
                }
                public void Build(ulong end)
                {
                    _pml4 = (EptEntry*)HostMemory.AllocateContiguousPage();
                    HostMemory.RtlZeroMemory(_pml4, 4096);
                    for (ulong pa = 0; pa < end; pa += 0x200000)
                    {
                        EptEntry* pdpt = NextLevel(_pml4, (int)(pa >> 39) & 511);
                        EptEntry* pd = NextLevel(pdpt, (int)(pa >> 30) & 511);
                        pd[(pa >> 21) & 511].Value = pa | 0x87;
                    }
                }
                EptEntry* Find(ulong gpa)
                {
                    EptEntry* pdpt = NextLevel(_pml4, (int)(gpa >> 39) & 511);
                    EptEntry* pd = NextLevel(pdpt, (int)(gpa >> 30) & 511);
                    return &pd[(gpa >> 21) & 511];
                }
                public void Hook(ulong gpa)
                {
                    EptEntry* entry = Find(gpa);
                    entry->Execute = false;
                    Vmx.InvEptSingleContext(_eptp);
                }
                public void HookBad(ulong gpa)
                {
                    EptEntry* entry = Find(gpa);
                    {|KMEM501:entry->Execute|} = false;
                }
                public void SplitLarge(ulong gpa)
                {
                    EptEntry* entry = Find(gpa);
                    EptEntry* pt = (EptEntry*)HostMemory.AllocateContiguousPage();
                    ulong first = entry->PageFrameNumber;
                    for (int i = 0; i < 512; i++)
                    {
                        pt[i].Value = ((first + (ulong)i) << 12) | 7;
                    }
                    EptEntry pointer = default;
                    pointer.Value = HostMemory.PhysicalOf(pt) | 7;
                    *entry = pointer;
                    Vmx.InvEptAll();
                }
                public void SplitLargeBad(ulong gpa)
                {
                    EptEntry* entry = Find(gpa);
                    EptEntry* pt = (EptEntry*)HostMemory.AllocateContiguousPage();
                    ulong first = entry->PageFrameNumber;
                    for (int i = 0; i < 512; i++)
                    {
                        pt[i].Value = ((first + (ulong)i) << 12) | 7;
                    }
                    {|KMEM501:entry->Value|} = HostMemory.PhysicalOf(pt) | 7;
                }
            }
        }
        """);
}
