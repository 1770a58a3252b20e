using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>KMEM101 without contracts: the ways in which kernels zero a table before they link it, and the ways in which that goes wrong.</summary>
public class FillWaysTests
{
    private static Task Verify(string allocation, string frame) => ForeignKernel.Verify($$"""
        using System;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using System.Runtime.Intrinsics;

        static unsafe class Cpu
        {
            public static extern void Invlpg(ulong address);
            public static extern void RepStosq(void* p, ulong value, ulong count);
        }

        static class Pmm
        {
            public static extern ulong AllocFrame();
        }

        static unsafe class Paging
        {
            private const ulong Present = 1, Writable = 2, Mask = 0x000FFFFFFFFFF000;
            private static ulong Hhdm;
            private static delegate*<ulong*, void> s_zero;
            private static ulong[] s_pool;
            private static int s_count;

            private static ulong* Virt(ulong phys) => (ulong*)(phys + Hhdm);

            private static ulong PopZeroed() => s_pool[--s_count];

            private static void ZeroFrame(ulong phys, ulong offset) => NativeMemory.Clear((void*)(phys + offset), 4096);

            private static bool TryClear(ulong* p)
            {
                if (p == null) return false;
                for (int k = 0; k < 512; k++) p[k] = 0;
                return true;
            }

            private static void Clean(ulong frame, bool zero)
            {
                if (zero) NativeMemory.Clear(Virt(frame), 4096);
            }

            public static ulong* Next(ulong* t, int i, bool zero)
            {
                if ((t[i] & Present) == 0)
                {
                    {{allocation}}
                    t[i] = {{frame}} | Present | Writable;
                }

                return Virt(t[i] & Mask);
            }
        }
        """);

    [Theory]
    [InlineData("ulong f = Pmm.AllocFrame(); ulong* p = Virt(f); p[0] = 0; for (int k = 1; k < 512; k++) p[k] = 0;")]
    [InlineData("ulong f = Pmm.AllocFrame(); Unsafe.InitBlock(Virt(f), 0, 4096);")]
    [InlineData("ulong f = Pmm.AllocFrame(); NativeMemory.Clear(Virt(f), 512 * sizeof(ulong));")]
    [InlineData("ulong f = Pmm.AllocFrame(); Buffer.MemoryCopy(t, Virt(f), 4096, 4096);")]
    [InlineData("ulong f = Pmm.AllocFrame(); byte* b = (byte*)Virt(f); for (int k = 0; k < 4096; k += 16) Vector128.Store(Vector128<byte>.Zero, b + k);")]
    [InlineData("ulong f = Pmm.AllocFrame(); byte* b = (byte*)Virt(f); for (int k = 0; k < 4096; k += 32) *(Vector256<byte>*)(b + k) = Vector256<byte>.Zero;")]
    [InlineData("ulong f = Pmm.AllocFrame(); ulong* p = Virt(f); for (int k = 0; k < 512; k += 4) { p[k] = 0; p[k + 1] = 0; p[k + 2] = 0; p[k + 3] = 0; }")]
    [InlineData("ulong f = Pmm.AllocFrame(); ulong* p = Virt(f); int n = 512; do { p[--n] = 0; } while (n > 0);")]
    [InlineData("ulong f = Pmm.AllocFrame(); for (ulong* p = Virt(f), end = p + 512; p < end; p++) *p = 0;")]
    [InlineData("ulong f = Pmm.AllocFrame(); s_zero(Virt(f));")]
    [InlineData("ulong f = PopZeroed();")]
    [InlineData("ulong f = Pmm.AllocFrame(); Cpu.RepStosq(Virt(f), 0, 512);")]
    [InlineData("ulong f = Pmm.AllocFrame(); ulong* p = Virt(f); while (true) { for (int k = 0; k < 512; k++) p[k] = 0; break; }")]
    [InlineData("ulong f = Pmm.AllocFrame(); foreach (ref ulong e in new Span<ulong>(Virt(f), 512)) e = 0;")]
    [InlineData("ulong f = Pmm.AllocFrame(); new Span<byte>(Virt(f), 4096).Fill(0);")]
    [InlineData("ulong f = Pmm.AllocFrame(); ulong* p = Virt(f); for (int k = 0; k < 256; k++) p[k] = 0; for (int k = 256; k < 512; k++) p[k] = t[k];")]
    [InlineData("ulong f = Pmm.AllocFrame(); ZeroFrame(f, Hhdm);")]
    [InlineData("ulong f = Pmm.AllocFrame(); if (!TryClear(Virt(f))) return null;")]
    [InlineData("ulong f = Pmm.AllocFrame(); ulong* p = Virt(f); for (int k = 511; k >= 0; k--) p[k] = 0;")]
    [InlineData("ulong f = Pmm.AllocFrame(); Clean(f, true);")]
    public Task A_table_that_is_zeroed_or_overwritten_is_right(string allocation) => Verify(allocation, "f");

    [Theory]
    [InlineData("ulong f = Pmm.AllocFrame(); ulong* p = Virt(f); for (int k = 1; k < 512; k++) p[k] = 0;")]
    [InlineData("ulong f = Pmm.AllocFrame(); Unsafe.InitBlock(Virt(f), 0, 4095);")]
    [InlineData("ulong f = Pmm.AllocFrame(); NativeMemory.Clear(Virt(f), 512);")]
    [InlineData("ulong f = Pmm.AllocFrame(); Buffer.MemoryCopy(t, Virt(f), 4096, 2048);")]
    [InlineData("ulong f = Pmm.AllocFrame(); ulong* p = Virt(f); for (int k = 0; k < 512; k += 4) { p[k] = 0; p[k + 1] = 0; p[k + 2] = 0; }")]
    [InlineData("ulong f = Pmm.AllocFrame(); new Span<ulong>(Virt(f), 256).Clear();")]
    [InlineData("ulong f = Pmm.AllocFrame(); new Span<byte>(Virt(f), 4096).Fill(0xCC);")]
    [InlineData("ulong f = Pmm.AllocFrame(); NativeMemory.Clear(t, 4096);")]
    [InlineData("ulong f = Pmm.AllocFrame(); ulong* p = Virt(f); for (int k = 0; k < 512; k++) p[0] = 0;")]
    [InlineData("ulong f = Pmm.AllocFrame(); ulong* p = Virt(f); *p = 0;")]
    [InlineData("ulong f = Pmm.AllocFrame(); Clean(f, zero);")]
    [InlineData("ulong f = Pmm.AllocFrame(); Clean(f, false);")]
    [InlineData("ulong a = Pmm.AllocFrame(); ulong f = Pmm.AllocFrame(); NativeMemory.Clear(Virt(a), 4096);")]
    public Task A_table_that_keeps_something_of_its_last_owner_is_found(string allocation) => Verify(allocation, "{|KMEM101:f|}");

    [Fact]
    public Task A_frame_that_is_lost_after_a_retry_is_found() => Verify("""
        ulong f = Pmm.AllocFrame();
                    for (int tries = 0; f == 0 && tries < 3; tries++) f = Pmm.AllocFrame();
                    if (zero) NativeMemory.Clear(Virt(f), 4096);
        """, "{|KMEM101:f|}");
}
