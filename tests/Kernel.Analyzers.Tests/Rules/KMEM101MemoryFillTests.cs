using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Zeroing.LinkedBeforeZeroedAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM101: what overwrites all of a frame, and what only a part of it.</summary>
public class KMEM101MemoryFillTests
{
    private static Task Verify(string body) => VerifyMembers($$"""
            public void M(bool flag, int count)
            {
        {{body}}
            }
        """);

    private static Task VerifyMembers(string members) => VerifyCS.VerifyAnalyzerAsync(KMEM101LinkedBeforeZeroedTests.With(members));

    [Fact]
    public Task A_fill_of_half_a_frame_is_not_enough() => Verify("""
        Frame frame = Frames.Take();
        Unsafe.InitBlock(TMemory.PointerTo(frame), 0, 2048);
        Table.Link(0, {|KMEM101:frame|});
        """);

    [Fact]
    public Task A_fill_with_ones_does_not_zero() => Verify("""
        Frame frame = Frames.Take();
        Unsafe.InitBlock(TMemory.PointerTo(frame.Start), 0xFF, 4096);
        Table.Link(0, {|KMEM101:frame|});
        """);

    [Fact]
    public Task A_loop_that_stops_short_is_not_enough() => Verify("""
        Frame frame = Frames.Take();
        ulong* entries = (ulong*)TMemory.PointerTo(frame.Start);
        for (int index = 0; index < 511; index++)
        {
            entries[index] = 0;
        }

        Table.Link(0, {|KMEM101:frame|});
        """);

    [Fact]
    public Task A_store_to_one_entry_is_not_enough() => Verify("""
        Frame frame = Frames.Take();
        ulong* entries = (ulong*)TMemory.PointerTo(frame.Start);
        entries[0] = 0;
        Table.Link(0, {|KMEM101:frame|});
        """);

    [Theory]
    [InlineData("Unsafe.InitBlock(TMemory.PointerTo(frame.Start), 0, 4096);")]
    [InlineData("Unsafe.InitBlockUnaligned((byte*)TMemory.PointerTo(frame), 0, Size);")]
    [InlineData("Unsafe.InitBlock(ref *(byte*)TMemory.PointerTo(frame), 0, (uint)Size);")]
    [InlineData("new Span<byte>(TMemory.PointerTo(frame.Start), Size).Clear();")]
    [InlineData("new Span<ulong>(TMemory.PointerTo(frame.Start), 512).Fill(0);")]
    [InlineData("Span<ulong> span = new(TMemory.PointerTo(frame.Start), 512); span.Clear();")]
    [InlineData("System.Runtime.InteropServices.NativeMemory.Clear(TMemory.PointerTo(frame.Start), 4096);")]
    [InlineData("Unsafe.InitBlock((void*)(s_base + frame.Start.Value), 0, 4096);")]
    [InlineData("ulong* e = (ulong*)TMemory.PointerTo(frame); for (int i = 0; i < 512; i++) e[i] = 0;")]
    [InlineData("ulong* e = (ulong*)TMemory.PointerTo(frame); for (int i = 0; i < Size / sizeof(ulong); ++i) { *(e + i) = 0UL; }")]
    [InlineData("ulong* e = (ulong*)TMemory.PointerTo(frame); for (int i = 0; i <= 511; i += 1) { e[i] = default; }")]
    public Task A_fill_of_the_whole_frame_is_quiet(string fill) => Verify($$"""
        Frame frame = Frames.Take();
        {{fill}}
        Table.Link(0, frame);
        """);

    [Theory]
    [InlineData("Unsafe.InitBlock(TMemory.PointerTo(frame.Start), 0, (uint)count);")]
    [InlineData("Unsafe.InitBlock((byte*)TMemory.PointerTo(frame.Start), 0, 2048); Unsafe.InitBlock((byte*)TMemory.PointerTo(frame.Start) + 2048, 0, 2048);")]
    [InlineData("for (ulong* p = (ulong*)TMemory.PointerTo(frame), end = p + 512; p < end; p++) { *p = 0; }")]
    [InlineData("ulong* e = (ulong*)TMemory.PointerTo(frame); for (int i = 0; i < count; i++) { e[i] = 0; }")]
    public Task A_fill_whose_extent_cannot_be_decided_is_quiet(string fill) => Verify($$"""
        Frame frame = Frames.Take();
        {{fill}}
        Table.Link(0, frame);
        """);

    [Fact]
    public Task A_table_of_the_right_size_stored_over_the_frame_is_quiet() => VerifyCS.VerifyAnalyzerAsync(KMEM101LinkedBeforeZeroedTests.With("""
            private struct Entries { public fixed ulong All[512]; }
            private struct Half { public fixed ulong All[256]; }
            public void M()
            {
                Frame one = Frames.Take();
                *(Entries*)TMemory.PointerTo(one) = default;
                Table.Link(0, one);
                Frame two = Frames.Take();
                *(Half*)TMemory.PointerTo(two) = default;
                Table.Link(1, {|KMEM101:two|});
            }
        """));

