using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Zeroing.LinkedBeforeZeroedAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM101 inside one method: which frames are reported, and which look-alikes are not.</summary>
public class KMEM101LinkedBeforeZeroedTests
{
    /// <summary>A machine with frames, an allocator, a way to zero and a way to link, then <paramref name="members"/> of a class.</summary>
    internal static string With(string members) => $$"""
        using System;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        public readonly struct Address
        {
            public Address(ulong value) => Value = value;
            public ulong Value { get; }
        }

        public readonly struct Frame
        {
            private readonly Address _start;
            public Frame(Address start) => _start = start;
            public Address Start => _start;
            public static implicit operator Address(Frame frame) => frame._start;
        }

        public interface IMemory
        {
            static abstract unsafe void* PointerTo(Address address);
        }

        public static class Frames
        {
            [return: Dirty] public static extern Frame Take();
            public static extern bool TryTake([Dirty] out Frame frame);
            public static extern void Zero([Zeroes] Frame frame);
            public static extern void Zero([Zeroes] Address address);
            public static extern void Log(Frame frame);
        }

        public readonly struct TableFrame
        {
            public TableFrame([RequiresZeroed] Frame frame) => Frame = frame;
            public Frame Frame { get; }
        }

        public static class Table
        {
            public static extern void Link(int index, [RequiresZeroed] Frame frame);
            public static extern void LinkAt([RequiresZeroed] Address address);
        }

        public unsafe class Subject<TMemory> where TMemory : struct, IMemory
        {
            private static readonly ulong s_base = 0xFFFF_8000_0000_0000;
            private const int Size = 4096;
        {{members}}
        }
        """;

    private static Task Verify(string body) => VerifyCS.VerifyAnalyzerAsync(With($$"""
            public void M(bool flag, int count)
            {
        {{body}}
            }
        """));

    [Fact]
    public Task A_frame_that_is_never_zeroed_is_reported() => Verify("""
        Frame frame = Frames.Take();
        Table.Link(0, {|KMEM101:frame|});
        """);

    [Fact]
    public Task A_frame_from_an_out_parameter_is_reported() => Verify("""
        if (Frames.TryTake(out Frame frame))
        {
            Table.Link(0, {|KMEM101:frame|});
        }
        """);

    [Fact]
    public Task A_frame_that_is_linked_where_it_is_taken_is_reported() => Verify("""
        Table.Link(0, {|KMEM101:Frames.Take()|});
        """);

    [Fact]
    public Task A_frame_that_is_zeroed_on_one_path_only_is_reported() => Verify("""
        Frame frame = Frames.Take();
        if (flag)
        {
            Frames.Zero(frame);
        }

        Table.Link(0, {|KMEM101:frame|});
        """);

    [Fact]
    public Task A_frame_that_is_zeroed_after_the_link_is_reported_at_the_link() => Verify("""
        Frame frame = Frames.Take();
        Table.Link(0, {|KMEM101:frame|});
        Frames.Zero(frame);
        """);

    [Fact]
    public Task Another_frame_that_is_zeroed_does_not_help() => Verify("""
        Frame frame = Frames.Take();
        Frame other = Frames.Take();
        Frames.Zero(other);
        Table.Link(0, {|KMEM101:frame|});
        Table.Link(1, other);
        """);

    [Fact]
    public Task A_frame_that_is_taken_again_after_the_zeroing_is_reported() => Verify("""
        Frame frame = Frames.Take();
        Frames.Zero(frame);
        frame = Frames.Take();
        Table.Link(0, {|KMEM101:frame|});
        """);

    [Fact]
    public Task The_frame_of_an_earlier_turn_of_a_loop_is_another_frame() => Verify("""
        Frame earlier = default;
        while (count-- > 0)
        {
            Frame frame = Frames.Take();
            Table.Link(count, {|KMEM101:earlier|});
            earlier = frame;
            frame = Frames.Take();
            Frames.Zero(frame);
        }
        """);

