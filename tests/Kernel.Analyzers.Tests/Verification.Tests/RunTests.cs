using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;
using Microsoft.CodeAnalysis.Text;
using Xunit;
using Forgetful = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.ForgetfulAnalyzer>;
using Generated = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.GeneratedCodeAnalyzer>;
using OffByDefault = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.OffByDefaultAnalyzer>;
using Throwing = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.ThrowingAnalyzer>;
using Unsuppressable = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.UnsuppressableAnalyzer>;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.SmallClassAnalyzer>;

namespace Kernel.Analyzers.Tests.Verification;

public class RunTests
{
    [Fact]
    public Task A_test_without_a_source_fails() => Failure.Expect("no source", new KernelAnalyzerTest<SmallClassAnalyzer>().RunAsync());

    [Fact]
    public Task An_analyzer_that_throws_fails() => Failure.Expect("AD0001", Throwing.VerifyAnalyzerAsync("class small { }"));

    [Fact]
    public Task A_rule_that_is_off_by_default_is_on() => OffByDefault.VerifyAnalyzerAsync("class [|small|] { }");

    [Fact]
    public Task A_rule_that_is_off_by_default_does_not_go_unexpected() =>
        Failure.Expect("Expected 0 diagnostics, but there are 1", OffByDefault.VerifyAnalyzerAsync("class small { }"));

    [Fact]
    public Task Unsafe_code_is_allowed() => VerifyCS.VerifyAnalyzerAsync("unsafe class Large { int* _pointer; }");

    [Fact]
    public Task Warnings_of_the_compiler_do_not_count() => VerifyCS.VerifyAnalyzerAsync("class Large { int _unused; string? _text; }");

    [Fact]
    public Task Warnings_of_the_compiler_count_on_request() => Failure.Expect("CS0169", new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestCode = "class Large { int _unused; }",
        CompilerDiagnostics = CompilerDiagnostics.Warnings,
    }.RunAsync());

    [Fact]
    public Task Errors_of_the_compiler_do_not_count_on_request() => new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestCode = "class Large : Missing { }",
        CompilerDiagnostics = CompilerDiagnostics.None,
    }.RunAsync();

    [Fact]
    public Task A_suppressed_diagnostic_does_not_count() =>
        VerifyCS.VerifyAnalyzerAsync("#pragma warning disable SMALL\nclass small { }");

    [Fact]
    public Task A_disabled_rule_does_not_count() => new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestCode = "class small { }",
        DisabledDiagnostics = { "SMALL" },
    }.RunAsync();

    [Fact]
    public Task Top_level_statements_need_a_program() => new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestCode = "System.Console.WriteLine(); class [|small|] { }",
        TestState = { OutputKind = OutputKind.ConsoleApplication },
    }.RunAsync();

    [Fact]
    public Task A_library_has_no_top_level_statements() =>
        Failure.Expect("CS8805", VerifyCS.VerifyAnalyzerAsync("System.Console.WriteLine();"));

    [Fact]
    public Task The_contracts_are_visible() =>
        VerifyCS.VerifyAnalyzerAsync("class Large { [Kernel.Contracts.GuardedBy(nameof(_lock))] int _guarded; object _lock; }");

    [Fact]
    public Task A_source_that_a_transform_adds_is_analyzed() => Failure.Expect("/1/Added.cs", new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestCode = "class Large { }",
        SolutionTransforms =
        {
            (solution, project) => solution.AddDocument(
                DocumentId.CreateNewId(project), "Added.cs", SourceText.From("class small { }"), filePath: "/1/Added.cs"),
        },
    }.RunAsync());

    [Fact]
    public Task A_project_beside_the_main_one_is_analyzed() => new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestState =
        {
            Sources = { "class Large : Library { }" },
            AdditionalProjects = { ["Other"] = { Sources = { "public class Library { class [|small|] { } }" } } },
            AdditionalProjectReferences = { "Other" },
        },
    }.RunAsync();

    [Fact]
    public Task A_project_beside_the_main_one_is_not_forgotten() => Failure.Expect("/Other/Test0.cs", new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestState =
        {
            Sources = { "class Large { }" },
            AdditionalProjects = { ["Other"] = { Sources = { "class small { }" } } },
        },
    }.RunAsync());

    [Fact]
    public Task Options_come_from_configuration_files() => new KernelAnalyzerTest<OptionAnalyzer>
    {
        TestCode = "class [|small|] { class tiny { } }",
        TestState = { AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nsmall.name = small\n") } },
    }.RunAsync();

    [Fact]
    public Task A_configuration_file_for_other_sources_does_not_hold() => new KernelAnalyzerTest<OptionAnalyzer>
    {
        TestCode = "class small { }",
        TestState = { AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[other/*.cs]\nsmall.name = small\n") } },
    }.RunAsync();

    [Fact]
    public Task Freestanding_code_is_configured_so() => new FreestandingAnalyzerTest<FreestandingProbe>
    {
        TestCode = "class [|C|] { }",
    }.RunAsync();

    [Fact]
    public Task An_analyzer_that_forgets_generated_code_fails() =>
        Failure.Expect("generated code", Forgetful.VerifyAnalyzerAsync("class [|small|] { }"));

    [Fact]
    public Task An_analyzer_that_forgets_generated_code_passes_where_nothing_is_reported() =>
        Forgetful.VerifyAnalyzerAsync("class Large { }");

    [Fact]
    public Task An_analyzer_that_forgets_generated_code_passes_on_request() => new KernelAnalyzerTest<ForgetfulAnalyzer>
    {
        TestCode = "class [|small|] { }",
        TestBehaviors = TestBehaviors.SkipGeneratedCodeCheck,
    }.RunAsync();

    [Fact]
    public Task An_analyzer_that_wants_generated_code_may_report_there() => Generated.VerifyAnalyzerAsync("class [|small|] { }");

    [Fact]
    public Task Errors_of_the_compiler_stay_in_the_second_runs() =>
        VerifyCS.VerifyAnalyzerAsync("class [|small|] { }\nclass {|#0:Large|} : {|CS0246:Missing|} { }");

    [Fact]
    public Task A_rule_that_nothing_suppresses_stays_in_the_second_run() =>
        Unsuppressable.VerifyAnalyzerAsync("class [|small|] { }\nclass [|tiny|] { }");

    [Fact]
    public Task A_diagnostic_that_escapes_suppression_fails() => Failure.Expect("#pragma", new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestCode = "class [|small|] { }",
        SolutionTransforms = { RestoreWarnings },
    }.RunAsync());

    [Fact]
    public Task A_diagnostic_that_escapes_suppression_passes_on_request() => new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestCode = "class [|small|] { }",
        SolutionTransforms = { RestoreWarnings },
        TestBehaviors = TestBehaviors.SkipSuppressionCheck,
    }.RunAsync();

    // Stands for an analyzer which reports beside the source that it read: no #pragma there reaches the report.
    private static Solution RestoreWarnings(Solution solution, ProjectId project)
    {
        foreach (DocumentId id in solution.GetProject(project)!.DocumentIds)
        {
            string text = solution.GetDocument(id)!.GetTextAsync().Result.ToString();
            solution = solution.WithDocumentText(
                id, SourceText.From(text.Replace("disable SMALL", "disable OTHER", System.StringComparison.Ordinal)));
        }

        return solution;
    }
}
