using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using TwoRules = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.TwoRuleAnalyzer>;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.SmallClassAnalyzer>;

namespace Kernel.Analyzers.Tests.Verification;

public class MarkupTests
{
    [Fact]
    public Task A_bare_span_names_the_only_rule() => VerifyCS.VerifyAnalyzerAsync("class [|small|] { }");

    [Fact]
    public Task A_named_span_names_its_rule() => VerifyCS.VerifyAnalyzerAsync("class {|SMALL:small|} { }");

    [Fact]
    public Task A_position_names_the_start_alone() => VerifyCS.VerifyAnalyzerAsync("class $$small { }");

    [Fact]
    public Task A_named_span_names_an_error_of_the_compiler() => VerifyCS.VerifyAnalyzerAsync("class Large : {|CS0246:Missing|} { }");

    [Fact]
    public Task A_numbered_span_is_a_place() =>
        VerifyCS.VerifyAnalyzerAsync("class {|#3:small|} { }", VerifyCS.Diagnostic().WithLocation(3).WithArguments("small"));

    [Fact]
    public Task Spans_nest() => VerifyCS.VerifyAnalyzerAsync("class {|#0:{|SMALL:small|}|} : {|CS0246:{|#1:Missing|}|} { }");

    [Fact]
    public Task Spans_overlap() => VerifyCS.VerifyAnalyzerAsync("class {|#0:[|small|#0}|] { }");

    [Fact]
    public Task A_numbered_end_closes_its_own_span() => VerifyCS.VerifyAnalyzerAsync(
        "class {|#0:{|#1:small|#0} : Base|#1} { } class Base;", VerifyCS.Diagnostic().WithLocation(0).WithArguments("small"));

    [Fact]
    public Task Several_spans_name_several_diagnostics() =>
        VerifyCS.VerifyAnalyzerAsync("class [|one|] { class {|SMALL:two|} { } }\nclass $$three { }");

    [Fact]
    public Task A_numbered_span_that_nothing_names_is_fine() => VerifyCS.VerifyAnalyzerAsync("class {|#0:Large|} { }");

    [Fact]
    public Task A_span_in_another_file_is_read() => new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestState = { Sources = { "class [|one|] { }", ("/other/Named.cs", "class {|#0:two|} { }") } },
        ExpectedDiagnostics = { VerifyCS.Diagnostic().WithLocation(0).WithArguments("two") },
    }.RunAsync();

    [Fact]
    public Task The_first_rule_stands_for_a_bare_span_on_request() => new KernelAnalyzerTest<TwoRuleAnalyzer>
    {
        TestCode = "class [|small|] { }",
        MarkupOptions = MarkupOptions.UseFirstDescriptor,
    }.RunAsync();

    [Fact]
    public Task Positions_are_code_on_request() => new KernelAnalyzerTest<SmallClassAnalyzer>
    {
        TestCode = """"class [|small|] { string Text => $$"""{{1}}"""; }"""",
        MarkupOptions = MarkupOptions.TreatPositionIndicatorsAsCode,
    }.RunAsync();

    [Fact]
    public Task Rules_that_share_an_ID_are_one_in_markup() =>
        KernelVerifier<TwoWordingAnalyzer>.VerifyAnalyzerAsync("class {|SMALL:small|} { } class [|tiny|] { }");

    [Fact]
    public Task Rules_that_share_an_ID_need_a_choice() => Failure.Expect("one rule with that ID", new KernelAnalyzerTest<TwoWordingAnalyzer>
    {
        TestCode = "class {|SMALL:small|} { }",
        MarkupOptions = MarkupOptions.None,
    }.RunAsync());

    [Fact]
    public Task A_bare_span_with_two_rules_fails() =>
        Failure.Expect("exactly one rule", TwoRules.VerifyAnalyzerAsync("class [|small|] { }"));

    [Fact]
    public Task A_position_with_two_rules_fails() => Failure.Expect("exactly one rule", TwoRules.VerifyAnalyzerAsync("class $$small { }"));

    [Theory]
    [InlineData("class [|small { }", "'[|' is never closed")]
    [InlineData("class small|] { }", "'|]' closes nothing")]
    [InlineData("class {|SMALL:small { }", "'{|SMALL:' is never closed")]
    [InlineData("class small|} { }", "'|}' closes nothing")]
    [InlineData("class [|small|} { }", "'|}' does not close '[|'")]
    [InlineData("class {|SMALL:small|] { }", "'|]' does not close '{|SMALL:'")]
    [InlineData("class [|{|#0:small|] { }|}", "'|]' does not close '{|#0:'")]
    [InlineData("class {|#0:small|#1} { }", "'|#1}' closes nothing")]
    [InlineData("class {|#0:small|#0 { }", "is not followed by '}'")]
    [InlineData("class {|small|} { }", "not followed by a name")]
    [InlineData("class {|#x:small|} { }", "is not a key")]
    public Task Broken_markup_fails(string source, string because) => Failure.Expect(because, VerifyCS.VerifyAnalyzerAsync(source));

    [Fact]
    public Task A_key_that_no_source_has_fails() =>
        Failure.Expect("No source has", VerifyCS.VerifyAnalyzerAsync("class {|#0:small|} { }", VerifyCS.Diagnostic().WithLocation(1)));

    [Fact]
    public Task A_key_at_two_places_fails() =>
        Failure.Expect("more than one place", VerifyCS.VerifyAnalyzerAsync("class {|#0:Large|} { } class {|#0:Other|} { }"));
}
