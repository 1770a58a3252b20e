using System.Threading.Tasks;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Zeroing.LinkedBeforeZeroedAnalyzer, Kernel.Analyzers.CodeFixes.ZeroBeforeLinkFix>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The fix of KMEM101: where a zeroing is put, and where none is offered.</summary>
public class ZeroBeforeLinkFixTests
{
    private static string With(string members) => $$"""
        using Kernel.Contracts;

        public readonly struct Frame { }

        public static class Frames
        {
            [return: Dirty] public static extern Frame Take();
            public static extern void Zero([Zeroes] Frame frame);
            public static extern void Link([RequiresZeroed] Frame frame);
        }

        public class Subject
        {
        {{members}}
        }
        """;

    [Fact]
    public Task The_frame_is_zeroed_before_the_statement_that_links_it() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public void M()
            {
                Frame frame = Frames.Take();

                // The walker sees it from here on.
                Frames.Link({|KMEM101:frame|});
            }
        """),
        With("""
            public void M()
            {
                Frame frame = Frames.Take();

                Frames.Zero(frame);
                // The walker sees it from here on.
                Frames.Link(frame);
            }
        """));

    [Fact]
    public Task Every_frame_is_fixed_at_once() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public void M()
            {
                Frame one = Frames.Take();
                Frame two = Frames.Take();
                Frames.Link({|KMEM101:one|});
                Frames.Link({|KMEM101:two|});
            }
        """),
        With("""
            public void M()
            {
                Frame one = Frames.Take();
                Frame two = Frames.Take();
                Frames.Zero(one);
                Frames.Link(one);
                Frames.Zero(two);
                Frames.Link(two);
            }
        """));

    [Fact]
    public Task A_name_that_stands_for_another_frame_later_is_zeroed_again() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public void M()
            {
                Frame frame = Frames.Take();
                Frames.Link({|KMEM101:frame|});
                frame = Frames.Take();
                Frames.Link({|KMEM101:frame|});
            }
        """),
        With("""
            public void M()
            {
                Frame frame = Frames.Take();
                Frames.Zero(frame);
                Frames.Link(frame);
                frame = Frames.Take();
                Frames.Zero(frame);
                Frames.Link(frame);
            }
        """));

    [Fact]
    public Task Directives_before_the_link_stay_around_both() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public void M()
            {
                Frame frame = Frames.Take();
                #region Link
        #if !OTHER
                /* last */ Frames.Link({|KMEM101:frame|}); // seen
        #endif
                #endregion
            }
        """),
        With("""
            public void M()
            {
                Frame frame = Frames.Take();
                #region Link
        #if !OTHER
                Frames.Zero(frame);
                /* last */
                Frames.Link(frame); // seen
        #endif
                #endregion
            }
        """));

    [Fact]
    public Task Statements_at_the_top_of_a_file_are_fixed_too()
    {
        static string Source(string statements) => $$"""
            using Kernel.Contracts;

            Frame frame = Frames.Take();
            {{statements}}

            public readonly struct Frame { }

            public static class Frames
            {
                [return: Dirty] public static extern Frame Take();
                public static extern void Zero([Zeroes] Frame frame);
                public static extern void Link([RequiresZeroed] Frame frame);
            }
            """;
        return new KernelCodeFixTest<LinkedBeforeZeroedAnalyzer, ZeroBeforeLinkFix>
        {
            TestState = { OutputKind = OutputKind.ConsoleApplication, Sources = { Source("Frames.Link({|KMEM101:frame|});") } },
            FixedCode = Source("Frames.Zero(frame);\nFrames.Link(frame);"),
        }.RunAsync();
    }

    [Fact]
    public Task A_frame_is_zeroed_before_it_is_mapped_for_a_program() => VerifyCS.VerifyCodeFixAsync(
        With("""
            private static extern void Show([MapsForUser] Frame frame);
            public void M()
            {
                Frame frame = Frames.Take();
                Show({|KMEM103:frame|});
            }
        """),
        With("""
            private static extern void Show([MapsForUser] Frame frame);
            public void M()
            {
                Frame frame = Frames.Take();
                Frames.Zero(frame);
                Show(frame);
            }
        """));

    [Fact]
    public Task A_generic_helper_is_used_where_its_type_argument_is_at_hand()
    {
        static string Source(string body) => $$"""
            using Kernel.Contracts;

            public readonly struct Frame { }

            public static class Frames
            {
                [return: Dirty] public static extern Frame Take();
                public static extern void Link([RequiresZeroed] Frame frame);
            }

            public static class Contents<TMemory>
            {
                public static extern void Clear([Zeroes] Frame frame);
            }

            public class Subject
            {
                public void M<TMemory>()
                {
            {{body}}
                }
            }
            """;
        return VerifyCS.VerifyCodeFixAsync(
            Source("""
                    Frame frame = Frames.Take();
                    Frames.Link({|KMEM101:frame|});
            """),
            Source("""
                    Frame frame = Frames.Take();
                    Contents<TMemory>.Clear(frame);
                    Frames.Link(frame);
            """));
    }

    [Theory]
    [InlineData("Frames.Link({|KMEM101:Frames.Take()|});")]
    [InlineData("Frame frame = Frames.Take(); Frames.Link({|KMEM101:frame|}); Frames.Zero(frame);")]
    [InlineData("Frame frame = Frames.Take(); if (Linked(default)) Frames.Link({|KMEM101:frame|});")]
    [InlineData("for (Frame frame = Frames.Take(); Linked({|KMEM101:frame|}); ) { }")]
    public Task Where_the_zeroing_would_have_to_move_there_is_no_fix(string body)
    {
        string source = With($$"""
            private static extern bool Linked([RequiresZeroed] Frame frame);
            public void M() { {{body}} }
        """);
        return VerifyCS.VerifyNoFixAsync(source);
    }
}
