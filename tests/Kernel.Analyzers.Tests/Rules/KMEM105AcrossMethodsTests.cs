using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Zeroing.IncompleteEntryAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM105 through helper methods, and what the rule says.</summary>
public class KMEM105AcrossMethodsTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(KMEM105IncompleteEntryTests.With(members));

    [Fact]
    public Task A_helper_that_forces_present_is_judged_at_its_calls() => Verify("""
            private static void Enable(ref PageTableEntry entry) => entry.Present = true;
            private static void Turn(ulong* pte) => *pte |= Present;

            public void Right(int i, ulong frame)
            {
                _entries[i].Frame = frame;
                Enable(ref _entries[i]);
                ulong* pte = Walk(frame);
                *pte = frame;
                Turn(pte);
            }

            public void Wrong(int i, ulong frame)
            {
                {|KMEM105:Enable(ref _entries[i])|};
                ulong* pte = Walk(frame);
                {|KMEM105:Turn(pte)|};
            }
        """);

    [Fact]
    public Task A_helper_without_callers_is_judged_by_itself() => Verify("""
            public static void Enable(ref PageTableEntry entry) => {|KMEM105:entry.Present|} = true;
            public void SetPresent(int i) => _entries[i].Present = true;
        """);

    [Fact]
    public Task A_part_that_a_helper_writes_too_late_is_reported_where_the_entry_becomes_present() => Verify("""
            private void Fill(int index, ulong frame) => _entries[index].Frame = frame;
            private void Show(int index) => _entries[index].Present = true;

            public void Wrong(int i, ulong frame)
            {
                {|KMEM105:Show(i)|};
                Fill(i, frame);
            }

            public void Right(int i, ulong frame)
            {
                Fill(i, frame);
                Show(i);
            }

            public void Another(int i, ulong frame)
            {
                Fill(i, frame);
                {|KMEM105:Show(i + 1)|};
            }
        """);

    [Fact]
    public Task A_helper_of_a_helper_is_seen_through() => Verify("""
            private static void Show(ulong* pte) => *pte |= Present;
            private static void Finish(ulong* pte, bool log) { if (log) { Log(5); } Show(pte); }

            public void M(ulong address, ulong frame, bool log)
            {
                ulong* pte = Walk(address);
                *pte = frame;
                Finish(pte, log);
                ulong* pde = Walk(frame);
                {|KMEM105:Finish(pde, log)|};
            }
        """);

    [Fact]
    public Task What_a_helper_completes_is_complete() => Verify("""
            private static void Aim(PageTableEntry* entry, ulong frame) => entry->Bits = frame;
            private static bool TryAim(PageTableEntry* entry, ulong frame) { if (frame == 0) { return false; } entry->Bits = frame; return true; }
            private extern void Write(int index, ulong frame);

            public void M(int i, ulong address, ulong frame)
            {
                PageTableEntry* e = Find(address);
                Aim(e, frame);
                e->Present = true;
                PageTableEntry* pte = Find(frame);
                Write(i, frame);
                _entries[i].Present = true;
            }
        """);

    [Fact]
    public Task A_finder_that_looks_at_the_entry_is_believed() => Verify("""
            private static PageTableEntry* Leaf(ulong address)
            {
                PageTableEntry* e = Find(address);
                return e->Present ? e : null;
            }

            private static bool TryLeaf(ulong address, out ulong* pte)
            {
                pte = Walk(address);
                return (*pte & Present) != 0;
            }

            private static bool TryGet(ulong address, out ulong* pte)
            {
                pte = Walk(address);
                if ((*pte & Present) == 0)
                {
                    return false;
                }

                return true;
            }

            public void M(ulong address)
            {
                PageTableEntry* e = Leaf(address);
                if (e != null)
                {
                    e->Present = true;
                }

                if (TryGet(address, out ulong* pte))
                {
                    *pte |= Present | Writable;
                }

                if (TryLeaf(address, out ulong* leaf))
                {
                    *leaf |= Present | Writable;
                }
            }
        """);

    [Fact]
    public Task Tables_that_nobody_has_loaded_may_be_written_in_any_order() => Verify("""
            public Space(int i, ulong frame) { _entries[i].Present = true; _entries[i].Frame = frame; }
            public void BuildTables(int i, ulong frame) { _entries[i].Present = true; _entries[i].Frame = frame; }
            public void InitializeTables(int i) => _entries[i].Present = true;
        """);

    [Fact]
    public Task A_recursion_ends() => Verify("""
            private void Down(int i) { if (i > 0) { Up(i - 1); } _entries[i].Frame = 4096; }
            private void Up(int i) { Down(i); _entries[i].Present = true; }
        """);

    [Fact]
    public Task Lambdas_and_local_functions_are_read() => Verify("""
            public void M(int i, ulong frame)
            {
                Action<int> wrong = index => { {|KMEM105:_entries[index].Present|} = true; _entries[index].Frame = frame; };
                void Right(int index) { _entries[index].Frame = frame; _entries[index].Present = true; }
                Right(i);
            }
        """);

    [Fact]
    public Task The_message_leads_to_what_comes_too_late() => VerifyCS.VerifyAnalyzerAsync(
        KMEM105IncompleteEntryTests.With("""
            public void M(ulong address, ulong frame)
            {
                ulong* pte = Walk(address);
                {|#0:*pte|} = Present;
                {|#1:*pte|} |= frame;
            }
        """),
        VerifyCS.Diagnostic(IncompleteEntryAnalyzer.TooEarly).WithLocation(0).WithLocation(1).WithArguments("*pte"));

    [Fact]
    public Task The_message_leads_to_what_a_called_method_does() => VerifyCS.VerifyAnalyzerAsync(
        KMEM105IncompleteEntryTests.With("""
            private static void Enable(ref PageTableEntry entry) => {|#1:entry.Present|} = true;
            public void M(int i) => {|#0:Enable(ref _entries[i])|};
        """),
        VerifyCS.Diagnostic(IncompleteEntryAnalyzer.Forced).WithLocation(0).WithLocation(1).WithArguments("_entries[i]"));

    [Fact]
    public Task The_message_names_the_upper_half() => VerifyCS.VerifyAnalyzerAsync(
        KMEM105IncompleteEntryTests.With("""
            public static void Set(uint* pte, ulong value)
            {
                {|#0:pte[0]|} = (uint)value;
                {|#1:pte[1]|} = (uint)(value >> 32);
            }
        """),
        VerifyCS.Diagnostic(IncompleteEntryAnalyzer.HalfFirst).WithLocation(0).WithLocation(1).WithArguments("pte[1]"));

    [Fact]
    public Task Incomplete_code_does_not_disturb() => new KernelAnalyzerTest<IncompleteEntryAnalyzer>
    {
        TestCode = KMEM105IncompleteEntryTests.With("""
            public void M()
            {
                ulong* pte = Walk(;
                *pte |= ;
                _entries[.Present = true;
                ref PageTableEntry
        """),
        CompilerDiagnostics = CompilerDiagnostics.None,
    }.RunAsync();

    [Fact]
    public void The_rule_runs_concurrently_and_reads_generated_code()
    {
        AnalyzerConfiguration configuration = AnalyzerConfiguration.Of(new IncompleteEntryAnalyzer());

        Assert.True(configuration.RunsConcurrently);
        Assert.NotNull(configuration.GeneratedCode);
    }
}
