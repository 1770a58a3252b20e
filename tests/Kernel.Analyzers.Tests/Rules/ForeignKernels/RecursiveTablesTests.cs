using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Two levels of 32 bits that map themselves, and frames that are zeroed through a window.</summary>
public class RecursiveTablesTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        namespace X86Kernel;
        public static unsafe class Memory32
        {
            private static uint* _bitmap; private static uint _total;
            public static uint RequestFrame() { for (uint i = 0; i < _total; i++) if ((_bitmap[i >> 5] & (1u << (int)(i & 31))) == 0) { _bitmap[i >> 5] |= 1u << (int)(i & 31); return i << 12; } return 0xFFFFFFFF; }
            public static void ReleaseFrame(uint frame) => _bitmap[frame >> 17] &= ~(1u << (int)((frame >> 12) & 31));
            public static void Set(void* p, byte v, uint n) { byte* b = (byte*)p; for (uint i = 0; i < n; i++) b[i] = v; }
        }
        public static class Io { public static extern void Invlpg(uint address); public static extern uint GetCR3(); public static extern void SetCR3(uint v); public static extern void KernelPanic(string s); }
        public static unsafe class Vmm32
        {
            const uint PagePresent = 1, PageWrite = 2, PageUser = 4;
            static uint* PageDirectory => (uint*)0xFFFFF000;
            static uint* TableOf(uint va) => (uint*)(0xFFC00000 + ((va >> 22) << 12));

            public static void Map(uint va, uint pa, uint flags)
            {
                uint pd = va >> 22;
                if ((PageDirectory[pd] & PagePresent) == 0)
                {
                    uint frame = Memory32.RequestFrame();
                    if (frame == 0xFFFFFFFF) Io.KernelPanic("out of frames");
                    PageDirectory[pd] = {|KMEM101:frame|} | PagePresent | PageWrite | PageUser;
                    Memory32.Set(TableOf(va), 0, 4096);
                }
                TableOf(va)[(va >> 12) & 1023] = pa | flags | PagePresent;
                Io.Invlpg(va);
            }

            public static void MapChecked(uint va, uint pa, uint flags)
            {
                uint* entry = &TableOf(va)[(va >> 12) & 1023];
                if ((*entry & PagePresent) != 0) Io.KernelPanic("mapped already");
                *entry = pa | flags | PagePresent;
            }

            public static void Unmap(uint va)
            {
                TableOf(va)[(va >> 12) & 1023] = 0;
                Io.Invlpg(va);
            }

            public static void UnmapFree(uint va)
            {
                uint* pte = &TableOf(va)[(va >> 12) & 1023];
                uint frame = *pte & ~0xFFFu;
                *pte = 0;
                Io.Invlpg(va);
                Memory32.ReleaseFrame(frame);
            }

            public static void UnmapFreeEarly(uint va)
            {
                uint* pte = &TableOf(va)[(va >> 12) & 1023];
                Memory32.ReleaseFrame({|KMEM104:*pte & ~0xFFFu|});
                *pte = 0;
                Io.Invlpg(va);
            }

            public static bool GrowHeap(uint va, uint pages)
            {
                for (uint i = 0; i < pages; i++)
                {
                    uint f = Memory32.RequestFrame();
                    if (f == 0xFFFFFFFF) return false;
                    Map(va + (i << 12), f, PageWrite);
                }
                return true;
            }

            public static void UserStack(uint va)
            {
                uint f = Memory32.RequestFrame();
                Map(va, {|KMEM103:f|}, PageWrite | PageUser);
            }

            public static void UserStackZero(uint va)
            {
                uint f = Memory32.RequestFrame();
                Map(0xE0000000, f, PageWrite);
                Memory32.Set((void*)0xE0000000, 0, 4096);
                Unmap(0xE0000000);
                Map(va, f, PageWrite | PageUser);
            }

            public static uint NewSpace()
            {
                uint root = Memory32.RequestFrame();
                Map(0xE0000000, root, PageWrite);
                uint* fresh = (uint*)0xE0000000;
                for (int i = 0; i < 768; i++) fresh[i] = 0;
                for (int i = 768; i < 1023; i++) fresh[i] = PageDirectory[i];
                fresh[1023] = root | PagePresent | PageWrite;
                Unmap(0xE0000000);
                return root;
            }

            public static void Protect(uint va, uint count, bool write)
            {
                for (uint i = 0; i < count; i++)
                {
                    uint* pte = &TableOf(va + (i << 12))[((va >> 12) + i) & 1023];
                    if (write) *pte |= PageWrite; else *pte &= ~PageWrite;
                }
                Io.SetCR3(Io.GetCR3());
            }
        }
        """);
}