    [Theory]
    [InlineData("Buffer.MemoryCopy(TMemory.PointerTo(other), TMemory.PointerTo(frame), 4096, 4096);")]
    [InlineData("System.Runtime.InteropServices.NativeMemory.Copy(TMemory.PointerTo(other), TMemory.PointerTo(frame), 4096);")]
    [InlineData("ulong* to = (ulong*)TMemory.PointerTo(frame), from = (ulong*)TMemory.PointerTo(other); for (int i = 0; i < 512; i++) to[i] = from[i];")]
    [InlineData("ulong* to = (ulong*)TMemory.PointerTo(frame), from = (ulong*)TMemory.PointerTo(other); for (int i = 0; i < 512; i++) { to[i] = i < 256 ? 0 : from[i]; }")]
    [InlineData("foreach (ref ulong entry in new Span<ulong>(TMemory.PointerTo(frame), 512)) { entry = 0; }")]
    [InlineData("ref ulong first = ref *(ulong*)TMemory.PointerTo(frame); for (int i = 0; i < 512; i++) { Unsafe.Add(ref first, i) = 0; }")]
    [InlineData("Span<ulong> all = new(TMemory.PointerTo(frame), 512); all[..256].Clear(); new Span<ulong>(TMemory.PointerTo(other), 512)[256..].CopyTo(all[256..]);")]
    public Task A_frame_that_is_overwritten_by_a_copy_is_quiet(string fill) => VerifyMembers($$"""
            public void M(Frame other)
            {
                Frame frame = Frames.Take();
                {{fill}}
                Table.Link(0, frame);
            }
        """);

    [Theory]
    [InlineData("Buffer.MemoryCopy(TMemory.PointerTo(other), TMemory.PointerTo(frame), 4096, 2048);")]
    [InlineData("System.Runtime.InteropServices.NativeMemory.Copy(TMemory.PointerTo(frame), TMemory.PointerTo(other), 4096);")]
    [InlineData("new Span<ulong>(TMemory.PointerTo(frame), 512)[..256].Clear();")]
    [InlineData("ulong* to = (ulong*)TMemory.PointerTo(frame); for (int i = 0; i < 512; i++) { to[0] = other.Start.Value; }")]
    public Task A_copy_of_a_part_or_out_of_the_frame_is_not_enough(string fill) => VerifyMembers($$"""
            public void M(Frame other)
            {
                Frame frame = Frames.Take();
                {{fill}}
                Table.Link(0, {|KMEM101:frame|});
            }
        """);

    [Fact]
    public Task A_table_behind_a_reference_that_is_overwritten_is_quiet() => VerifyMembers("""
            [InlineArray(512)] private struct Entries { private ulong _first; }
            private static Entries s_kernel;
            private static ref Entries Of(Frame frame) => ref *(Entries*)TMemory.PointerTo(frame);
            public void M()
            {
                Frame one = Frames.Take();
                Of(one) = default;
                Table.Link(0, one);
                Frame two = Frames.Take();
                ref Entries entries = ref Of(two);
                for (int i = 0; i < 512; i++) { entries[i] = 0; }
                Table.Link(1, two);
                Frame three = Frames.Take();
                *(Entries*)TMemory.PointerTo(three) = s_kernel;
                Table.Link(2, three);
                Frame four = Frames.Take();
                Of(four)[0] = 0;
                Table.Link(3, {|KMEM101:four|});
            }
        """);

    [Fact]
    public Task A_frame_that_keeps_a_primary_constructor_parameter_is_seen_through() => VerifyMembers("""
            public readonly struct Numbered(ulong number)
            {
                public ulong Number => number;
            }

            private static class Pool
            {
                [return: Dirty] public static extern Numbered Take();
                public static extern void Link([RequiresZeroed] Numbered frame);
            }

            private static ulong* PointerTo(Numbered frame) => (ulong*)(0xFFFF_8000_0000_0000 + (frame.Number * 4096));

            public void M()
            {
                Numbered one = Pool.Take();
                Unsafe.InitBlock(PointerTo(one), 0, 4096);
                Pool.Link(one);
                Numbered two = Pool.Take();
                Unsafe.InitBlock(PointerTo(one), 0, 4096);
                Pool.Link({|KMEM101:two|});
            }
        """);

    [Fact]
    public Task A_frame_that_a_pattern_names_is_followed() => VerifyMembers("""
            private static Frame? Maybe() => Frames.TryTake(out Frame frame) ? frame : null;
            public void M()
            {
                if (Maybe() is { } one)
                {
                    Table.Link(0, {|KMEM101:one|});
                }

                if (Maybe() is not { } two)
                {
                    return;
                }

                Frames.Zero(two);
                Table.Link(1, two);
            }
        """);
}
