using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.RuleIndex;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM000 in code that is too large to be a sample: analyses that end for want of time say so, and the others do not.</summary>
public class UnprovenTests
{
    private const string Machine = """
        using System;
        using Kernel.Contracts;
        [OwnerMade] public struct Made { public static Made Make() => default; }
        [InterruptToken] public ref struct Token { }
        [Lock] public class Spin { [Acquires] public extern void Enter(); [Releases] public extern void Exit(); }
        [TableEntry] public struct Entry { public ulong Value; }
        public static unsafe partial class Machine
        {
            public static readonly Spin Key = new();
            [Flushes] public static extern void Flush();
            [EnablesInterrupts] public static extern void Enable();
            [return: Dirty] public static extern ulong Take();
            public static extern void Link([RequiresZeroed] ulong frame);
            public static extern bool Asks(int number);
            public static extern bool Wants(int number);
            public static extern void Clear([Zeroes] ulong frame);
        }

        """;

    /// <summary>The analyzers that follow whole bodies, and how their rules are called in what they say.</summary>
    public static TheoryData<string, string> PathAnalyzers => new()
    {
        { "LinkedBeforeZeroedAnalyzer", "KMEM101" },
        { "OwnerMadeAnalyzer", "KMEM102" },
        { "UncheckedNarrowingAnalyzer", "KMEM207" },
        { "LockAnalyzer", "KMEM301 to KMEM305" },
        { "InterruptTokenAnalyzer", "KMEM401" },
        { "InterruptsEnabledAnalyzer", "KMEM402" },
        { "FlushAnalyzer", "KMEM501 and KMEM104" },
    };

    [Theory, MemberData(nameof(PathAnalyzers))]
    public async Task A_body_with_too_many_ways_through_it_is_said_to_be_unproven(string analyzer, string rules)
    {
        Diagnostic found = Assert.Single(await FindAsync(Analyzer(analyzer), Body(ways: 150, steps: 150)));
        Assert.Equal(
            $"{rules} cannot be proven for 'Much': there are too many ways through it to follow all of them", found.GetMessage());
        Assert.Equal("Much", found.Location.SourceTree!.ToString().Substring(found.Location.SourceSpan.Start, found.Location.SourceSpan.Length));
    }

    [Theory, MemberData(nameof(PathAnalyzers))]
    public async Task A_long_body_with_as_many_ways_as_people_write_is_followed_to_its_end(string analyzer, string rules)
    {
        _ = rules;
        Assert.Empty(await FindAsync(Analyzer(analyzer), Body(ways: 60, steps: 20)));
    }

    [Theory, MemberData(nameof(PathAnalyzers))]
    public async Task Loops_in_loops_come_to_rest(string analyzer, string rules)
    {
        _ = rules;
        string nested = string.Concat(Enumerable.Range(0, 12).Select(depth =>
            $"for (int i{depth} = 0; i{depth} < number; i{depth}++) {{ value += (ulong)i{depth}; if (value == {depth}) continue; "));
        Assert.Empty(await FindAsync(Analyzer(analyzer), Method(
            $"{nested} ulong frame = Take(); Clear(frame); Link(frame); *entries = default; Flush(); Key.Enter(); Key.Exit(); {new string('}', 12)}")));
    }

    [Theory, MemberData(nameof(PathAnalyzers))]
    public void Every_analyzer_that_says_so_is_tried(string analyzer, string rules)
    {
        _ = rules;
        Assert.Contains(Analyzer(analyzer).SupportedDiagnostics, rule => rule.Id == RuleCatalogue.Unproven);
        Assert.Equal(
            PathAnalyzers.Count(),
            RuleCatalogue.Analyzers().Count(other => other.SupportedDiagnostics.Any(rule => rule.Id == RuleCatalogue.Unproven)));
    }