    [Fact]
    public Task A_frame_that_is_wrapped_by_a_constructor_is_reported_there() => Verify("""
        Frame frame = Frames.Take();
        TableFrame table = new TableFrame({|KMEM101:frame|});
        """);

    [Fact]
    public Task The_address_of_a_dirty_frame_is_reported() => Verify("""
        Frame frame = Frames.Take();
        Table.LinkAt({|KMEM101:frame.Start|});
        """);

    [Fact]
    public Task A_dirty_frame_behind_an_implicit_conversion_is_reported() => Verify("""
        Address address = Frames.Take();
        Table.LinkAt({|KMEM101:address|});
        """);

    [Fact]
    public Task A_link_in_a_finally_is_reached_before_the_zeroing() => Verify("""
        Frame frame = Frames.Take();
        try
        {
            Frames.Log(frame);
            Frames.Zero(frame);
        }
        finally
        {
            Table.Link(0, {|KMEM101:frame|});
        }
        """);

    [Fact]
    public Task One_of_two_frames_that_is_dirty_is_reported() => Verify("""
        Frame clean = Frames.Take();
        Frames.Zero(clean);
        Frame frame = flag ? clean : Frames.Take();
        Table.Link(0, {|KMEM101:frame|});
        """);

    [Fact]
    public Task A_dirty_frame_out_of_a_tuple_is_reported() => Verify("""
        (Frame frame, int index) pair = (Frames.Take(), 3);
        Table.Link(pair.index, {|KMEM101:pair.frame|});
        """);

    [Fact]
    public Task A_dirty_frame_behind_a_ref_local_is_reported() => Verify("""
        Frame frame = default;
        ref Frame same = ref frame;
        same = Frames.Take();
        Table.Link(0, {|KMEM101:frame|});
        """);

    [Fact]
    public Task A_dirty_frame_is_reported_in_a_lambda() => Verify("""
        Action link = () =>
        {
            Frame frame = Frames.Take();
            Table.Link(0, {|KMEM101:frame|});
        };
        """);

    [Fact]
    public Task One_mistake_is_reported_once() => Verify("""
        Frame frame = Frames.Take();
        Table.Link(0, {|KMEM101:frame|});
        Table.Link(1, frame);
        """);

    [Fact]
    public Task A_zeroed_frame_is_quiet() => Verify("""
        Frame frame = Frames.Take();
        Frames.Zero(frame);
        Table.Link(0, frame);
        """);

    [Fact]
    public Task A_frame_zeroed_through_its_address_is_quiet() => Verify("""
        Frame frame = Frames.Take();
        Address address = frame.Start;
        Frames.Zero(address);
        TableFrame table = new TableFrame(frame);
        Table.Link(0, table.Frame);
        """);

    [Fact]
    public Task A_frame_zeroed_on_both_paths_is_quiet() => Verify("""
        Frame frame = Frames.Take();
        if (flag)
        {
            Frames.Zero(frame);
        }
        else
        {
            Frames.Zero(frame.Start);
        }

        Table.Link(0, frame);
        """);

    [Fact]
    public Task A_frame_of_either_source_that_is_zeroed_where_they_meet_is_quiet() => Verify("""
        Frame frame = flag ? Frames.Take() : Frames.Take();
        Frames.Zero(frame);
        Table.Link(0, frame);
        """);

    [Fact]
    public Task Both_frames_zeroed_before_one_is_chosen_is_quiet() => Verify("""
        Frame one = Frames.Take();
        Frame two = Frames.Take();
        Frame frame = flag ? one : two;
        Frames.Zero(one);
        Frames.Zero(two);
        Table.Link(0, frame);
        """);

    [Fact]
    public Task A_path_that_leaves_without_linking_is_quiet() => Verify("""
        if (!Frames.TryTake(out Frame frame))
        {
            return;
        }

        if (flag)
        {
            throw new InvalidOperationException();
        }

        Frames.Zero(frame);
        Table.Link(0, frame);
        """);

    [Fact]
    public Task A_frame_of_unknown_origin_is_quiet() => VerifyCS.VerifyAnalyzerAsync(With("""
            private Frame _frame;
            public void M(Frame given, Frame[] all)
            {
                Table.Link(0, given);
                Table.Link(1, _frame);
                Table.Link(2, all[0]);
                Table.Link(3, default);
            }
        """));

