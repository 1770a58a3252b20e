using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Zeroing.LinkedBeforeZeroedAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM103: frames that a program can read before they are zeroed.</summary>
public class KMEM103MappedBeforeZeroedTests
{
    /// <summary>A kernel with contracts around the members.</summary>
    private static string With(string members) => $$"""
        using System;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        [Flags]
        public enum PageFlags : ulong { None = 0, Present = 1, Writable = 2, User = 4, Global = 256, UserData = 7, NoExecute = 1UL << 63 }

        public readonly struct PageAttributes
        {
            private readonly ulong _bits;
            public PageAttributes(ulong bits) => _bits = bits;
            public static PageAttributes UserData => new(7);
            public static PageAttributes UserReadOnly => new(5);
            public static PageAttributes KernelData => new(3);
            public static PageAttributes Common => new(1);
            public bool IsUser => (_bits & 4) != 0;
            public extern PageAttributes For(int features);
        }

        public readonly struct Frame
        {
            public Frame(ulong start) => Start = start;
            public ulong Start { get; }
        }

        public struct PageTableEntry
        {
            public ulong Bits;
            public PageTableEntry(ulong bits) => Bits = bits;
            public static extern PageTableEntry ForLeaf(Frame frame, PageAttributes attributes);
        }

        public static class Frames
        {
            [return: Dirty] public static extern Frame Take();
            public static extern bool TryTake([Dirty] out Frame frame);
            public static extern Frame TakeZeroed();
            public static extern void Zero([Zeroes] Frame frame);
            public static extern void ReadPage(int block, [Zeroes] Frame frame);
            public static extern void CopyPage(Frame from, [Zeroes] Frame to);
            public static extern void Log(Frame frame);
            public static extern void LoadBlock(int block, Frame frame);
        }

        public static unsafe class Space
        {
            public static extern bool Map(ulong address, Frame frame, PageFlags flags);
            public static extern bool MapPage(ulong address, Frame frame, PageAttributes attributes);
            public static extern void MapIn(ulong address, Frame frame, bool user);
            public static extern void MapUserPage(ulong address, Frame frame);
            public static extern void Unmap(ulong address, Frame frame, PageFlags flags);
            public static extern void Give(ulong address, [MapsForUser] Frame frame);
            public static extern void Show(ulong address, [MapsForUser] Frame frame, PageFlags flags);
            public static extern ulong* Walk(ulong address);
        }

        public unsafe class Subject
        {
            private static PageTableEntry[] _entries;
            private static extern void* PointerTo(Frame frame);
        {{members}}
        }
        """;

    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(With(members));

    private static Task VerifyBody(string body) => Verify($$"""
            public void M(ulong address, bool flag, int index, PageFlags flags, PageAttributes attributes)
            {
        {{body}}
            }
        """);

    [Theory]
    [InlineData("Space.Map(address, {|KMEM103:frame|}, PageFlags.Present | PageFlags.User);")]
    [InlineData("Space.Map(address, {|KMEM103:frame|}, PageFlags.UserData);")]
    [InlineData("Space.MapPage(address, {|KMEM103:frame|}, PageAttributes.UserData);")]
    [InlineData("Space.MapPage(address, {|KMEM103:frame|}, PageAttributes.UserReadOnly.For(5));")]
    [InlineData("Space.MapIn(address, {|KMEM103:frame|}, user: true);")]
    [InlineData("Space.MapUserPage(address, {|KMEM103:frame|});")]
    [InlineData("Space.Give(address, {|KMEM103:frame|});")]
    [InlineData("Space.Show(address, {|KMEM103:frame|}, PageFlags.User);")]
    [InlineData("PageFlags rights = PageFlags.Present; rights |= PageFlags.User; Space.Map(address, {|KMEM103:frame|}, rights);")]
    [InlineData("PageFlags rights = PageFlags.UserData; Space.Map(address, {|KMEM103:frame|}, rights | flags);")]
    [InlineData("if (flag) { Frames.Zero(frame); } Space.Map(address, {|KMEM103:frame|}, PageFlags.User);")]
    [InlineData("Space.Map(address, {|KMEM103:frame|}, PageFlags.User); Frames.Zero(frame);")]
    [InlineData("new Span<byte>(PointerTo(frame), 512).Clear(); Space.Map(address, {|KMEM103:frame|}, PageFlags.User);")]
    [InlineData("Frames.Log(frame); Space.MapUserPage(address, {|KMEM103:frame|});")]
    [InlineData("ulong* pte = Space.Walk(address); *pte = {|KMEM103:frame|}.Start | 7;")]
    [InlineData("ulong* pte = Space.Walk(address); *pte = {|KMEM103:frame|}.Start | (ulong)(PageFlags.Present | PageFlags.User);")]
    [InlineData("_entries[index] = PageTableEntry.ForLeaf({|KMEM103:frame|}, PageAttributes.UserData);")]
    [InlineData("_entries[index] = new PageTableEntry({|KMEM103:frame|}.Start | (ulong)PageFlags.UserData);")]
    [InlineData("ulong* pte = Space.Walk(address); System.Threading.Volatile.Write(ref *pte, {|KMEM103:frame|}.Start | 5);")]
    public Task A_dirty_frame_that_a_program_can_read_is_reported(string body) => VerifyBody("Frame frame = Frames.Take(); " + body);

