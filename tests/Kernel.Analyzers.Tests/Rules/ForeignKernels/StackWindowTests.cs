using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Kernel stacks with guard pages, over function pointers and native integers.</summary>
public class StackWindowTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Runtime.CompilerServices;

        namespace Stacks;

        internal unsafe readonly struct PlatformOps
        {
            public readonly delegate*<nuint> AllocFrame;
            public readonly delegate*<nuint, void> FreeFrame;
            public readonly delegate* unmanaged<nuint, void> InvalidatePage;
            public readonly delegate* unmanaged<void> InvalidateAll;
        }

        internal static unsafe class KernelStacks
        {
            private const nuint PageSize = 4096;
            private const int PagesPerStack = 4;
            private const nuint Present = 1, Writable = 2, Global = 0x100;
            private static PlatformOps* s_ops;
            private static nuint* s_pageTable;      // one leaf table covers the whole stack window
            private static nuint s_window;
            private static nuint s_direct;

            private static nuint* Slot(nuint va) => s_pageTable + (nint)((va - s_window) / PageSize);

            private static void* Direct(nuint frame) => (void*)(s_direct + frame);

            public static nuint Create(int index)
            {
                nuint bottom = s_window + (nuint)(index * (PagesPerStack + 1)) * PageSize;
                *Slot(bottom) = 0;                                    // the guard page
                s_ops->InvalidatePage(bottom);
                for (int i = 1; i <= PagesPerStack; i++)
                {
                    nuint frame = s_ops->AllocFrame();
                    if (frame == 0) return 0;
                    *Slot(bottom + (nuint)i * PageSize) = frame | Present | Writable | Global;
                }
                return bottom + (PagesPerStack + 1) * PageSize;
            }

            public static void Destroy(int index)
            {
                nuint bottom = s_window + (nuint)(index * (PagesPerStack + 1)) * PageSize;
                nuint* frames = stackalloc nuint[PagesPerStack];
                for (int i = 1; i <= PagesPerStack; i++)
                {
                    nuint* slot = Slot(bottom + (nuint)i * PageSize);
                    frames[i - 1] = *slot & ~(PageSize - 1);
                    *slot = 0;
                    s_ops->InvalidatePage(bottom + (nuint)i * PageSize);
                }
                for (int i = 0; i < PagesPerStack; i++) s_ops->FreeFrame(frames[i]);
            }

            public static void DestroyEarly(int index)
            {
                nuint bottom = s_window + (nuint)(index * (PagesPerStack + 1)) * PageSize;
                for (int i = 1; i <= PagesPerStack; i++)
                {
                    nuint* slot = Slot(bottom + (nuint)i * PageSize);
                    nuint frame = *slot & ~(PageSize - 1);
                    *slot = 0;
                    s_ops->FreeFrame({|KMEM104:frame|});
                }
                s_ops->InvalidateAll();
            }

            public static void MakeGuard(nuint va)
            {
                nuint* slot = Slot(va);
                *slot &= ~Present;
                s_ops->InvalidatePage(va);
            }

            public static void MakeGuardLazy(nuint va)
            {
                nuint* slot = Slot(va);
                {|KMEM501:*slot|} &= ~Present;
            }

            // Grows the window by one more leaf table.
            public static bool AddWindow(nuint* directory, int index)
            {
                nuint frame = s_ops->AllocFrame();
                if (frame == 0) return false;
                Unsafe.InitBlockUnaligned(ref *(byte*)Direct(frame), 0, (uint)PageSize);
                directory[index] = frame | Present | Writable;
                return true;
            }

            public static bool AddWindowDirty(nuint* directory, int index)
            {
                nuint frame = s_ops->AllocFrame();
                if (frame == 0) return false;
                directory[index] = {|KMEM101:frame|} | Present | Writable;
                return true;
            }

            public static bool AddWindowByWords(nuint* directory, int index)
            {
                nuint frame = s_ops->AllocFrame();
                if (frame == 0) return false;
                nuint* p = (nuint*)Direct(frame);
                nuint* end = p + PageSize / (nuint)sizeof(nuint);
                while (p < end) *p++ = 0;
                directory[index] = frame | Present | Writable;
                return true;
            }

            public static bool AddWindowByBytesShort(nuint* directory, int index)
            {
                nuint frame = s_ops->AllocFrame();
                if (frame == 0) return false;
                byte* p = (byte*)Direct(frame);
                for (nuint i = 0; i < PageSize / 2; i++) p[i] = 0;
                directory[index] = {|KMEM101:frame|} | Present | Writable;
                return true;
            }

            public static void RemoveWindow(nuint* directory, int index)
            {
                nuint frame = directory[index] & ~(PageSize - 1);
                directory[index] = 0;
                s_ops->InvalidateAll();
                s_ops->FreeFrame(frame);
            }

            public static void PresentThenAddress(nuint* directory, int index)
            {
                nuint frame = s_ops->AllocFrame();
                Unsafe.InitBlockUnaligned(Direct(frame), 0, 4096);
                {|KMEM105:directory[index]|} = Present | Writable;
                directory[index] |= frame;
            }

            public static void AddressThenPresent(nuint* directory, int index)
            {
                nuint frame = s_ops->AllocFrame();
                Unsafe.InitBlockUnaligned(Direct(frame), 0, 4096);
                directory[index] = frame | Writable;
                directory[index] |= Present;
            }
        }
        """);
}
