using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Zeroing.LinkedBeforeZeroedAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM101 and KMEM103: frames that are zeroed through a mapping of their own, and allocators that say that they do not.</summary>
public class KMEM103WindowTests
{
    private static Task Verify(string body) => VerifyCS.VerifyAnalyzerAsync("""
        using System;
        using System.Runtime.CompilerServices;

        [Flags]
        public enum PageFlags { None = 0, Present = 1, Writable = 2, User = 4 }

        public static class Paging
        {
            public static extern ulong AllocateFrame();
            public static extern ulong RentDirty();
            public static extern ulong Rent();
            public static extern void Map(ulong page, ulong frame, PageFlags flags);
            public static extern void Unmap(ulong page);
            public static extern void LoadCr3(ulong root);
        }

        [InlineArray(512)]
        public struct Entries { private ulong _first; }

        public static unsafe class Space
        {
            private const ulong Window = 0xFFFF_FF00_0000_0000;
            public static void M(ulong page)
            {
                ulong frame = Paging.AllocateFrame();
        """ + body + "    }\n}");

    [Fact]
    public Task A_frame_may_be_zeroed_where_it_is_mapped() => Verify("""
                Paging.Map(Window, frame, PageFlags.Writable);
                Unsafe.InitBlock((void*)Window, 0, 4096);
                Paging.Unmap(Window);
                Paging.Map(page, frame, PageFlags.User);
        """);

    [Fact]
    public Task Also_by_a_loop() => Verify("""
                Paging.Map(Window, frame, PageFlags.Writable);
                ulong* words = (ulong*)Window;
                for (int i = 0; i < 512; i++)
                {
                    words[i] = 0;
                }

                Paging.Map(page, frame, PageFlags.User);
        """);

    [Fact]
    public Task Zeroing_before_it_is_mapped_there_zeroes_something_else() => Verify("""
                Unsafe.InitBlock((void*)Window, 0, 4096);
                Paging.Map(Window, frame, PageFlags.Writable);
                Paging.Map(page, {|KMEM103:frame|}, PageFlags.User);
        """);

    [Fact]
    public Task Mapping_alone_zeroes_nothing() => Verify("""
                Paging.Map(Window, frame, PageFlags.Writable);
                Paging.Unmap(Window);
                Paging.Map(page, {|KMEM103:frame|}, PageFlags.User);
        """);

    [Fact]
    public Task Another_frame_in_the_window_is_another() => Verify("""
                ulong other = Paging.AllocateFrame();
                Paging.Map(Window, other, PageFlags.Writable);
                Unsafe.InitBlock((void*)Window, 0, 4096);
                Paging.Map(page, {|KMEM103:frame|}, PageFlags.User);
        """);

    [Theory]
    [InlineData("(*entries)[i] = 0;")]
    [InlineData("table[i] = 0;")]
    public Task An_inline_array_is_memory_as_any_other(string store) => Verify($$"""
                Entries* entries = (Entries*)(0xFFFF_8000_0000_0000 + frame);
                ref Entries table = ref *entries;
                for (int i = 0; i < 512; i++)
                {
                    {{store}}
                }

                Paging.LoadCr3(frame);
        """);

    [Fact]
    public Task Half_of_one_is_half() => Verify("""
                Entries* entries = (Entries*)(0xFFFF_8000_0000_0000 + frame);
                for (int i = 0; i < 256; i++)
                {
                    (*entries)[i] = 0;
                }

                Paging.LoadCr3({|KMEM101:frame|});
        """);

    [Fact]
    public Task What_is_called_dirty_is() => Verify("""
                ulong root = Paging.RentDirty();
                Paging.LoadCr3({|KMEM101:root|});
        """);

    [Fact]
    public Task What_is_not_may_be_clean() => Verify("""
                ulong root = Paging.Rent();
                Paging.LoadCr3(root);
        """);
}