    [Theory]
    [InlineData("Frames.Zero(frame); Space.Map(address, frame, PageFlags.User);")]
    [InlineData("Frames.ReadPage(5, frame); Space.Map(address, frame, PageFlags.User);")]
    [InlineData("Frames.CopyPage(default, frame); Space.Map(address, frame, PageFlags.UserData);")]
    [InlineData("Frames.LoadBlock(5, frame); Space.MapUserPage(address, frame);")]
    [InlineData("Unsafe.CopyBlock(PointerTo(frame), (void*)address, 4096); Space.MapUserPage(address, frame);")]
    [InlineData("new Span<byte>(PointerTo(frame), 4096).Clear(); Space.Map(address, frame, PageFlags.User);")]
    [InlineData("Space.Map(address, frame, PageFlags.Present | PageFlags.Writable);")]
    [InlineData("Space.Map(address, frame, PageFlags.User & ~PageFlags.User);")]
    [InlineData("Space.Map(address, frame, flags);")]
    [InlineData("Space.Map(address, frame, flags & ~PageFlags.User);")]
    [InlineData("Space.MapPage(address, frame, PageAttributes.KernelData);")]
    [InlineData("Space.MapPage(address, frame, PageAttributes.Common);")]
    [InlineData("Space.MapPage(address, frame, attributes);")]
    [InlineData("Space.MapIn(address, frame, user: false);")]
    [InlineData("Space.MapIn(address, frame, flag);")]
    [InlineData("Space.Show(address, frame, PageFlags.Present);")]
    [InlineData("Space.Show(address, frame, flags);")]
    [InlineData("Space.Unmap(address, frame, PageFlags.User);")]
    [InlineData("PageFlags rights = PageFlags.Present; if (flag) { rights |= PageFlags.User; Frames.Zero(frame); } Space.Map(address, frame, rights);")]
    [InlineData("ulong* pte = Space.Walk(address); *pte = frame.Start | 3;")]
    [InlineData("ulong* pte = Space.Walk(address); *pte = frame.Start | (ulong)PageFlags.User; Frames.Zero(frame); *pte |= 1;")]
    [InlineData("ulong* words = Space.Walk(address); words[5] = frame.Start | 7;")]
    [InlineData("_entries[index] = PageTableEntry.ForLeaf(frame, PageAttributes.KernelData);")]
    [InlineData("_entries[index] = PageTableEntry.ForLeaf(frame, attributes);")]
    public Task A_frame_that_is_clean_or_the_kernels_is_right(string body) => VerifyBody("Frame frame = Frames.Take(); " + body);

