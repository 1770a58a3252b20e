using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Entries as structs and a mapper that hands flushes out, after the crate that kernels in Rust use.</summary>
public class OffsetPageTableTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        namespace Crate
        {
            [Flags] public enum PageTableFlags : ulong { None = 0, Present = 1, Writable = 2, User = 4, Huge = 0x80, NoExecute = 1UL << 63 }
            public readonly struct PhysFrame { public readonly ulong Start; public PhysFrame(ulong s) => Start = s; }
            public readonly struct Page { public readonly ulong Start; public Page(ulong s) => Start = s; public int P4 => (int)(Start >> 39) & 511; public int P3 => (int)(Start >> 30) & 511; public int P2 => (int)(Start >> 21) & 511; public int P1 => (int)(Start >> 12) & 511; }
            public struct PageTableEntry
            {
                ulong _value;
                public readonly bool IsUnused => _value == 0;
                public readonly PageTableFlags Flags => (PageTableFlags)(_value & 0xFFF0000000000FFF);
                public readonly ulong Addr => _value & 0x000FFFFFFFFFF000;
                public void SetFrame(PhysFrame frame, PageTableFlags flags) => _value = frame.Start | (ulong)flags;
                public void SetFlags(PageTableFlags flags) => _value = Addr | (ulong)flags;
                public void SetUnused() => _value = 0;
            }
            public unsafe struct PageTable
            {
                fixed ulong _entries[512];
                public ref PageTableEntry this[int index] => ref Unsafe.As<ulong, PageTableEntry>(ref _entries[index]);
                public void Zero() { for (int i = 0; i < 512; i++) _entries[i] = 0; }
            }
            public interface IFrameAllocator { bool AllocateFrame(out PhysFrame frame); }
            public interface IFrameDeallocator { void DeallocateFrame(PhysFrame frame); }
            public enum MapToError { Ok, FrameAllocationFailed, ParentEntryHugePage, PageAlreadyMapped }
            public enum UnmapError { Ok, PageNotMapped }
            public readonly struct MapperFlush { readonly Page _page; public MapperFlush(Page p) => _page = p; public void Flush() => Tlb.Flush(_page.Start); public void Ignore() { } }
            public static class Tlb { public static extern void Flush(ulong va); public static extern void FlushAll(); }
            public static class Cr3 { public static extern ulong Read(); public static extern void Write(PhysFrame frame); }

            public unsafe ref struct OffsetPageTable
            {
                readonly ref PageTable _level4; readonly ulong _offset;
                public OffsetPageTable(ref PageTable level4, ulong offset) { _level4 = ref level4; _offset = offset; }
                ref PageTable TableAt(ulong phys) => ref *(PageTable*)(phys + _offset);

                ref PageTable CreateNextTable<A>(ref PageTableEntry entry, ref A allocator, out MapToError error) where A : IFrameAllocator
                {
                    if (entry.IsUnused)
                    {
                        if (!allocator.AllocateFrame(out PhysFrame frame)) { error = MapToError.FrameAllocationFailed; return ref _level4; }
                        ref PageTable fresh = ref TableAt(frame.Start);
                        fresh.Zero();
                        entry.SetFrame(frame, PageTableFlags.Present | PageTableFlags.Writable | PageTableFlags.User);
                        error = MapToError.Ok;
                        return ref fresh;
                    }
                    if ((entry.Flags & PageTableFlags.Huge) != 0) { error = MapToError.ParentEntryHugePage; return ref _level4; }
                    error = MapToError.Ok;
                    return ref TableAt(entry.Addr);
                }
                ref PageTable CreateNextTableBad<A>(ref PageTableEntry entry, ref A allocator, out MapToError error) where A : IFrameAllocator
                {
                    if (entry.IsUnused)
                    {
                        if (!allocator.AllocateFrame(out PhysFrame frame)) { error = MapToError.FrameAllocationFailed; return ref _level4; }
                        entry.SetFrame({|KMEM101:frame|}, PageTableFlags.Present | PageTableFlags.Writable | PageTableFlags.User);
                        error = MapToError.Ok;
                        return ref TableAt(frame.Start);
                    }
                    error = MapToError.Ok;
                    return ref TableAt(entry.Addr);
                }
                ref PageTable CreateNextTableLate<A>(ref PageTableEntry entry, ref A allocator, out MapToError error) where A : IFrameAllocator
                {
                    bool created = false;
                    if (entry.IsUnused)
                    {
                        if (!allocator.AllocateFrame(out PhysFrame frame)) { error = MapToError.FrameAllocationFailed; return ref _level4; }
                        entry.SetFrame({|KMEM101:frame|}, PageTableFlags.Present | PageTableFlags.Writable | PageTableFlags.User);
                        created = true;
                    }
                    ref PageTable table = ref TableAt(entry.Addr);
                    if (created) table.Zero();
                    error = MapToError.Ok;
                    return ref table;
                }
                public MapToError MapTo<A>(Page page, PhysFrame frame, PageTableFlags flags, ref A allocator, out MapperFlush flush) where A : IFrameAllocator
                {
                    flush = default;
                    ref PageTable p3 = ref CreateNextTable(ref _level4[page.P4], ref allocator, out MapToError error);
                    if (error != MapToError.Ok) return error;
                    ref PageTable p2 = ref CreateNextTable(ref p3[page.P3], ref allocator, out error);
                    if (error != MapToError.Ok) return error;
                    ref PageTable p1 = ref CreateNextTable(ref p2[page.P2], ref allocator, out error);
                    if (error != MapToError.Ok) return error;
                    if (!p1[page.P1].IsUnused) return MapToError.PageAlreadyMapped;
                    p1[page.P1].SetFrame(frame, flags);
                    flush = new MapperFlush(page);
                    return MapToError.Ok;
                }
                bool Walk(Page page, out int ok) { ok = 1; return true; }
                public UnmapError Unmap(Page page, out PhysFrame frame, out MapperFlush flush)
                {
                    flush = default; frame = default;
                    ref PageTable p1 = ref LeafTable(page, out bool found);
                    if (!found || p1[page.P1].IsUnused) return UnmapError.PageNotMapped;
                    frame = new PhysFrame(p1[page.P1].Addr);
                    p1[page.P1].SetUnused();
                    flush = new MapperFlush(page);
                    return UnmapError.Ok;
                }
                ref PageTable LeafTable(Page page, out bool found)
                {
                    ref PageTable table = ref _level4;
                    found = false;
                    if (table[page.P4].IsUnused) return ref table;
                    table = ref TableAt(table[page.P4].Addr);
                    if (table[page.P3].IsUnused) return ref table;
                    table = ref TableAt(table[page.P3].Addr);
                    if (table[page.P2].IsUnused) return ref table;
                    table = ref TableAt(table[page.P2].Addr);
                    found = true;
                    return ref table;
                }
                public bool UnmapInPlaceBad(Page page)
                {
                    ref PageTable p1 = ref LeafTable(page, out bool found);
                    if (!found) return false;
                    {|KMEM501:p1[page.P1].SetUnused()|};
                    return true;
                }
                public bool ProtectBad(Page page, PageTableFlags flags)
                {
                    ref PageTable p1 = ref LeafTable(page, out bool found);
                    if (!found || p1[page.P1].IsUnused) return false;
                    {|KMEM501:p1[page.P1].SetFlags(flags)|};
                    if ((flags & PageTableFlags.Writable) != 0) return true;
                    Tlb.Flush(page.Start);
                    return true;
                }
                public bool Protect(Page page, PageTableFlags flags)
                {
                    ref PageTable p1 = ref LeafTable(page, out bool found);
                    if (!found || p1[page.P1].IsUnused) return false;
                    p1[page.P1].SetFlags(flags);
                    Tlb.Flush(page.Start);
                    return true;
                }
            }
            public static class Users
            {
                public static void Good<A, D>(OffsetPageTable mapper, Page page, PhysFrame frame, ref A a, ref D d) where A : IFrameAllocator where D : IFrameDeallocator
                {
                    if (mapper.MapTo(page, frame, PageTableFlags.Present, ref a, out MapperFlush flush) == MapToError.Ok) flush.Flush();
                    if (mapper.Unmap(page, out PhysFrame old, out MapperFlush gone) != UnmapError.Ok) return;
                    gone.Flush();
                    d.DeallocateFrame(old);
                }
                public static void BadForgotten<D>(OffsetPageTable mapper, Page page, ref D d) where D : IFrameDeallocator
                {
                    if (mapper.Unmap(page, out PhysFrame old, out MapperFlush gone) != UnmapError.Ok) return;
                    d.DeallocateFrame({|KMEM104:old|});
                    gone.Flush();
                }
                public static void BadBranch(OffsetPageTable mapper, Page page, bool urgent)
                {
                    if (mapper.Unmap(page, out _, {|KMEM501:out MapperFlush gone|}) != UnmapError.Ok) return;
                    if (urgent) gone.Flush();
                }
            }
        }
        """);
}
