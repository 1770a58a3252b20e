using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Verification;

public class CodeFixTests
{
    private const string Small = "class [|small|] { }";
    private const string Large = "class Small { }";

    [Fact]
    public Task The_right_fix_passes() => Fix<CapitalFix>(Small, Large);

    [Fact]
    public Task The_right_fix_of_several_diagnostics_passes() =>
        Fix<CapitalFix>("class [|one|] { }\nclass [|two|] { }\n", "class One { }\nclass Two { }\n");

    [Fact]
    public Task An_explicit_expectation_is_gone_after_the_fix() => KernelVerifier<SmallClassAnalyzer, CapitalFix>.VerifyCodeFixAsync(
        "class {|#0:small|} { }",
        KernelVerifier<SmallClassAnalyzer, CapitalFix>.Diagnostic().WithLocation(0).WithArguments("small"),
        Large);

    [Fact]
    public Task A_test_that_gives_no_fixed_code_is_one_of_the_analyzer_alone() =>
        KernelVerifier<SmallClassAnalyzer, EndlessFix>.VerifyAnalyzerAsync(Small);

    [Fact]
    public Task No_fix_where_none_was_expected_passes() => Fix<EmptyCodeFixProvider>(Small, Small);

    [Fact]
    public Task A_fix_where_none_was_expected_fails() => Failure.Expect("rounds of fixing", Fix<CapitalFix>(Small, Small));

    [Fact]
    public Task No_fix_where_one_was_expected_fails() => Failure.Expect("not as expected after the fix", Fix<EmptyCodeFixProvider>(Small, Large));

    [Fact]
    public Task An_action_that_changes_nothing_should_not_be_offered() => Failure.Expect("an action was still offered", Fix<IdleFix>(Small, Small));

    [Fact]
    public Task A_diagnostic_at_the_end_of_the_compilation_has_no_fix() => Failure.Expect(
        "at the end of the compilation", KernelVerifier<LateAnalyzer, CapitalFix>.VerifyCodeFixAsync(Small, Large));

    [Fact]
    public Task A_wrong_fix_fails() => Failure.Expect("Expected line: 'class Smaller { }'", Fix<CapitalFix>(Small, "class Smaller { }"));

    [Fact]
    public Task A_fix_that_differs_in_a_space_fails() => Failure.Expect("not as expected", Fix<CapitalFix>(Small, "class Small  { }"));

    [Fact]
    public Task A_fix_that_differs_in_a_line_end_fails() =>
        Failure.Expect("{ }\\r'", Fix<CapitalFix>("class [|small|] { }\n", "class Small { }\r\n"));

    [Fact]
    public Task A_fix_keeps_foreign_line_ends() => Fix<CapitalFix>("class [|small|]\r\n{ }\r\n", "class Small\r\n{ }\r\n");

    [Fact]
    public Task A_fix_whose_result_does_not_compile_fails() => Failure.Expect(
        "CS0101", Fix<CapitalFix>("class [|small|] { }\nclass Small { }\n", "class Small { }\nclass Small { }\n"));

    [Fact]
    public Task An_error_that_a_fix_makes_may_be_expected() => Fix<CapitalFix>(
        "class [|small|] { }\nclass Small { }\n", "class Small { }\nclass {|CS0101:Small|} { }\n");

    [Fact]
    public Task A_diagnostic_left_after_the_fix_fails() =>
        Failure.Expect("diagnostics of the fixed state", Fix<CapitalFix>("class [|one|] { }\nclass [|two|] { }\n", "class One { }\nclass two { }\n"));

    [Fact]
    public Task A_tree_that_is_not_what_the_parser_makes_fails() =>
        Failure.Expect("differs from what the parser makes", Fix<WrongTreeFix>(Small, "class Small:object { }"));

    [Fact]
    public Task An_annotated_class_is_formatted() => Fix<FormattingFix>("class   [|small|]{ }\n", "class Small { }\n");

    [Fact]
    public Task An_action_of_two_operations_fails() => Failure.Expect("one change of the solution", Fix<TwoOperationFix>(Small, Large));

