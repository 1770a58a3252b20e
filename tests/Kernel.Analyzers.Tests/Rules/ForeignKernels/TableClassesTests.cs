using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Tables that are classes with ref indexers, and entries that are put together member by member.</summary>
public class TableClassesTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Runtime.CompilerServices;

        namespace Oop;

        public struct PageTableEntry
        {
            private ulong _raw;
            public bool Present { readonly get => (_raw & 1) != 0; set => _raw = value ? _raw | 1 : _raw & ~1UL; }
            public bool Writable { readonly get => (_raw & 2) != 0; set => _raw = value ? _raw | 2 : _raw & ~2UL; }
            public bool User { readonly get => (_raw & 4) != 0; set => _raw = value ? _raw | 4 : _raw & ~4UL; }
            public bool NoExecute { readonly get => (_raw >> 63) != 0; set => _raw = value ? _raw | (1UL << 63) : _raw & ~(1UL << 63); }
            public ulong Frame { readonly get => _raw & 0x000F_FFFF_FFFF_F000; set => _raw = (_raw & ~0x000F_FFFF_FFFF_F000UL) | value; }
            public void Clear() => _raw = 0;
        }

        public interface IPhysicalMemoryManager
        {
            /// <summary>Hands out a frame. The caller must not rely on its contents.</summary>
            ulong AllocateFrame();
            ulong AllocateZeroedFrame();
            void FreeFrame(ulong frame);
        }

        public interface ICpu
        {
            void InvalidatePage(ulong virtualAddress);
            void ReloadCr3();
            ulong Cr3 { get; set; }
        }

        public sealed unsafe class PageTable
        {
            private readonly PageTableEntry* _entries;
            public PageTable(ulong physical, ulong hhdm) => _entries = (PageTableEntry*)(physical + hhdm);
            public ref PageTableEntry this[int index] => ref _entries[index];
            public void Clear() { for (int i = 0; i < 512; i++) _entries[i] = default; }
            public bool IsEmpty
            {
                get { for (int i = 0; i < 512; i++) if (_entries[i].Present) return false; return true; }
            }
        }

        public sealed class PageDirectory
        {
            private readonly IPhysicalMemoryManager _pmm;
            private readonly ICpu _cpu;
            private readonly ulong _hhdm;
            private readonly PageTable _root;

            public PageDirectory(IPhysicalMemoryManager pmm, ICpu cpu, ulong hhdm)
            {
                _pmm = pmm; _cpu = cpu; _hhdm = hhdm;
                _root = new PageTable(pmm.AllocateZeroedFrame(), hhdm);
            }

            private PageTable Child(PageTable parent, int index)
            {
                ref PageTableEntry e = ref parent[index];
                if (e.Present) return new PageTable(e.Frame, _hhdm);
                ulong frame = _pmm.AllocateFrame();
                var child = new PageTable(frame, _hhdm);
                child.Clear();
                e.Frame = frame;
                e.Writable = true;
                e.User = true;
                e.Present = true;
                return child;
            }

            private PageTable ChildUncleared(PageTable parent, int index)
            {
                ref PageTableEntry e = ref parent[index];
                if (e.Present) return new PageTable(e.Frame, _hhdm);
                ulong frame = _pmm.AllocateFrame();
                e.Frame = frame;
                e.Writable = true;
                {|KMEM101:e|}.Present = true;
                return new PageTable(frame, _hhdm);
            }

            private PageTable ChildPresentFirst(PageTable parent, int index)
            {
                ref PageTableEntry e = ref parent[index];
                if (e.Present) return new PageTable(e.Frame, _hhdm);
                ulong frame = _pmm.AllocateZeroedFrame();
                {|KMEM105:e.Present|} = true;
                e.Frame = frame;
                e.Writable = true;
                return new PageTable(frame, _hhdm);
            }

            private PageTable Walk(ulong va)
            {
                PageTable t = _root;
                t = Child(t, (int)(va >> 39) & 511);
                t = Child(t, (int)(va >> 30) & 511);
                return Child(t, (int)(va >> 21) & 511);
            }

            public void Map(ulong va, ulong pa, bool writable, bool user)
            {
                ref PageTableEntry e = ref Walk(va)[(int)(va >> 12) & 511];
                if (e.Present) throw new InvalidOperationException();
                PageTableEntry fresh = default;
                fresh.Frame = pa;
                fresh.Writable = writable;
                fresh.User = user;
                fresh.Present = true;
                e = fresh;
            }

            public void MapUserAnonymous(ulong va)
            {
                ulong frame = _pmm.AllocateFrame();
                Scrub(frame, _hhdm);
                Map(va, frame, writable: true, user: true);
            }

            private static unsafe void Scrub(ulong f, ulong h) => new Span<byte>((void*)(f + h), 4096).Clear();
            private unsafe void* Pointer(ulong frame) => (void*)(frame + _hhdm);

            public void MapUserLeaky(ulong va)
            {
                ulong frame = _pmm.AllocateFrame();
                Map(va, {|KMEM103:frame|}, writable: true, user: true);
            }

            public void MapKernelScratch(ulong va)
            {
                ulong frame = _pmm.AllocateFrame();
                Map(va, frame, writable: true, user: false);
            }

            public void Unmap(ulong va)
            {
                ref PageTableEntry e = ref Walk(va)[(int)(va >> 12) & 511];
                if (!e.Present) return;
                e.Clear();
                _cpu.InvalidatePage(va);
            }

            public void UnmapNoFlush(ulong va)
            {
                ref PageTableEntry e = ref Walk(va)[(int)(va >> 12) & 511];
                if (!e.Present) return;
                {|KMEM501:e.Clear()|};
            }

            public void Release(ulong va)
            {
                ref PageTableEntry e = ref Walk(va)[(int)(va >> 12) & 511];
                if (!e.Present) return;
                ulong frame = e.Frame;
                e.Clear();
                _cpu.InvalidatePage(va);
                _pmm.FreeFrame(frame);
            }

            public void ReleaseTooEarly(ulong va)
            {
                ref PageTableEntry e = ref Walk(va)[(int)(va >> 12) & 511];
                if (!e.Present) return;
                _pmm.FreeFrame({|KMEM104:e.Frame|});
                e.Clear();
                _cpu.InvalidatePage(va);
            }

            public void Protect(ulong va, bool writable)
            {
                ref PageTableEntry e = ref Walk(va)[(int)(va >> 12) & 511];
                e.Writable = writable;
                _cpu.InvalidatePage(va);
            }

            public void ProtectEarlyReturn(ulong va, bool writable)
            {
                ref PageTableEntry e = ref Walk(va)[(int)(va >> 12) & 511];
                if (!e.Present) return;
                {|KMEM501:e.Writable|} = writable;
                if (writable) return;
                _cpu.InvalidatePage(va);
            }
        }
        """);
}
