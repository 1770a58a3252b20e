using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Zeroing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Zeroing.LinkedBeforeZeroedAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM101 across methods: contracts, summaries of methods without them, and contracts checked against bodies.</summary>
public class KMEM101AcrossMethodsTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(KMEM101LinkedBeforeZeroedTests.With(members));

    [Fact]
    public Task A_helper_that_returns_a_dirty_frame_is_seen_through() => Verify("""
            private static Frame Next() => Frames.Take();
            private static Frame Again() { Frame frame = Next(); Frames.Log(frame); return frame; }
            public void M()
            {
                Frame frame = Again();
                Table.Link(0, {|KMEM101:frame|});
            }
        """);

    [Fact]
    public Task A_helper_that_hands_out_a_dirty_frame_is_seen_through() => Verify("""
            private static bool TryNext(out Frame frame) => Frames.TryTake(out frame);
            public void M()
            {
                if (TryNext(out Frame frame))
                {
                    Table.Link(0, {|KMEM101:frame|});
                }
            }
        """);

    [Fact]
    public Task A_helper_that_links_is_reported_where_it_is_given_the_frame() => Verify("""
            private static void Hang(int index, Frame frame) => Table.Link(index, frame);
            private static void HangFirst(Frame frame) => Hang(0, frame);
            public void M()
            {
                Frame frame = Frames.Take();
                HangFirst({|KMEM101:frame|});
            }
        """);

    [Fact]
    public Task A_helper_that_zeroes_on_one_path_only_is_not_enough() => Verify("""
            private static void Clean(Frame frame, int count)
            {
                if (count > 0)
                {
                    Frames.Zero(frame);
                }
            }

            public void M(int count)
            {
                Frame frame = Frames.Take();
                Clean(frame, count);
                Table.Link(0, {|KMEM101:frame|});
            }
        """);

    [Fact]
    public Task A_helper_that_zeroes_another_frame_is_not_enough() => Verify("""
            private static void Clean(Frame frame)
            {
                frame = Frames.Take();
                Frames.Zero(frame);
            }

            public void M()
            {
                Frame frame = Frames.Take();
                Clean(frame);
                Table.Link(0, {|KMEM101:frame|});
            }
        """);

    [Fact]
    public Task A_constant_that_turns_zeroing_off_is_reported() => Verify("""
            private static Frame Next(bool zero)
            {
                Frame frame = Frames.Take();
                if (zero)
                {
                    Frames.Zero(frame);
                }

                return frame;
            }

            public void M() => Table.Link(0, {|KMEM101:Next(zero: false)|});
        """);

    [Fact]
    public Task A_dirty_parameter_is_reported_when_it_is_linked() => Verify("""
            public void M([Dirty] Frame frame) => Table.Link(0, {|KMEM101:frame|});
        """);

    [Fact]
    public Task A_promise_to_zero_that_is_not_kept_is_reported() => Verify("""
            public static void Clean([Zeroes] Frame {|KMEM101:frame|}) => Frames.Log(frame);
        """);

    [Fact]
    public Task A_promise_to_zero_that_one_return_breaks_is_reported() => Verify("""
            public static void Clean([Zeroes] Frame {|KMEM101:frame|}, bool hurry)
            {
                if (hurry)
                {
                    return;
                }

                Frames.Zero(frame);
            }
        """);

    [Fact]
    public Task A_promise_to_zero_that_covers_a_part_is_reported() => Verify("""
            public static void Clean([Zeroes] Frame {|KMEM101:frame|}) => new Span<byte>(TMemory.PointerTo(frame.Start), 4095).Clear();
        """);

    [Fact]
    public Task A_promise_inherited_from_an_interface_is_checked() => Verify("""
            public interface ICleaner { void Clean([Zeroes] Frame frame); }
            public struct Lazy : ICleaner { public void Clean(Frame {|KMEM101:frame|}) { } }
        """);

    [Fact]
    public Task A_recursion_that_may_link_before_it_zeroes_is_reported() => Verify("""
            private static Frame Down(int depth) => depth == 0 ? Frames.Take() : Down(depth - 1);
            public void M() => Table.Link(0, {|KMEM101:Down(3)|});
        """);

    [Fact]
    public Task A_getter_that_takes_a_dirty_frame_is_reported() => Verify("""
            [Dirty] public static Frame Fresh => Frames.Take();
            [Dirty] public Frame Next { get; private set; }
            public void M() => Table.Link(0, {|KMEM101:Fresh|});
            public void N() => Table.Link(0, {|KMEM101:Next|});
        """);

    [Fact]
    public Task A_struct_that_links_itself_is_reported_at_its_receiver() => Verify("""
            public readonly struct Wrapper
            {
                private readonly Frame _frame;
                public Wrapper(Frame frame) => _frame = frame;
                public void Hang() => Table.Link(0, _frame);
            }

            public void M()
            {
                Wrapper wrapper = new Wrapper(Frames.Take());
                {|KMEM101:wrapper|}.Hang();
            }
        """);

    [Fact]
    public Task A_helper_that_zeroes_is_quiet() => Verify("""
            private static void Wipe(Address address) => Unsafe.InitBlock(TMemory.PointerTo(address), 0, 4096);
            private static void Clean(Frame frame) => Wipe(frame.Start);
            public void M()
            {
                Frame frame = Frames.Take();
                Clean(frame);
                Table.Link(0, frame);
            }
        """);

    [Fact]
    public Task A_helper_that_returns_a_zeroed_frame_is_quiet() => Verify("""
            private static Frame Next()
            {
                Frame frame = Frames.Take();
                Frames.Zero(frame);
                return frame;
            }

            private static bool TryNext(out Frame frame)
            {
                if (!Frames.TryTake(out frame))
                {
                    return false;
                }

                Frames.Zero(frame);
                return true;
            }

            public void M()
            {
                Table.Link(0, Next());
                if (TryNext(out Frame frame))
                {
                    Table.Link(1, frame);
                }
            }
        """);

    [Fact]
    public Task A_failed_attempt_to_take_leaves_no_frame() => Verify("""
            private static bool TryNext(out Frame frame)
            {
                bool taken = Frames.TryTake(out frame);
                if (taken)
                {
                    Frames.Zero(frame);
                }

                return taken;
            }

            public void M()
            {
                if (TryNext(out Frame frame))
                {
                    Table.Link(1, frame);
                }
            }
        """);

    [Fact]
    public Task A_helper_that_zeroes_and_hands_the_frame_back_is_quiet() => Verify("""
            private static Frame Clean(Frame frame) { Frames.Zero(frame); return frame; }
            public void M() => Table.Link(0, Clean(Frames.Take()));
        """);

    [Fact]
    public Task A_constant_that_turns_zeroing_on_is_quiet() => Verify("""
            private static Frame Next(bool zero = true)
            {
                Frame frame = Frames.Take();
                if (!zero)
                {
                    return frame;
                }

                Frames.Zero(frame);
                return frame;
            }

            public void M()
            {
                Table.Link(0, Next(zero: true));
                Table.Link(0, Next());
            }
        """);

    [Fact]
    public Task A_recursion_that_zeroes_at_its_end_is_quiet() => Verify("""
            private static void Clean(Frame frame, int depth)
            {
                if (depth == 0)
                {
                    Frames.Zero(frame);
                    return;
                }

                Clean(frame, depth - 1);
            }

            private static void Even(Frame frame, int depth) { if (depth == 0) { Frames.Zero(frame); } else { Odd(frame, depth - 1); } }
            private static void Odd(Frame frame, int depth) { if (depth == 0) { Frames.Zero(frame); } else { Even(frame, depth - 1); } }

            public void M()
            {
                Frame one = Frames.Take();
                Clean(one, 3);
                Table.Link(0, one);
                Frame two = Frames.Take();
                Even(two, 3);
                Table.Link(1, two);
            }
        """);

    [Fact]
    public Task A_panic_that_does_not_return_ends_the_path() => Verify("""
            private static void Stop() { while (true) { } }
            [System.Diagnostics.CodeAnalysis.DoesNotReturn] private static extern void Panic();
            public void M(bool ready, bool open)
            {
                Frame frame = Frames.Take();
                if (ready)
                {
                    Frames.Zero(frame);
                }
                else if (open)
                {
                    Panic();
                }
                else
                {
                    Stop();
                }

                Table.Link(0, frame);
            }
        """);

    [Fact]
    public Task A_required_parameter_is_taken_as_zeroed_in_the_body() => Verify("""
            public static void Hang(int index, [RequiresZeroed] Frame frame) => Table.Link(index, frame);
        """);

    [Fact]
    public Task A_promise_kept_by_contract_is_quiet() => Verify("""
            public static void Clean([Zeroes] Frame frame) => Frames.Zero(frame.Start);
            public static void Wipe([Zeroes] Frame frame)
            {
                ulong* entries = (ulong*)TMemory.PointerTo(frame.Start);
                for (int index = 0; index < 512; index++)
                {
                    entries[index] = 0;
                }
            }

            public abstract class Platform { public abstract void Clean([Zeroes] Frame frame); }
        """);

    [Fact]
    public Task A_virtual_method_without_contract_is_not_seen_through() => Verify("""
            protected virtual Frame Next() => Frames.Take();
            public void M() => Table.Link(0, Next());
        """);

    [Fact]
    public Task The_report_leads_to_the_taking_and_to_the_link() => VerifyCS.VerifyAnalyzerAsync(
        KMEM101LinkedBeforeZeroedTests.With("""
            private static void Hang(Frame frame) => Table.Link(0, {|#2:frame|});
            public void M()
            {
                Frame frame = {|#1:Frames.Take()|};
                Hang({|#0:frame|});
            }
        """),
        VerifyCS.Diagnostic(LinkedBeforeZeroedAnalyzer.Rule).WithLocation(0).WithLocation(1).WithLocation(2)
            .WithArguments("frame", "Link", "and is never zeroed before that"));

    [Fact]
    public Task A_broken_promise_says_how_much_is_zeroed() => VerifyCS.VerifyAnalyzerAsync(
        KMEM101LinkedBeforeZeroedTests.With("""
            public static void Clean([Zeroes] Frame {|#0:frame|}) { }
        """),
        VerifyCS.Diagnostic(LinkedBeforeZeroedAnalyzer.BrokenContract).WithLocation(0).WithArguments("frame", "Clean", "nothing of it"));
}
