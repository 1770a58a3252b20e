using System;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using History = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.HistoryAnalyzer>;
using Placeless = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.PlacelessAnalyzer>;
using Stuttering = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.StutteringAnalyzer>;
using TwoRules = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.TwoRuleAnalyzer>;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.SmallClassAnalyzer>;

namespace Kernel.Analyzers.Tests.Verification;

public class ExpectationTests
{
    private const string Small = "class small { }";

    private static DiagnosticResult Expected => VerifyCS.Diagnostic().WithArguments("small");

    [Fact]
    public Task Nothing_expected_and_nothing_found_passes() => VerifyCS.VerifyAnalyzerAsync("class Large { }");

    [Fact]
    public Task A_start_passes() => VerifyCS.VerifyAnalyzerAsync(Small, Expected.WithLocation(1, 7));

    [Fact]
    public Task A_start_in_a_named_file_passes() => VerifyCS.VerifyAnalyzerAsync(Small, Expected.WithLocation("/0/Test0.cs", 1, 7));

    [Fact]
    public Task A_span_passes() => VerifyCS.VerifyAnalyzerAsync(Small, Expected.WithSpan(1, 7, 1, 12));

    [Fact]
    public Task A_span_in_a_named_file_passes() => VerifyCS.VerifyAnalyzerAsync(Small, Expected.WithSpan("/0/Test0.cs", 1, 7, 1, 12));

    [Fact]
    public Task A_message_in_full_passes() =>
        VerifyCS.VerifyAnalyzerAsync(Small, VerifyCS.Diagnostic().WithMessage("Class small is small").WithLocation(1, 7));

    [Fact]
    public Task A_message_left_open_passes() =>
        VerifyCS.VerifyAnalyzerAsync(Small, VerifyCS.Diagnostic().WithMessage(null).WithLocation(1, 7));

    [Fact]
    public Task An_ID_and_a_severity_alone_leave_the_message_open() =>
        VerifyCS.VerifyAnalyzerAsync(Small, new DiagnosticResult("SMALL", DiagnosticSeverity.Warning).WithLocation(1, 7));

    [Fact]
    public Task Arguments_without_a_rule_fill_the_message_of_the_rule_that_reported() => VerifyCS.VerifyAnalyzerAsync(
        Small, new DiagnosticResult("SMALL", DiagnosticSeverity.Warning).WithArguments("small").WithLocation(1, 7));

    [Fact]
    public Task A_rule_of_several_is_found_by_its_ID() =>
        TwoRules.VerifyAnalyzerAsync(Small, TwoRules.Diagnostic("SMALL").WithArguments("small").WithLocation(1, 7));

    [Fact]
    public Task An_error_of_the_compiler_passes() => VerifyCS.VerifyAnalyzerAsync(
        "class Large : Missing { }", DiagnosticResult.CompilerError("CS0246").WithSpan(1, 15, 1, 22).WithArguments("Missing"));

    [Fact]
    public Task A_diagnostic_without_a_place_passes() => Placeless.VerifyAnalyzerAsync(Small, Expected.WithNoLocation());

    [Fact]
    public Task Additional_locations_pass() => History.VerifyAnalyzerAsync(
        "class {|#0:small|} { int {|#1:one|}; int {|#2:two|}; }",
        Expected.WithLocation(0).WithLocation(1).WithLocation(2));

    [Fact]
    public Task Markup_leaves_additional_locations_open() => History.VerifyAnalyzerAsync("class [|small|] { int one; }");

    [Fact]
    public Task A_duplicate_that_is_expected_twice_passes() => Stuttering.VerifyAnalyzerAsync("class [|[|small|]|] { }");

    [Fact]
    public Task An_expectation_that_fits_two_diagnostics_leaves_each_its_own() => VerifyCS.VerifyAnalyzerAsync(
        "class small { class {|#0:small2|} { } }",
        VerifyCS.Diagnostic().WithMessage(null).WithLocation(1, 7),
        VerifyCS.Diagnostic().WithArguments("small2").WithLocation(0));

    [Fact]
    public Task A_missing_diagnostic_fails() =>
        Failure.Expect("Expected 1 diagnostics, but there are 0", VerifyCS.VerifyAnalyzerAsync("class [|Large|] { }"));

    [Fact]
    public Task An_unexpected_diagnostic_fails() =>
        Failure.Expect("Expected 0 diagnostics, but there are 1", VerifyCS.VerifyAnalyzerAsync(Small));