    [Theory]
    [InlineData(null, null, "class Small { }")]
    [InlineData(0, null, "class Small { }")]
    [InlineData(1, "prefix", "class Thesmall { }")]
    [InlineData(1, null, "class Thesmall { }")]
    [InlineData(null, "prefix", "class Thesmall { }")]
    [InlineData(null, "capital", "class Small { }")]
    public async Task An_action_is_chosen_by_index_and_key(int? index, string? key, string fixedCode)
    {
        await Chosen<TwoWayFix>(index, key, fixedCode).RunAsync();
        await Chosen<NestedFix>(index, key, fixedCode).RunAsync();
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(null, "other")]
    public Task An_action_that_is_not_offered_fixes_nothing(int? index, string? key) => Chosen<TwoWayFix>(index, key, Small).RunAsync();

    [Theory]
    [InlineData(0, "prefix")]
    [InlineData(2, "prefix")]
    [InlineData(0, "other")]
    public Task An_index_and_a_key_that_do_not_belong_together_fail(int index, string key) =>
        Failure.Expect("has to be the first with the key", Chosen<TwoWayFix>(index, key, Small).RunAsync());

    [Fact]
    public Task The_wrong_action_fails() => Failure.Expect("not as expected", Chosen<TwoWayFix>(1, null, Large).RunAsync());

    [Fact]
    public Task A_file_that_the_fix_adds_has_to_be_expected() =>
        Failure.Expect("other files than expected", Fix<NewFileFix>(Small, Large));

    [Fact]
    public Task A_file_that_the_fix_adds_passes() => new KernelCodeFixTest<SmallClassAnalyzer, NewFileFix>
    {
        TestCode = Small,
        FixedState = { Sources = { Large, ("/0/New.cs", "class New { }\n") } },
    }.RunAsync();

    [Fact]
    public Task A_file_that_the_fix_leaves_alone_stays() => new KernelCodeFixTest<SmallClassAnalyzer, CapitalFix>
    {
        TestState = { Sources = { Small, "class Other { }" } },
        FixedState = { Sources = { Large, "class Other { }" } },
    }.RunAsync();

    [Fact]
    public Task The_state_after_the_fix_inherits_options() => new KernelCodeFixTest<OptionAnalyzer, CapitalFix>
    {
        TestCode = "class [|small|] { class tiny { } }",
        FixedCode = "class Small { class tiny { } }",
        TestState = { AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nsmall.name = small\n") } },
    }.RunAsync();

    [Fact]
    public Task A_fix_in_another_project_passes() => new KernelCodeFixTest<SmallClassAnalyzer, CapitalFix>
    {
        TestState =
        {
            Sources = { Small },
            AdditionalProjects = { ["Other"] = { Sources = { "class [|tiny|] { }" } } },
        },
        FixedState =
        {
            Sources = { Large },
            AdditionalProjects = { ["Other"] = { Sources = { "class Tiny { }" } } },
        },
    }.RunAsync();

    [Fact]
    public Task A_wrong_fix_in_another_project_fails() => Failure.Expect("/Other/Test0.cs", new KernelCodeFixTest<SmallClassAnalyzer, CapitalFix>
    {
        TestState =
        {
            Sources = { Small },
            AdditionalProjects = { ["Other"] = { Sources = { "class [|tiny|] { }" } } },
        },
        FixedState =
        {
            Sources = { Large },
            AdditionalProjects = { ["Other"] = { Sources = { "class Tinier { }" } } },
        },
    }.RunAsync());

    private static Task Fix<TFix>(string source, string fixedSource)
        where TFix : CodeFixProvider, new() => KernelVerifier<SmallClassAnalyzer, TFix>.VerifyCodeFixAsync(source, fixedSource);

    private static KernelCodeFixTest<SmallClassAnalyzer, TFix> Chosen<TFix>(int? index, string? key, string fixedCode)
        where TFix : CodeFixProvider, new() => new()
        {
            TestCode = Small,
            FixedCode = fixedCode,
            CodeActionIndex = index,
            CodeActionEquivalenceKey = key,
        };
}
