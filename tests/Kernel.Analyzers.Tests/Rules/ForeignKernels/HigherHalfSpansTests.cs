using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Spans and references over a higher half, an allocator that answers by <c>out</c>, entries as plain integers.</summary>
public class HigherHalfSpansTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Runtime.InteropServices;
        using System.Runtime.CompilerServices;
        namespace Tutorial
        {
            public readonly record struct PhysAddr(ulong Value);
            public sealed unsafe class PhysicalMemory
            {
                readonly byte* _bitmap; readonly ulong _frames; ulong _hint;
                public PhysicalMemory(byte* bitmap, ulong frames) { _bitmap = bitmap; _frames = frames; }
                public bool TryAllocateFrame(out ulong phys)
                {
                    for (ulong i = _hint; i < _frames; i++)
                    {
                        if ((_bitmap[i >> 3] & (1 << (int)(i & 7))) == 0)
                        {
                            _bitmap[i >> 3] |= (byte)(1 << (int)(i & 7));
                            _hint = i + 1;
                            phys = i << 12;
                            return true;
                        }
                    }
                    phys = 0;
                    return false;
                }
                public void FreeFrame(ulong phys) { ulong i = phys >> 12; _bitmap[i >> 3] &= (byte)~(1 << (int)(i & 7)); }
            }
            public static unsafe class Hhdm
            {
                public static ulong Offset;
                public static void* ToPointer(ulong phys) => (void*)(phys + Offset);
                public static Span<ulong> Table(ulong phys) => new Span<ulong>(ToPointer(phys), 512);
                public static ref ulong Entry(ulong phys, int index) => ref ((ulong*)ToPointer(phys))[index];
            }
            public static class Cpu { [MethodImpl(MethodImplOptions.InternalCall)] public static extern void Invlpg(ulong va); [MethodImpl(MethodImplOptions.InternalCall)] public static extern void LoadCr3(ulong p); [MethodImpl(MethodImplOptions.InternalCall)] public static extern ulong ReadCr3(); }
            public sealed unsafe class AddressSpace
            {
                const ulong Present = 1, Writable = 2, User = 4, Huge = 0x80, NoExecute = 1UL << 63, AddressMask = 0x000FFFFFFFFFF000;
                readonly PhysicalMemory _memory; readonly ulong _root;
                public AddressSpace(PhysicalMemory memory, ulong root) { _memory = memory; _root = root; }

                bool TryGetTable(Span<ulong> parent, int index, out Span<ulong> table)
                {
                    ulong entry = parent[index];
                    if ((entry & Present) == 0)
                    {
                        if (!_memory.TryAllocateFrame(out ulong frame)) { table = default; return false; }
                        Span<ulong> fresh = Hhdm.Table(frame);
                        fresh.Clear();
                        parent[index] = frame | Present | Writable | User;
                        table = fresh;
                        return true;
                    }
                    table = Hhdm.Table(entry & AddressMask);
                    return true;
                }
                bool TryGetTableDirty(Span<ulong> parent, int index, out Span<ulong> table)
                {
                    ulong entry = parent[index];
                    if ((entry & Present) == 0)
                    {
                        if (!_memory.TryAllocateFrame(out ulong frame)) { table = default; return false; }
                        parent[index] = {|KMEM101:frame|} | Present | Writable | User;
                        table = Hhdm.Table(frame);
                        return true;
                    }
                    table = Hhdm.Table(entry & AddressMask);
                    return true;
                }
                bool TryGetTableHalf(Span<ulong> parent, int index, out Span<ulong> table)
                {
                    ulong entry = parent[index];
                    if ((entry & Present) == 0)
                    {
                        if (!_memory.TryAllocateFrame(out ulong frame)) { table = default; return false; }
                        Hhdm.Table(frame)[..256].Clear();
                        parent[index] = {|KMEM101:frame|} | Present | Writable | User;
                        table = Hhdm.Table(frame);
                        return true;
                    }
                    table = Hhdm.Table(entry & AddressMask);
                    return true;
                }
                bool TryGetTableTwoHalves(Span<ulong> parent, int index, out Span<ulong> table)
                {
                    ulong entry = parent[index];
                    if ((entry & Present) == 0)
                    {
                        if (!_memory.TryAllocateFrame(out ulong frame)) { table = default; return false; }
                        Span<ulong> fresh = Hhdm.Table(frame);
                        fresh[..256].Clear();
                        fresh[256..].Fill(0);
                        parent[index] = frame | Present | Writable | User;
                        table = fresh;
                        return true;
                    }
                    table = Hhdm.Table(entry & AddressMask);
                    return true;
                }
                ref ulong Leaf(ulong va, out bool ok)
                {
                    Span<ulong> l4 = Hhdm.Table(_root);
                    if (!TryGetTable(l4, (int)(va >> 39) & 511, out var l3) || !TryGetTable(l3, (int)(va >> 30) & 511, out var l2) || !TryGetTable(l2, (int)(va >> 21) & 511, out var l1))
                    {
                        ok = false;
                        return ref l4[0];
                    }
                    ok = true;
                    return ref l1[(int)(va >> 12) & 511];
                }
                public bool Map(ulong va, ulong pa, ulong flags)
                {
                    ref ulong leaf = ref Leaf(va, out bool ok);
                    if (!ok) return false;
                    if ((leaf & Present) != 0) return false;
                    leaf = pa | flags | Present;
                    return true;
                }
                public bool Remap(ulong va, ulong pa, ulong flags)
                {
                    ref ulong leaf = ref Leaf(va, out bool ok);
                    if (!ok) return false;
                    leaf = pa | flags | Present;
                    Cpu.Invlpg(va);
                    return true;
                }
                public bool RemapBad(ulong va, ulong pa, ulong flags)
                {
                    ref ulong leaf = ref Leaf(va, out bool ok);
                    if (!ok) return false;
                    {|KMEM501:leaf|} = pa | flags | Present;
                    return true;
                }
                public void Unmap(ulong va)
                {
                    ref ulong leaf = ref Leaf(va, out bool ok);
                    if (!ok || (leaf & Present) == 0) return;
                    ulong frame = leaf & AddressMask;
                    leaf = 0;
                    Cpu.Invlpg(va);
                    _memory.FreeFrame(frame);
                }
                public void UnmapBad(ulong va)
                {
                    ref ulong leaf = ref Leaf(va, out bool ok);
                    if (!ok || (leaf & Present) == 0) return;
                    ulong frame = leaf & AddressMask;
                    leaf = 0;
                    _memory.FreeFrame({|KMEM104:frame|});
                    Cpu.Invlpg(va);
                }
                public void UnmapRange(ulong va, ulong pages)
                {
                    for (ulong i = 0; i < pages; i++)
                    {
                        ref ulong leaf = ref Leaf(va + i * 4096, out bool ok);
                        if (!ok) continue;
                        leaf = 0;
                    }
                    for (ulong i = 0; i < pages; i++) Cpu.Invlpg(va + i * 4096);
                }
                public void UnmapRangeBadContinue(ulong va, ulong pages)
                {
                    for (ulong i = 0; i < pages; i++)
                    {
                        ref ulong leaf = ref Leaf(va + i * 4096, out bool ok);
                        if (!ok) continue;
                        bool user = (leaf & User) != 0;
                        {|KMEM501:leaf|} = 0;
                        if (!user) continue;
                        Cpu.Invlpg(va + i * 4096);
                    }
                }
                public void UnmapRangeBadStart(ulong va, ulong pages)
                {
                    for (ulong i = 0; i < pages; i++)
                    {
                        ref ulong leaf = ref Leaf(va + i * 4096, out bool ok);
                        if (!ok) continue;
                        {|KMEM501:leaf|} = 0;
                    }
                    for (ulong i = 1; i < pages; i++) Cpu.Invlpg(va + i * 4096);
                }
                public static AddressSpace CreateFrom(PhysicalMemory memory, AddressSpace kernel)
                {
                    if (!memory.TryAllocateFrame(out ulong root)) return null;
                    Span<ulong> table = Hhdm.Table(root);
                    table[..256].Clear();
                    Hhdm.Table(kernel._root)[256..].CopyTo(table[256..]);
                    return new AddressSpace(memory, root);
                }
                public void Activate() => Cpu.LoadCr3(_root);
                public static void BootBad(PhysicalMemory memory)
                {
                    if (!memory.TryAllocateFrame(out ulong root)) return;
                    Hhdm.Table(root)[511] = root | Present | Writable;
                    Cpu.LoadCr3({|KMEM101:root|});
                }
            }
        }
        """);
}