    [Fact]
    public Task A_duplicate_diagnostic_fails() =>
        Failure.Expect("Expected 1 diagnostics, but there are 2", Stuttering.VerifyAnalyzerAsync("class [|small|] { }"));

    [Fact]
    public Task An_error_of_the_compiler_fails() =>
        Failure.Expect("CS0246", VerifyCS.VerifyAnalyzerAsync("class Large : Missing { }"));

    [Theory]
    [InlineData("[|class|] small { }")]
    [InlineData("class [|smal|]l { }")]
    [InlineData("class [|small |]{ }")]
    [InlineData("class s$$mall { }")]
    [InlineData("class small {[||]}")]
    public Task A_misplaced_diagnostic_fails(string source) =>
        Failure.Expect("Differs:  location", VerifyCS.VerifyAnalyzerAsync(source));

    [Fact]
    public Task A_diagnostic_in_the_wrong_file_fails() => Failure.Expect(
        "Differs:  location", VerifyCS.VerifyAnalyzerAsync(Small, Expected.WithLocation("/0/Test1.cs", 1, 7)));

    [Fact]
    public Task A_span_that_ends_elsewhere_fails() =>
        Failure.Expect("Differs:  location", VerifyCS.VerifyAnalyzerAsync(Small, Expected.WithSpan(1, 7, 1, 11)));

    [Fact]
    public Task Another_ID_fails() => Failure.Expect(
        "Differs:  ID", VerifyCS.VerifyAnalyzerAsync(Small, new DiagnosticResult("OTHER", DiagnosticSeverity.Warning).WithLocation(1, 7)));

    [Fact]
    public Task Another_severity_fails() => Failure.Expect(
        "Differs:  severity", VerifyCS.VerifyAnalyzerAsync(Small, Expected.WithSeverity(DiagnosticSeverity.Error).WithLocation(1, 7)));

    [Fact]
    public Task Another_message_fails() => Failure.Expect(
        "Differs:  message", VerifyCS.VerifyAnalyzerAsync(Small, VerifyCS.Diagnostic().WithMessage("Class small is").WithLocation(1, 7)));

    [Fact]
    public Task Other_arguments_fail() => Failure.Expect(
        "Differs:  message", VerifyCS.VerifyAnalyzerAsync(Small, VerifyCS.Diagnostic().WithArguments("large").WithLocation(1, 7)));

    [Fact]
    public Task Other_arguments_without_a_rule_fail() => Failure.Expect(
        "Differs:  message",
        VerifyCS.VerifyAnalyzerAsync(
            Small, new DiagnosticResult("SMALL", DiagnosticSeverity.Warning).WithArguments("large").WithLocation(1, 7)));

    [Fact]
    public Task Arguments_left_out_fail() =>
        Failure.Expect("Differs:  message", VerifyCS.VerifyAnalyzerAsync(Small, VerifyCS.Diagnostic().WithLocation(1, 7)));

    [Fact]
    public Task An_additional_location_left_out_fails() => Failure.Expect(
        "number of additional locations: 0 expected, 1 found",
        History.VerifyAnalyzerAsync("class small { int one; }", Expected.WithLocation(1, 7)));

    [Fact]
    public Task An_additional_location_too_many_fails() => Failure.Expect(
        "number of additional locations: 1 expected, 0 found",
        VerifyCS.VerifyAnalyzerAsync(Small, Expected.WithLocation(1, 7).WithLocation(1, 1)));

    [Fact]
    public Task Additional_locations_in_another_order_fail() => Failure.Expect(
        "Differs:  additional location 1",
        History.VerifyAnalyzerAsync(
            "class {|#0:small|} { int {|#1:one|}; int {|#2:two|}; }", Expected.WithLocation(0).WithLocation(2).WithLocation(1)));

    [Fact]
    public Task A_place_where_none_was_expected_fails() =>
        Failure.Expect("no location was expected", VerifyCS.VerifyAnalyzerAsync(Small, Expected.WithNoLocation()));

    [Fact]
    public Task No_place_where_one_was_expected_fails() =>
        Failure.Expect("Differs:  location", Placeless.VerifyAnalyzerAsync(Small, Expected.WithLocation(1, 7)));

    [Fact]
    public void A_rule_of_several_has_to_be_named() => Assert.Throws<InvalidOperationException>(() => TwoRules.Diagnostic());

    [Fact]
    public void A_rule_that_the_analyzer_lacks_cannot_be_expected() =>
        Assert.Throws<InvalidOperationException>(() => VerifyCS.Diagnostic("OTHER"));
}