    [Theory]
    [InlineData("Space.Map(address, Frames.TakeZeroed(), PageFlags.User);")]
    [InlineData("Space.Map(address, new Frame(0xFEE0_0000), PageFlags.User);")]
    [InlineData("Frame device = new Frame(address); Space.MapUserPage(address, device);")]
    [InlineData("if (Frames.TryTake(out Frame frame)) { Frames.Zero(frame); Space.Map(address, frame, PageFlags.User); }")]
    [InlineData("Space.Map(address, new Frame(_entries[index].Bits & ~0xFFFUL), PageFlags.User);")]
    public Task What_is_no_dirty_frame_may_be_mapped(string body) => VerifyBody(body);

    [Fact]
    public Task A_helper_that_maps_is_seen_through() => Verify("""
            private static void Enter(ulong address, Frame frame) => Space.Map(address, frame, PageFlags.User);
            private static void Install(ulong address, Frame frame, PageFlags flags) => Space.Map(address, frame, flags | PageFlags.Present);
            private static void Put(ulong* pte, Frame frame, PageFlags rights) => *pte = frame.Start | (ulong)rights | 1;

            public void Wrong(ulong address)
            {
                Enter(address, {|KMEM103:Frames.Take()|});
                Install(address, {|KMEM103:Frames.Take()|}, PageFlags.User);
                Put(Space.Walk(address), {|KMEM103:Frames.Take()|}, PageFlags.UserData);
            }

            public void Right(ulong address, PageFlags flags)
            {
                Install(address, Frames.Take(), PageFlags.Writable);
                Install(address, Frames.Take(), flags);
                Put(Space.Walk(address), Frames.Take(), PageFlags.Writable);
                Frame frame = Frames.Take();
                Frames.Zero(frame);
                Enter(address, frame);
            }
        """);

    [Fact]
    public Task A_helper_that_zeroes_what_it_maps_is_right() => Verify("""
            private static void MapUser(ulong address, Frame frame)
            {
                Frames.Zero(frame);
                Space.Map(address, frame, PageFlags.User);
            }

            private static void MapFor(ulong address, Frame frame, PageFlags flags)
            {
                if ((flags & PageFlags.User) != 0)
                {
                    Frames.Zero(frame);
                }

                Space.Map(address, frame, flags);
            }

            private static void MapWith(ulong address, Frame frame, PageAttributes attributes)
            {
                if (attributes.IsUser)
                {
                    Frames.Zero(frame);
                }

                Space.MapPage(address, frame, attributes);
            }

            public void M(ulong address)
            {
                MapUser(address, Frames.Take());
                MapFor(address, Frames.Take(), PageFlags.User);
                MapWith(address, Frames.Take(), PageAttributes.UserData);
            }
        """);

    [Fact]
    public Task A_frame_that_a_method_takes_and_maps_as_its_callers_say_is_reported_once() => Verify("""
            private static Frame MapNew(ulong address, PageAttributes attributes)
            {
                Frame frame = Frames.Take();
                Space.MapPage(address, {|KMEM103:frame|}, attributes.For(3));
                return frame;
            }

            private static Frame MapOther(ulong address, PageAttributes attributes)
            {
                Frame frame = Frames.Take();
                Space.MapPage(address, frame, attributes);
                return frame;
            }

            public void One(ulong address) => MapNew(address, PageAttributes.UserData);
            public void Two(ulong address) => MapNew(address, PageAttributes.UserReadOnly);
            public void Three(ulong address) => MapOther(address, PageAttributes.KernelData);
        """);

    [Fact]
    public Task A_frame_from_a_helper_is_as_dirty_as_the_helper_leaves_it() => Verify("""
            private static Frame Raw() => Frames.Take();
            private static Frame Clean() { Frame frame = Frames.Take(); Frames.Zero(frame); return frame; }

            public void M(ulong address)
            {
                Space.MapUserPage(address, {|KMEM103:Raw()|});
                Space.MapUserPage(address, Clean());
            }
        """);

    [Fact]
    public Task The_message_names_the_frame_and_what_maps_it() => VerifyCS.VerifyAnalyzerAsync(
        With("""
            public void M(ulong address)
            {
                Frame frame = {|#1:Frames.Take()|};
                Space.Map(address, {|#0:frame|}, PageFlags.User);
            }
        """),
        VerifyCS.Diagnostic(LinkedBeforeZeroedAnalyzer.MappedForUser).WithLocation(0).WithLocation(1)
            .WithArguments("frame", "Map", "and is never zeroed before that"));

