using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Exchanged entries, a shootdown on other processors, and frames that are gathered until it is over.</summary>
public class ShootdownTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Threading;

        namespace Shootdown;

        public static class Lapic
        {
            public static extern void SendIpi(byte vector, uint cpuMask);
            public static extern uint CurrentCpuMask();
        }

        public static unsafe class Cpu
        {
            public static extern void Invlpg(nuint va);
            public static extern ulong GetCr3();
            public static extern void SetCr3(ulong value);
            public static extern void Pause();
        }

        public struct ShootdownRequest
        {
            public nuint Start, End;
            public int Pending;
        }

        public static class Tlb
        {
            private static ShootdownRequest s_request;
            private static int s_cpuCount = 1;

            public static void FlushLocal(nuint start, nuint end)
            {
                if (end - start > 32 * 4096) { Cpu.SetCr3(Cpu.GetCr3()); return; }
                for (nuint va = start; va < end; va += 4096) Cpu.Invlpg(va);
            }

            public static void Shootdown(nuint start, nuint end)
            {
                FlushLocal(start, end);
                if (s_cpuCount == 1) return;
                s_request.Start = start;
                s_request.End = end;
                Volatile.Write(ref s_request.Pending, s_cpuCount - 1);
                Lapic.SendIpi(0xFD, ~Lapic.CurrentCpuMask());
                while (Volatile.Read(ref s_request.Pending) != 0) Cpu.Pause();
            }

            public static void OnIpi()
            {
                FlushLocal(s_request.Start, s_request.End);
                Interlocked.Decrement(ref s_request.Pending);
            }
        }

        public static unsafe class FrameAllocator
        {
            private static ulong s_head;
            public static ulong Alloc() { ulong f = s_head; s_head = *(ulong*)P2V(f); return f; }
            public static void Free(ulong frame) { *(ulong*)P2V(frame) = s_head; s_head = frame; }
            public static void* P2V(ulong frame) => (void*)(frame + 0xFFFF_8880_0000_0000);
        }

        /// <summary>Collects what an unmap takes out and frees it after the shootdown.</summary>
        public unsafe ref struct MmuGather
        {
            private fixed ulong _frames[64];
            private int _count;
            private nuint _start, _end;

            public MmuGather(nuint start) { _start = start; _end = start; _count = 0; }

            public void Remove(ulong* pte, nuint va)
            {
                ulong old = Interlocked.Exchange(ref *pte, 0);
                if ((old & 1) == 0) return;
                _end = va + 4096;
                if (_count == 64) Finish();
                _frames[_count++] = old & 0x000F_FFFF_FFFF_F000;
            }

            public void Finish()
            {
                if (_end > _start) Tlb.Shootdown(_start, _end);
                for (int i = 0; i < _count; i++) FrameAllocator.Free(_frames[i]);
                _count = 0;
                _start = _end;
            }
        }

        public static unsafe class Vm
        {
            private const ulong Present = 1, Write = 2, User = 4, Mask = 0x000F_FFFF_FFFF_F000;

            private static ulong* Walk(ulong root, nuint va, bool allocate)
            {
                ulong* table = (ulong*)FrameAllocator.P2V(root);
                for (int shift = 39; shift > 12; shift -= 9)
                {
                    ulong* slot = table + ((va >> shift) & 0x1FF);
                    if ((*slot & Present) == 0)
                    {
                        if (!allocate) return null;
                        ulong fresh = FrameAllocator.Alloc();
                        new Span<byte>(FrameAllocator.P2V(fresh), 4096).Clear();
                        // Another CPU may have won.
                        if (Interlocked.CompareExchange(ref *slot, fresh | Present | Write | User, 0) != 0)
                            FrameAllocator.Free(fresh);
                    }
                    table = (ulong*)FrameAllocator.P2V(*slot & Mask);
                }
                return table + ((va >> 12) & 0x1FF);
            }

            private static ulong* WalkRacyDirty(ulong root, nuint va)
            {
                ulong* table = (ulong*)FrameAllocator.P2V(root);
                for (int shift = 39; shift > 12; shift -= 9)
                {
                    ulong* slot = table + ((va >> shift) & 0x1FF);
                    if ((*slot & Present) == 0)
                    {
                        ulong fresh = FrameAllocator.Alloc();
                        if (Interlocked.CompareExchange(ref *slot, {|KMEM101:fresh|} | Present | Write | User, 0) == 0)
                            new Span<byte>(FrameAllocator.P2V(fresh), 4096).Clear();
                        else
                            FrameAllocator.Free(fresh);
                    }
                    table = (ulong*)FrameAllocator.P2V(*slot & Mask);
                }
                return table + ((va >> 12) & 0x1FF);
            }

            public static void UnmapRange(ulong root, nuint start, nuint end)
            {
                MmuGather gather = new(start);
                for (nuint va = start; va < end; va += 4096)
                {
                    ulong* pte = Walk(root, va, allocate: false);
                    if (pte != null) gather.Remove(pte, va);
                }
                gather.Finish();
            }

            public static void UnmapOne(ulong root, nuint va)
            {
                ulong* pte = Walk(root, va, allocate: false);
                if (pte == null) return;
                ulong old = Interlocked.Exchange(ref *pte, 0);
                if ((old & Present) == 0) return;
                Tlb.Shootdown(va, va + 4096);
                FrameAllocator.Free(old & Mask);
            }

            public static void UnmapOneLocalFreeFirst(ulong root, nuint va)
            {
                ulong* pte = Walk(root, va, allocate: false);
                if (pte == null) return;
                ulong old = Interlocked.Exchange(ref *pte, 0);
                if ((old & Present) == 0) return;
                FrameAllocator.Free({|KMEM104:old & Mask|});
                Tlb.Shootdown(va, va + 4096);
            }

            public static void UnmapOneNever(ulong root, nuint va)
            {
                ulong* pte = Walk(root, va, allocate: false);
                if (pte == null) return;
                {|KMEM501:Interlocked.Exchange(ref *pte, 0)|};
            }

            public static void ProtectRange(ulong root, nuint start, nuint end)
            {
                bool changed = false;
                for (nuint va = start; va < end; va += 4096)
                {
                    ulong* pte = Walk(root, va, allocate: false);
                    if (pte == null || (*pte & Present) == 0) continue;
                    Interlocked.And(ref *pte, ~Write);
                    changed = true;
                }
                if (changed) Tlb.Shootdown(start, end);
            }

            public static void ProtectRangeFlushesEmpty(ulong root, nuint start, nuint end)
            {
                for (nuint va = start; va < end; va += 4096)
                {
                    ulong* pte = Walk(root, va, allocate: false);
                    if (pte == null || (*pte & Present) == 0) return;
                    {|KMEM501:Interlocked.And(ref *pte, ~Write)|};
                }
                Tlb.Shootdown(start, end);
            }

            public static bool MapAnonymous(ulong root, nuint va)
            {
                ulong* pte = Walk(root, va, allocate: true);
                ulong frame = FrameAllocator.Alloc();
                new Span<byte>(FrameAllocator.P2V(frame), 4096).Clear();
                if (Interlocked.CompareExchange(ref *pte, frame | Present | Write | User, 0) == 0) return true;
                FrameAllocator.Free(frame);
                return false;
            }

            public static bool MapAnonymousDirty(ulong root, nuint va)
            {
                ulong* pte = Walk(root, va, allocate: true);
                ulong frame = FrameAllocator.Alloc();
                if (Interlocked.CompareExchange(ref *pte, {|KMEM103:frame|} | Present | Write | User, 0) == 0) return true;
                FrameAllocator.Free(frame);
                return false;
            }
        }
        """);
}