    [Theory]
    [InlineData("LinkedBeforeZeroedAnalyzer", "KMEM101", "ulong F{0}() {{ Link(0); return F{1}(); }}", "ulong F40() => Take();")]
    [InlineData("FlushAnalyzer", "KMEM501 and KMEM104", "void F{0}(Entry* at) {{ F{1}(at); *at = default; }}", "void F40(Entry* at) => *at = default;")]
    [InlineData("LockAnalyzer", "KMEM301 to KMEM305", "void F{0}() {{ F{1}(); Key.Enter(); Key.Exit(); }}", "void F40() => Key.Enter();")]
    public async Task Calls_that_lead_too_far_are_said_to_be_unproven(string analyzer, string rules, string link, string last)
    {
        // Summaries are kept, so that the chain is long only from where it is looked at first.
        string chain = Chain(40, link, last);
        string reversed = string.Join('\n', chain.Split('\n').Reverse());
        Assert.Contains(
            (await FindAsync(Analyzer(analyzer), chain)).Concat(await FindAsync(Analyzer(analyzer), reversed)),
            found => found.GetMessage().StartsWith($"{rules} cannot be proven for 'F", StringComparison.Ordinal)
                && found.GetMessage().Contains("what it calls leads too far to be followed into 'F", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_that_end_soon_and_recursions_are_followed()
    {
        string chain = Chain(12, "ulong F{0}() => F{1}();", "ulong F12() => Take();");
        const string Recursion = "static ulong Even(int n) => n == 0 ? Take() : Odd(n - 1); static ulong Odd(int n) => n == 0 ? 0 : Even(n - 1);";
        Assert.Empty(await FindAsync(new LinkedBeforeZeroedAnalyzer(), $"{chain} {Recursion} public static void Hang() {{ Link(F0()); Link(Even(4)); }}"));
    }

    private static DiagnosticAnalyzer Analyzer(string name) => RuleCatalogue.Analyzers().Single(analyzer => analyzer.GetType().Name == name);

    private static string Chain(int length, string link, string last) => string.Concat(Enumerable.Range(0, length)
        .Select(number => "static " + string.Format(null, link, number, number + 1) + "\n")) + "static " + last + "\n";

    // Every way out of the block has its own way through the cleaning up.
    private static string Body(int ways, int steps) => Method($$"""
        try
        {
            {{string.Concat(Enumerable.Range(0, ways).Select(way => $"if (Asks({way})) return 0;\n"))}}
        }
        finally
        {
            {{string.Concat(Enumerable.Range(0, steps).Select(step => $"if (Wants({step})) value++;\n"))}}
        }
        """);

    private static string Method(string body) => $$"""
        [CheckedNarrowing]
        public static uint Much(ulong value, int number, Token token, Entry* entries)
        {
            Made made = default;
            Enable();
            ulong kept = value;
            if (kept > uint.MaxValue) throw new OverflowException();
            Key.Enter();
            Key.Exit();
            *entries = default;
            Flush();
            ulong first = Take();
            Clear(first);
            Link(first);
            {{body}}
            return (uint)kept;
        }
        """;

    private static async Task<IReadOnlyList<Diagnostic>> FindAsync(DiagnosticAnalyzer analyzer, string members)
    {
        ImmutableArray<MetadataReference> framework =
            await ReferenceAssemblies.Net.Net80.ResolveAsync(LanguageNames.CSharp, CancellationToken.None);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "TestProject",
            [CSharpSyntaxTree.ParseText($"{Machine}public static unsafe partial class Machine\n{{\n{members}\n}}")],
            framework.Add(ContractsReference.Instance),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true)
                .WithSpecificDiagnosticOptions([new(RuleCatalogue.Unproven, ReportDiagnostic.Info)]));
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        CompilationWithAnalyzersOptions options = new(
            new AnalyzerOptions([]), (exception, _, _) => Assert.Fail(exception.ToString()), concurrentAnalysis: false, logAnalyzerExecutionTime: false);
        ImmutableArray<Diagnostic> found = await new CompilationWithAnalyzers(compilation, [analyzer], options).GetAnalyzerDiagnosticsAsync();
        return [.. found.Where(diagnostic => diagnostic.Id == RuleCatalogue.Unproven)];
    }
}