    /// <summary>A kernel without contracts around the members.</summary>
    private static Task VerifyForeign(string members) => VerifyCS.VerifyAnalyzerAsync($$"""
        using System;

        public static unsafe class Pmm
        {
            private static ulong* s_stack;
            private static int s_top;
            public static ulong AllocateFrame() => s_stack[--s_top];
            public static ulong AllocateZeroedFrame() { ulong frame = s_stack[--s_top]; Memory.Set((byte*)frame, 0, 4096); return frame; }
        }

        public static unsafe class Memory
        {
            public static void Set(byte* at, byte value, int count) { for (int i = 0; i < count; i++) at[i] = value; }
            public static void Copy(byte* to, byte* from, int count) { for (int i = 0; i < count; i++) to[i] = from[i]; }
            public static extern void ZeroPage(ulong page);
        }

        public static class Disk { public static extern unsafe void ReadSector(ulong sector, byte* buffer); }

        public static unsafe class Vmm
        {
            public const ulong Present = 1;
            public const ulong Writable = 2;
            public const ulong User = 4;
            public const ulong PTE_U = 4;
            private static extern void MapEntry(ulong virt, ulong phys, ulong bits);
            private static extern ulong* GetPageTableEntry(ulong address);
            private static extern void Invlpg(ulong address);
            public static void MapPage(ulong virtualAddress, ulong physicalAddress, ulong flags)
            {
                ulong* pte = GetPageTableEntry(virtualAddress);
                *pte = physicalAddress | flags | Present;
                Invlpg(virtualAddress);
            }

        {{members}}
        }
        """);

    [Theory]
    [InlineData("ulong frame = Pmm.AllocateFrame(); MapPage(address, {|KMEM103:frame|}, Writable | User);")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); MapPage(address, {|KMEM103:frame|}, Writable | User); Memory.ZeroPage(frame);")]
    [InlineData("ulong* pte = GetPageTableEntry(address); *pte = {|KMEM103:Pmm.AllocateFrame()|} | 7; Invlpg(address);")]
    [InlineData("ulong* pte = GetPageTableEntry(address); ulong frame = Pmm.AllocateFrame(); ulong entry = frame | Present; entry |= User; *pte = {|KMEM103:entry|}; Invlpg(address);")]
    [InlineData("for (ulong at = 0; at < count; at += 4096) { MapPage(address + at, {|KMEM103:Pmm.AllocateFrame()|}, User); }")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); MapEntry(address, {|KMEM103:frame|}, User | Present);")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); MapEntry(address, {|KMEM103:frame|}, PTE_U | Present);")]
    public Task A_foreign_kernels_dirty_frame_is_reported(string body) =>
        VerifyForeign($$"""public static void M(ulong address, ulong count) { {{body}} }""");

    [Theory]
    [InlineData("ulong frame = Pmm.AllocateZeroedFrame(); MapPage(address, frame, Writable | User);")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); Memory.ZeroPage(frame); MapPage(address, frame, Writable | User);")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); Memory.Set((byte*)frame, 0, 4096); MapPage(address, frame, User);")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); Memory.Copy((byte*)frame, (byte*)count, 4096); MapPage(address, frame, User);")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); Disk.ReadSector(count, (byte*)frame); MapPage(address, frame, User);")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); ulong* p = (ulong*)frame; for (int i = 0; i < 512; i++) p[i] = 0; MapPage(address, frame, User);")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); MapPage(address, frame, Writable);")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); MapPage(address, frame, count);")]
    [InlineData("ulong frame = Pmm.AllocateFrame(); MapEntry(address, frame, Writable | Present);")]
    [InlineData("ulong frame = Pmm.AllocateZeroedFrame(); MapEntry(address, frame, PTE_U | Present);")]
    [InlineData("MapPage(address, 0xFEC0_0000, Writable | User);")]
    [InlineData("MapPage(address, count, Writable | User);")]
    public Task A_foreign_kernels_clean_frame_is_right(string body) =>
        VerifyForeign($$"""public static void M(ulong address, ulong count) { {{body}} }""");
}
