using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Tables of a guest from a pool of their own, and what an address space number forgets.</summary>
public class TablePoolTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System.Collections.Generic;
        using System.Runtime.CompilerServices;
        namespace Npt;
        public sealed unsafe class TablePool
        {
            readonly Stack<nuint> _free = new(); nuint _next;
            public ulong* Rent() { nuint p = _free.Count > 0 ? _free.Pop() : (_next += 4096); Unsafe.InitBlock((void*)p, 0, 4096); return (ulong*)p; }
            public ulong* RentDirty() => (ulong*)(_free.Count > 0 ? _free.Pop() : (_next += 4096));
            public void Return(ulong* table) => _free.Push((nuint)table);
        }
        public sealed class Vmcb { public uint Asid; public byte TlbControl; public ulong NCr3; }
        public sealed unsafe class NestedPages(TablePool pool, Vmcb vmcb)
        {
            const ulong Present = 1, Rw = 2, User = 4, Address = 0x000F_FFFF_FFFF_F000;
            readonly ulong* _root = pool.Rent();
            readonly Queue<nuint> _deferred = new();

            void FlushGuestTlb() => vmcb.TlbControl = 3;

            ulong* Walk(ulong gpa, bool make)
            {
                ulong* table = _root;
                for (int shift = 39; shift > 12; shift -= 9)
                {
                    ulong* slot = table + ((gpa >> shift) & 511);
                    if ((*slot & Present) == 0)
                    {
                        if (!make) return null;
                        *slot = (ulong)pool.Rent() | Present | Rw | User;
                    }
                    table = (ulong*)(*slot & Address);
                }
                return table + ((gpa >> 12) & 511);
            }

            ulong* WalkDirty(ulong gpa)
            {
                ulong* table = _root;
                for (int shift = 39; shift > 12; shift -= 9)
                {
                    ulong* slot = table + ((gpa >> shift) & 511);
                    if ((*slot & Present) == 0)
                        *slot = {|KMEM101:(ulong)pool.RentDirty() | Present | Rw | User|};
                    table = (ulong*)(*slot & Address);
                }
                return table + ((gpa >> 12) & 511);
            }

            public void Map(ulong gpa, ulong hpa)
            {
                ulong* slot = Walk(gpa, true);
                ulong old = *slot;
                *slot = hpa | Present | Rw | User;
                if ((old & Present) != 0) FlushGuestTlb();
            }

            public void Unmap(ulong gpa)
            {
                ulong* slot = Walk(gpa, false);
                if (slot is null) return;
                *slot = 0;
                FlushGuestTlb();
            }

            public void UnmapForgotten(ulong gpa)
            {
                ulong* slot = Walk(gpa, false);
                if (slot is null) return;
                {|KMEM501:*slot|} = 0;
            }

            public void Collapse(ulong* pde)
            {
                ulong* table = (ulong*)(*pde & Address);
                *pde = (table[0] & ~0xFFFUL) | 0x80 | Present | Rw | User;
                _deferred.Enqueue((nuint)table);
                FlushGuestTlb();
                while (_deferred.TryDequeue(out nuint t)) pool.Return((ulong*)t);
            }

            public void CollapseEarly(ulong* pde)
            {
                ulong* table = (ulong*)(*pde & Address);
                *pde = (table[0] & ~0xFFFUL) | 0x80 | Present | Rw | User;
                pool.Return({|KMEM104:table|});
                FlushGuestTlb();
            }

            public void DirtyLog(ulong gpa, ulong pages)
            {
                bool any = false;
                for (ulong i = 0; i < pages; i++)
                {
                    ulong* slot = Walk(gpa + i * 4096, false);
                    if (slot is null || (*slot & Rw) == 0) continue;
                    *slot &= ~Rw;
                    any = true;
                }
                if (any) FlushGuestTlb();
            }

            public void SplitHuge(ulong* pde)
            {
                ulong baseAddress = *pde & 0x000F_FFFF_FFE0_0000;
                ulong* table = pool.RentDirty();
                for (int i = 0; i < 512; i++) table[i] = baseAddress + ((ulong)i << 12) | Present | Rw | User;
                *pde = (ulong)table | Present | Rw | User;
                FlushGuestTlb();
            }

            public void SplitHugeFirstHalf(ulong* pde)
            {
                ulong baseAddress = *pde & 0x000F_FFFF_FFE0_0000;
                ulong* table = pool.RentDirty();
                for (int i = 0; i < 256; i++) table[i] = baseAddress + ((ulong)i << 12) | Present | Rw | User;
                *pde = (ulong){|KMEM101:table|} | Present | Rw | User;
                FlushGuestTlb();
            }
        }
        """);
}
