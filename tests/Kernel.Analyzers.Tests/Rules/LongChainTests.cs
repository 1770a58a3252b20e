using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Values are followed from local to local. Cryptography goes on like this for hundreds of lines, each value read twice by the next.</summary>
public class LongChainTests
{
    private const int Length = 200;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    [Fact]
    public Task Locals_that_are_each_used_twice_by_the_next_are_followed_once() => VerifyAll(Chain("ulong", step => $"ulong v{step + 1} = (v{step} << 3) * 5 + (v{step} >> 7);"));

    [Fact]
    public Task So_are_narrow_ones() => VerifyAll(Chain("uint", step => $"uint v{step + 1} = (v{step} << 13) * 0x1001 + (v{step} ^ v{Math.Max(step - 1, 0)});"));

    [Fact]
    public Task So_are_locals_that_are_written_over_and_over() => VerifyAll(Chain("ulong", step =>
        $"c += a * b + d; d = (uint)c * (ulong)e; c >>= 32; a ^= d + c; b = a + d * {step + 3}; e += (uint)(a + b);"));

    [Fact]
    public Task And_the_address_at_a_chains_beginning_is_still_found() => VerifyAsync<NarrowedPointerAnalyzer>(
        "unsafe class C { uint M(byte* pointer) { ulong v0 = (ulong)pointer; "
        + string.Concat(Enumerable.Range(0, Length).Select(step => $"ulong v{step + 1} = v{step} + (v{step} & 7); "))
        + $"return [|(uint)v{Length}|]; }} }}");

    [Fact]
    public Task A_ladder_of_methods_that_each_call_the_next_twice_is_climbed_once() => VerifyAsync<ConfusedAddressAnalyzer>(
        "using Kernel.Contracts; unsafe class C { void Begin([AddressValue(AddressKind.Physical)] ulong place) => M0({|KMEM209:place|}); "
        + string.Concat(Enumerable.Range(0, Length).Select(step => $"static void M{step}(ulong place) {{ M{step + 1}(place); M{step + 1}(place); }}\n"))
        + $"static void M{Length}(ulong place) => *(byte*)place = 0; }}");

    private static string Chain(string type, Func<int, string> step)
    {
        var source = new StringBuilder($"unsafe class C {{ {type} M({type} v0, ulong a, ulong b, ulong c, ulong d, uint e) {{ ");
        for (int index = 0; index < Length; index++)
        {
            source.Append(step(index)).Append('\n');
        }

        string last = step(0).Contains("v1", StringComparison.Ordinal) ? $"v{Length}" : "c + d";
        return source.Append($"return {last}; }} }}").ToString();
    }

    private static async Task VerifyAll(string source)
    {
        await VerifyAsync<WrappedSizeAnalyzer>(source);
        await VerifyAsync<WidthMismatchAnalyzer>(source);
        await VerifyAsync<NarrowedPointerAnalyzer>(source);
        await VerifyAsync<NarrowedCountAnalyzer>(source);
        await VerifyAsync<ConfusedAddressAnalyzer>(source);
        await VerifyAsync<UncheckedBoundAnalyzer>(source);
    }

    // Followed once for each way through it a chain takes longer than the sun will shine.
    private static Task VerifyAsync<TAnalyzer>(string source)
        where TAnalyzer : DiagnosticAnalyzer, new() =>
        Task.Run(() => new KernelAnalyzerTest<TAnalyzer> { TestState = { Sources = { source } } }.RunAsync()).WaitAsync(s_patience);
}
