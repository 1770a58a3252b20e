using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Interrupts;
using Kernel.Analyzers.Rules.Locks;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The rules that follow paths never throw, whatever is half written, and say the same however many threads run them.</summary>
[Trait("Compiler", "Any")]
public class FlowRobustnessTests
{
    private const int Cuts = 80;

    private const string Everything = """
        using System;
        using Kernel.Contracts;
        [InterruptToken] public ref struct Token { public void Dispose() { } }
        [LockGuard] public ref struct Guard { public void Dispose() { } }
        [Lock] public struct Lock
        {
            [Acquires] public Guard Acquire(Token token) => default;
            [Acquires] public bool TryAcquire(out Guard guard) { guard = default; return true; }
        }
        public struct Frame { public ulong Start { get; } }
        public static unsafe class Frames
        {
            [return: Dirty] public static Frame Take() => default;
            public static bool TryTake([Dirty] out Frame frame) { frame = default; return true; }
            public static void Zero([Zeroes] Frame frame) { for (int i = 0; i < 512; i++) ((ulong*)frame.Start)[i] = 0; }
            public static void Link([RequiresZeroed] Frame frame) { }
        }
        public unsafe class Tables
        {
            private Lock _lock;
            [GuardedBy(nameof(_lock))] private Frame _root;
            [RequiresLock(nameof(_lock))] private void Grow() => _root = Frames.Take();
            public void Work(Token token, bool flag, Tables other, Frame[] all)
            {
                using Guard guard = _lock.Acquire(token);
                try
                {
                    foreach (Frame each in all) { if (flag) continue; Frames.Link(each); }
                    switch (all) { case { Length: > 2 }: Grow(); break; default: goto case null; case null: return; }
                    var (a, b) = (Frames.Take(), flag ? _root : other?._root ?? default);
                    Func<Frame> later = () => { Frame inner = Frames.Take(); Frames.Zero(inner); return inner; };
                    void Local(Frame f) { if (!flag) Frames.Zero(f); Local(f); }
                    Local(a);
                    while (Frames.TryTake(out Frame next)) { Frames.Link(next); *(ulong*)next.Start = 0; }
                }
                catch (Exception e) when (e.Message is "x") { throw; }
                finally { guard.Dispose(); }
            }
        }
        """;

    private static readonly ImmutableArray<DiagnosticAnalyzer> Analyzers =
        [new LinkedBeforeZeroedAnalyzer(), new LockAnalyzer(), new InterruptTokenAnalyzer()];

    [Fact]
    public async Task No_beginning_of_a_file_makes_a_rule_throw()
    {
        for (int cut = 1; cut <= Cuts; cut++)
        {
            await FindAsync(Everything.Substring(0, Everything.Length * cut / Cuts), concurrent: true);
        }
    }

    [Fact]
    public async Task No_hole_in_a_file_makes_a_rule_throw()
    {
        string[] lines = Everything.Split('\n');
        for (int missing = 0; missing < lines.Length; missing++)
        {
            await FindAsync(string.Join('\n', lines.Where((_, index) => index != missing)), concurrent: true);
        }
    }

    [Fact]
    public async Task Many_threads_find_what_one_finds()
    {
        StringBuilder source = new(Everything);
        for (int number = 0; number < 60; number++)
        {
            source.AppendLine($$"""
                public static class Chain{{number}}
                {
                    public static Frame Next(bool zero) => Chain{{(number + 1) % 60}}.Last(zero);
                    public static Frame Last(bool zero) { Frame f = Frames.Take(); if (zero) Frames.Zero(f); return f; }
                    public static void Hang() { Frames.Link(Next(true)); Frames.Link(Next(false)); }
                }
                """);
        }

        IReadOnlyList<string> alone = await FindAsync(source.ToString(), concurrent: false);
        IReadOnlyList<string> together = await FindAsync(source.ToString(), concurrent: true);

        Assert.True(alone.Count(finding => finding.Contains("KMEM101", StringComparison.Ordinal)) >= 60);
        Assert.Equal(alone, together);
    }

    [Fact]
    public async Task Methods_that_all_call_each_other_are_finished()
    {
        StringBuilder source = new(Everything);
        source.AppendLine("public static class Parser {");
        for (int number = 0; number < 16; number++)
        {
            string calls = string.Concat(Enumerable.Range(0, 16).Select(other => $"if (depth == {other}) return P{other}(depth - 1);"));
            source.AppendLine($"public static Frame P{number}(int depth) {{ {calls} return Frames.Take(); }}");
        }

        source.AppendLine("public static void Hang(int depth) => Frames.Link(P0(depth)); }");
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));

        Task<IReadOnlyList<string>> finding = FindAsync(source.ToString(), concurrent: false);

        await finding.WaitAsync(limit.Token);
        Assert.Contains(await finding, found => found.Contains("'P0(depth)'", StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<string>> FindAsync(string source, bool concurrent)
    {
        ImmutableArray<MetadataReference> framework =
            await ReferenceAssemblies.Net.Net80.ResolveAsync(LanguageNames.CSharp, CancellationToken.None);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "TestProject",
            [CSharpSyntaxTree.ParseText(source)],
            framework.Add(ContractsReference.Instance),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        List<Exception> thrown = [];
        CompilationWithAnalyzersOptions options = new(
            new AnalyzerOptions([]), (exception, _, _) => thrown.Add(exception), concurrent, logAnalyzerExecutionTime: false);
        ImmutableArray<Diagnostic> found = await new CompilationWithAnalyzers(compilation, Analyzers, options).GetAnalyzerDiagnosticsAsync();

        Assert.Empty(thrown);
        return [.. found.Select(diagnostic => diagnostic.ToString()).Order(StringComparer.Ordinal)];
    }
}
