using System.Threading.Tasks;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.Rules.Translation;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Translation.DroppedResultAnalyzer, Kernel.Analyzers.CodeFixes.FlushResultFix>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The fix of KMEM502: which results are flushed, and where the author has to decide.</summary>
public class FlushResultFixTests
{
    private static string With(string members) => $$"""
        using System;
        using System.Threading.Tasks;
        using Kernel.Contracts;

        public interface IProcessor { }

        [MustUse] public enum Error { None, Full }
        [MustUse] public readonly struct TlbFlush { public TlbFlush(ulong page) { } public void Flush() { } }
        [MustUse] public readonly struct PendingFlush { [Flushes] public void Settle<TProcessor>() where TProcessor : IProcessor { } }
        [MustUse] public readonly struct FlushBatch { public Error Flush() => default; }

        public class Mapper
        {
            public TlbFlush Unmap(ulong page) => new TlbFlush(page);
            public void Remove(ulong page, out TlbFlush owed) => owed = new TlbFlush(page);
            public Task<TlbFlush> Later(ulong page) => null;
            public PendingFlush Protect(ulong page) => default;
            public FlushBatch UnmapAll() => default;
            public Error Map(ulong page) => default;
            public (Error, TlbFlush) Replace(ulong page) => default;
        }

        public class Subject<TProcessor> where TProcessor : IProcessor
        {
        {{members}}
        }
        """;

    [Fact]
    public Task Every_flush_that_is_dropped_is_flushed_at_once() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public void Body(Mapper mapper, ulong page) => [|mapper.Unmap(page)|];

            public async Task M(Mapper mapper, ulong page)
            {
                // The stack goes.
                [|mapper.Unmap(page)|]; // at last
                _ = [|mapper.Unmap(page)|];
                mapper?[|.Unmap(page)|];
                [|new TlbFlush(page)|];
                [|mapper.Protect(page)|];
                [|await mapper.Later(page)|];
                for (; page > 0; [|mapper.Unmap(page)|], page -= 4096) { }
                Action later = () => [|mapper.Unmap(page)|];
                if (page == 0) [|mapper.Unmap(page)|];
            }
        """),
        With("""
            public void Body(Mapper mapper, ulong page) => mapper.Unmap(page).Flush();

            public async Task M(Mapper mapper, ulong page)
            {
                // The stack goes.
                mapper.Unmap(page).Flush(); // at last
                mapper.Unmap(page).Flush();
                mapper?.Unmap(page).Flush();
                new TlbFlush(page).Flush();
                mapper.Protect(page).Settle<TProcessor>();
                (await mapper.Later(page)).Flush();
                for (; page > 0; mapper.Unmap(page).Flush(), page -= 4096) { }
                Action later = () => mapper.Unmap(page).Flush();
                if (page == 0) mapper.Unmap(page).Flush();
            }
        """));

    [Fact]
    public Task A_flush_in_a_local_that_nothing_reads_is_flushed_behind_it() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public void M(Mapper mapper, ulong page)
            {
                TlbFlush first = [|mapper.Unmap(page)|]; // kept
                first = [|mapper.Unmap(page + 4096)|];
                mapper.Remove(page, [|out TlbFlush owed|]);
            }
        """),
        With("""
            public void M(Mapper mapper, ulong page)
            {
                TlbFlush first = mapper.Unmap(page); // kept
                first.Flush();
                first = mapper.Unmap(page + 4096);
                first.Flush();
                mapper.Remove(page, out TlbFlush owed);
                owed.Flush();
            }
        """));

    [Fact]
    public Task Every_file_is_fixed_at_once() => new KernelCodeFixTest<DroppedResultAnalyzer, FlushResultFix>
    {
        TestState = { Sources = { With(""), "class Other { void M(Mapper mapper) { [|mapper.Unmap(1)|]; [|mapper.Unmap(2)|]; } }" } },
        FixedState = { Sources = { With(""), "class Other { void M(Mapper mapper) { mapper.Unmap(1).Flush(); mapper.Unmap(2).Flush(); } }" } },
        NumberOfFixAllIterations = 1,
    }.RunAsync();

    [Theory]
    [InlineData("[|mapper.Map(page)|];")]
    [InlineData("_ = [|mapper.Map(page)|];")]
    [InlineData("[|mapper.UnmapAll()|];")]
    [InlineData("[|mapper.Replace(page)|];")]
    [InlineData("var (error, [|_|]) = mapper.Replace(page); Console.Write(error);")]
    [InlineData("_ = page > 0 ? [|mapper.Unmap(page)|] : [|mapper.Unmap(0)|];")]
    [InlineData("mapper.Remove(page, [|out _|]);")]
    [InlineData("if (page > 0) { TlbFlush first = [|mapper.Unmap(page)|], second = [|mapper.Unmap(0)|]; }")]
    public Task An_error_and_a_value_without_a_name_are_left_to_the_author(string body)
    {
        string source = With($$"""    public void M(Mapper mapper, ulong page) { {{body}} }""");
        return VerifyCS.VerifyNoFixAsync(source);
    }
}