    [Fact]
    public Task A_frame_given_to_an_unknown_function_is_not_followed() => VerifyCS.VerifyAnalyzerAsync(With("""
            public void M(delegate*<Frame, void> pointer, Action<Frame> action)
            {
                Frame one = Frames.Take();
                pointer(one);
                Table.Link(0, one);
                Frame two = Frames.Take();
                action(two);
                Table.Link(1, two);
            }
        """));

    [Fact]
    public Task A_dirty_frame_set_into_a_table_is_reported() => VerifyCS.VerifyAnalyzerAsync(With("""
            private class Root
            {
                public Frame this[int index] { [param: RequiresZeroed] set { } }
                public Frame First { get; [param: RequiresZeroed] set; }
                public Frame Last { set => Table.Link(511, value); }
            }

            private void Set(Root root)
            {
                root[3] = {|KMEM101:Frames.Take()|};
                root.First = {|KMEM101:Frames.Take()|};
                root.Last = {|KMEM101:Frames.Take()|};
                Frame frame = Frames.Take();
                Frames.Zero(frame);
                root[4] = frame;
                root.First = frame;
                root.Last = frame;
            }
        """));

    [Fact]
    public Task A_dirty_frame_that_is_not_linked_is_quiet() => Verify("""
        Frame frame = Frames.Take();
        Frames.Log(frame);
        """);

    [Fact]
    public Task A_frame_zeroed_in_every_turn_of_a_loop_is_quiet() => Verify("""
        for (int index = 0; index < count; index++)
        {
            Frame frame = Frames.Take();
            Frames.Zero(frame);
            Table.Link(index, frame);
        }
        """);

    [Fact]
    public Task A_frame_that_a_local_function_sees_is_not_followed() => Verify("""
        Frame frame = Frames.Take();
        void Clean() => Frames.Zero(frame);
        Clean();
        Table.Link(0, frame);
        """);

    [Fact]
    public Task The_message_names_the_frame_the_link_and_the_condition() => VerifyCS.VerifyAnalyzerAsync(
        With("""
            public void M(bool fast)
            {
                Frame frame = {|#1:Frames.Take()|};
                if (!fast)
                {
                    Frames.Zero(frame);
                }

                Table.Link(0, {|#0:frame|});
            }
        """),
        VerifyCS.Diagnostic(LinkedBeforeZeroedAnalyzer.Rule).WithLocation(0).WithLocation(1)
            .WithArguments("frame", "Link", "without having been zeroed when 'fast' is true"));

    [Fact]
    public Task The_message_says_that_the_zeroing_comes_too_late() => VerifyCS.VerifyAnalyzerAsync(
        With("""
            public void M()
            {
                Frame frame = {|#1:Frames.Take()|};
                TableFrame table = new({|#0:frame|});
                Frames.Zero(frame);
            }
        """),
        VerifyCS.Diagnostic(LinkedBeforeZeroedAnalyzer.Rule).WithLocation(0).WithLocation(1)
            .WithArguments("frame", "TableFrame", "before it is zeroed, which happens only afterwards"));

    [Fact]
    public Task Incomplete_code_does_not_disturb() => new KernelAnalyzerTest<LinkedBeforeZeroedAnalyzer>
    {
        TestCode = With("""
            public void M()
            {
                Frame frame = Frames.Take(;
                Frames.Zero(
                Table.Link(0, frame.);
                foreach (var x in ) { Table.Link(
        """),
        CompilerDiagnostics = CompilerDiagnostics.None,
    }.RunAsync();

    [Fact]
    public void The_rule_runs_concurrently_and_reads_generated_code()
    {
        AnalyzerConfiguration configuration = AnalyzerConfiguration.Of(new LinkedBeforeZeroedAnalyzer());

        Assert.True(configuration.RunsConcurrently);
        Assert.NotNull(configuration.GeneratedCode);
    }
}
