using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Flags that ask for zeros, frames for devices and slabs, and a helper that takes an entry apart.</summary>
public class BuddyFlagsTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Collections.Generic;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;

        namespace Buddy;

        public enum AllocFlags { None = 0, Zero = 1, Dma32 = 2 }

        public unsafe struct FreeBlock { public FreeBlock* Next; public FreeBlock* Prev; }

        public static unsafe class BuddyAllocator
        {
            const int MaxOrder = 10;
            static FreeBlock** s_lists;
            public static ulong PhysToVirt;

            public static ulong AllocPages(int order, AllocFlags flags)
            {
                for (int o = order; o <= MaxOrder; o++)
                {
                    FreeBlock* b = s_lists[o];
                    if (b == null) continue;
                    s_lists[o] = b->Next;
                    while (o > order)
                    {
                        o--;
                        FreeBlock* upper = (FreeBlock*)((byte*)b + (4096UL << o));
                        upper->Next = s_lists[o];
                        s_lists[o] = upper;
                    }
                    if ((flags & AllocFlags.Zero) != 0)
                        NativeMemory.Clear(b, (nuint)4096 << order);
                    return (ulong)b - PhysToVirt;
                }
                return 0;
            }

            public static void FreePages(ulong phys, int order)
            {
                FreeBlock* b = (FreeBlock*)(phys + PhysToVirt);
                b->Next = s_lists[order];
                b->Prev = null;
                s_lists[order] = b;
            }
        }

        public unsafe struct SlabHeader { public SlabHeader* NextSlab; public ushort Free; public ushort ObjectSize; public void* FirstFree; }

        public sealed unsafe class SlabCache
        {
            SlabHeader* _partial;
            readonly ushort _size;
            public SlabCache(ushort size) => _size = size;

            SlabHeader* Grow()
            {
                ulong page = BuddyAllocator.AllocPages(0, AllocFlags.None);
                SlabHeader* slab = (SlabHeader*)(page + BuddyAllocator.PhysToVirt);
                slab->NextSlab = _partial;
                slab->ObjectSize = _size;
                slab->Free = (ushort)((4096 - sizeof(SlabHeader)) / _size);
                slab->FirstFree = null;
                byte* p = (byte*)(slab + 1);
                for (int i = 0; i < slab->Free; i++, p += _size)
                {
                    *(void**)p = slab->FirstFree;
                    slab->FirstFree = p;
                }
                _partial = slab;
                return slab;
            }

            public void* Allocate()
            {
                SlabHeader* s = _partial;
                if (s == null || s->FirstFree == null) s = Grow();
                void* o = s->FirstFree;
                s->FirstFree = *(void**)o;
                s->Free--;
                return o;
            }

            public void Shrink()
            {
                SlabHeader* s = _partial;
                if (s == null) return;
                _partial = s->NextSlab;
                BuddyAllocator.FreePages((ulong)s - BuddyAllocator.PhysToVirt, 0);
            }
        }

        [StructLayout(LayoutKind.Sequential)]
        public struct DmaDescriptor { public ulong Address; public uint Length; public uint Flags; }

        public sealed unsafe class NicDriver
        {
            DmaDescriptor* _ring;
            readonly ulong[] _buffers = new ulong[256];

            public void Start()
            {
                ulong ring = BuddyAllocator.AllocPages(0, AllocFlags.Zero | AllocFlags.Dma32);
                _ring = (DmaDescriptor*)(ring + BuddyAllocator.PhysToVirt);
                for (int i = 0; i < 256; i++)
                {
                    // The device overwrites the buffer; it need not be zeroed.
                    ulong buffer = BuddyAllocator.AllocPages(0, AllocFlags.None);
                    _buffers[i] = buffer;
                    _ring[i].Address = buffer;
                    _ring[i].Length = 2048;
                    _ring[i].Flags = 1;
                }
            }

            public void Stop()
            {
                for (int i = 0; i < 256; i++)
                {
                    _ring[i].Address = 0;
                    BuddyAllocator.FreePages(_buffers[i], 0);
                    _buffers[i] = 0;
                }
            }
        }

        public static unsafe class KernelMap
        {
            [DllImport("*")] static extern void invlpg(ulong va);
            [DllImport("*")] static extern void flush_tlb_all();
            const ulong P = 1, W = 2, U = 4, CD = 0x10, Mask = 0x000F_FFFF_FFFF_F000;
            static ulong* s_pml4;

            static ulong* ToTable(ulong entry) => (ulong*)((entry & Mask) + BuddyAllocator.PhysToVirt);

            static ulong* Next(ulong* table, ulong index)
            {
                if ((table[index] & P) == 0)
                    table[index] = BuddyAllocator.AllocPages(0, AllocFlags.Zero) | P | W;
                return ToTable(table[index]);
            }

            static ulong* NextNotZeroed(ulong* table, ulong index)
            {
                if ((table[index] & P) == 0)
                    table[index] = {|KMEM101:BuddyAllocator.AllocPages(0, AllocFlags.None) | P | W|};
                return ToTable(table[index]);
            }

            static ulong* NextDmaOnly(ulong* table, ulong index)
            {
                if ((table[index] & P) == 0)
                    table[index] = {|KMEM101:BuddyAllocator.AllocPages(0, AllocFlags.Dma32) | P | W|};
                return ToTable(table[index]);
            }

            static ulong* Pte(ulong va)
            {
                ulong* t = Next(s_pml4, (va >> 39) & 511);
                t = Next(t, (va >> 30) & 511);
                t = Next(t, (va >> 21) & 511);
                return t + ((va >> 12) & 511);
            }

            // Kernel mappings of dirty frames are fine: vmalloc.
            public static bool VMalloc(ulong va, int pages)
            {
                for (int i = 0; i < pages; i++)
                {
                    ulong frame = BuddyAllocator.AllocPages(0, AllocFlags.None);
                    if (frame == 0) return false;
                    *Pte(va + (ulong)i * 4096) = frame | P | W;
                }
                return true;
            }

            public static void VFree(ulong va, int pages)
            {
                List<ulong> frames = new(pages);
                for (int i = 0; i < pages; i++)
                {
                    ulong* pte = Pte(va + (ulong)i * 4096);
                    frames.Add(*pte & Mask);
                    *pte = 0;
                }
                flush_tlb_all();
                foreach (ulong f in frames) BuddyAllocator.FreePages(f, 0);
            }

            public static void VFreeInLoop(ulong va, int pages)
            {
                for (int i = 0; i < pages; i++)
                {
                    ulong* pte = Pte(va + (ulong)i * 4096);
                    ulong frame = *pte & Mask;
                    *pte = 0;
                    BuddyAllocator.FreePages({|KMEM104:frame|}, 0);
                }
                flush_tlb_all();
            }

            public static void MapDmaForUser(ulong va)
            {
                ulong frame = BuddyAllocator.AllocPages(0, AllocFlags.Dma32 | AllocFlags.Zero);
                *Pte(va) = frame | P | W | U | CD;
            }

            public static void MapDmaForUserDirty(ulong va)
            {
                ulong frame = BuddyAllocator.AllocPages(0, AllocFlags.Dma32);
                *Pte(va) = {|KMEM103:frame|} | P | W | U | CD;
            }

            // Four pages, only the first is scrubbed.
            public static void MapFourForUser(ulong va)
            {
                ulong frames = BuddyAllocator.AllocPages(2, AllocFlags.None);
                NativeMemory.Clear((void*)(frames + BuddyAllocator.PhysToVirt), 4 * 4096);
                for (ulong i = 0; i < 4; i++) *Pte(va + i * 4096) = (frames + i * 4096) | P | W | U;
            }
        }
        """);
}
