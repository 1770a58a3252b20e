using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>KMEM501 and KMEM104 without contracts: the ways in which kernels make processors forget, and the ways in which that goes wrong.</summary>
public class FlushWaysTests
{
    private static Task Verify(string members) => ForeignKernel.Verify($$"""
        using System;
        using System.Collections.Generic;
        using System.Runtime.InteropServices;

        static unsafe class Asm { [DllImport("*")] public static extern void invlpg(nuint va); [DllImport("*")] public static extern nuint rdcr3(); [DllImport("*")] public static extern void wrcr3(nuint v); [DllImport("*")] public static extern void invpcid(ulong type, ulong pcid, ulong va); [DllImport("*")] public static extern void asm_tlb_flush_local(); [DllImport("*")] public static extern void pause(); }
        static class Pmm { public static extern ulong Alloc(); public static extern void Free(ulong f); }
        sealed unsafe class Space { public ulong* Root; public ulong Cr3; public int Pcid; public bool Loaded; }
        static unsafe class Paging
        {
            const ulong P = 1, W = 2, U = 4, NX = 1UL << 63, Mask = 0x000FFFFFFFFFF000;
            static bool s_pcid; static Space s_current; static ulong Hhdm;
            public static delegate* unmanaged<nuint, void> FlushPage;
            static readonly Queue<ulong> s_deferredFlushes = new();
            static ulong* Walk(Space s, ulong va, bool create)
            {
                ulong* t = s.Root;
                for (int level = 4; level > 1; level--)
                {
                    ulong* e = &t[(va >> (12 + 9 * (level - 1))) & 511];
                    if ((*e & P) == 0)
                    {
                        if (!create) return null;
                        ulong f = Pmm.Alloc();
                        ulong* n = (ulong*)(f + Hhdm);
                        new Span<ulong>(n, 512).Clear();
                        *e = f | P | W | U;
                    }
                    t = (ulong*)((*e & Mask) + Hhdm);
                }
                return &t[(va >> 12) & 511];
            }

            static void Check(ulong va)
            {
                if (va == 0) throw new Exception();
            }

            static void FlushRange(ulong va, ulong n) { if (n > 32) { Asm.wrcr3(Asm.rdcr3()); return; } for (ulong i = 0; i < n; i++) Asm.invlpg((nuint)(va + i * 4096)); }

        {{members}}
        }
        """);

    [Fact]
    public Task Flushes_of_every_kind_are_understood() => Verify("""
            public static void ClearThenFlush(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                if (e == null) return;
                *e = 0;
                Asm.invlpg((nuint)va);
            }

            public static void ReloadTheRoot(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                if (e == null) return;
                *e &= ~W;
                Asm.wrcr3(Asm.rdcr3());
            }

            public static void FillAnAbsentEntry(Space s, ulong va, ulong pa)
            {
                ulong* e = Walk(s, va, true);
                if ((*e & P) != 0) throw new Exception();
                *e = pa | P;
            }

            public static void FlushARangeAfterwards(Space s, ulong va, ulong n)
            {
                for (ulong i = 0; i < n; i++) { ulong* e = Walk(s, va + i * 4096, false); if (e != null) *e = 0; }
                FlushRange(va, n);
            }

            public static void FlushByFunctionPointer(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                *e = 0;
                FlushPage((nuint)va);
            }

            public static void NoteForLater(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                *e = 0;
                s_deferredFlushes.Enqueue(va);
            }

            public static void FlushIfLoaded(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                *e = 0;
                if (s == s_current) Asm.invlpg((nuint)va);
            }

            public static void FlushWithOrWithoutTags(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                *e = 0;
                if (s_pcid) Asm.invpcid(0, (ulong)s.Pcid, va);
                else Asm.invlpg((nuint)va);
            }

            public static bool FlushInAssembly(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                if (e == null || (*e & P) == 0) return false;
                *e = 0;
                Asm.asm_tlb_flush_local();
                return true;
            }

            public static void FlushIfChanged(Space s, ulong va)
            {
                bool changed = false;
                for (int i = 0; i < 8; i++) { ulong* e = Walk(s, va + (ulong)i * 4096, false); if (e == null || *e == 0) continue; *e = 0; changed = true; }
                if (changed) Asm.wrcr3(Asm.rdcr3());
            }

            public static void FlushInFinally(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                try { *e = 0; } finally { Asm.invlpg((nuint)va); }
            }

            public static ulong ExchangeThenFlush(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                ulong old = System.Threading.Interlocked.Exchange(ref *e, 0);
                Asm.invlpg((nuint)va);
                return old & Mask;
            }

            public static void ShareForCopyOnWrite(Space parent, Space child, ulong va)
            {
                ulong* a = Walk(parent, va, false);
                ulong* b = Walk(child, va, true);
                if (*b != 0) return;
                *a &= ~W;
                *b = *a;
                Asm.invlpg((nuint)va);
            }
        """);

    [Fact]
    public Task Missing_early_late_and_misdirected_flushes_are_found() => Verify("""
            public static void ClearAndForget(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                if (e == null) return;
                {|KMEM501:*e|} = 0;
            }

            public static void LeaveWithTags(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                {|KMEM501:*e|} = 0;
                if (s_pcid) return;
                Asm.wrcr3(Asm.rdcr3());
            }

            public static void FlushAnother(Space s, ulong va, ulong other)
            {
                ulong* e = Walk(s, va, false);
                {|KMEM501:*e|} = 0;
                Asm.invlpg((nuint)other);
            }

            public static void FlushFirst(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                Asm.invlpg((nuint)va);
                {|KMEM501:*e|} = 0;
            }

            public static void FlushAllButTheFirst(Space s, ulong va, ulong n)
            {
                for (ulong i = 0; i < n; i++)
                {
                    ulong* e = Walk(s, va + i * 4096, false);
                    if (e != null) {|KMEM501:*e|} = 0;
                }

                for (ulong i = 1; i < n; i++) Asm.invlpg((nuint)(va + i * 4096));
            }

            public static bool LeaveEarly(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                if (e == null) return false;
                ulong f = *e & Mask;
                {|KMEM501:*e|} = 0;
                if (f == 0) return false;
                Asm.invlpg((nuint)va);
                return true;
            }

            public static void FreeBeforeFlush(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                ulong f = *e & Mask;
                *e = 0;
                Pmm.Free({|KMEM104:f|});
                Asm.invlpg((nuint)va);
            }

            public static void ForbidExecution(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                {|KMEM501:*e|} |= NX;
            }

            public static ulong ExchangeAndForget(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                return {|KMEM501:System.Threading.Interlocked.Exchange(ref *e, 0)|} & Mask;
            }

            public static void LeaveByException(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                try { {|KMEM501:*e|} = 0; Check(va); Asm.invlpg((nuint)va); } catch (Exception) { Asm.pause(); }
            }

            public static void ForgetInOneCase(Space s, ulong va)
            {
                switch (va & 3) { case 0: { ulong* e = Walk(s, va, false); *e = 0; Asm.invlpg((nuint)va); break; } case 1: { ulong* e = Walk(s, va, false); {|KMEM501:*e|} = 0; break; } default: break; }
            }

            public static void FreeBeforeClear(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                ulong f = *e & Mask;
                Pmm.Free({|KMEM104:f|});
                *e = 0;
                Asm.invlpg((nuint)va);
            }

            public static void ClearInATuple(Space s, ulong va)
            {
                ulong* e = Walk(s, va, false);
                ({|KMEM501:*e|}, ulong old) = (0UL, *e);
            }
        """);
}
