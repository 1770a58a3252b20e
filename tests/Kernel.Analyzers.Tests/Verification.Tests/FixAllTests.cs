using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace Kernel.Analyzers.Tests.Verification;

public class FixAllTests
{
    private const string TwoSmall = "class [|one|] { }\nclass [|two|] { }\n";
    private const string TwoLarge = "class One { }\nclass Two { }\n";

    [Fact]
    public Task Fix_All_that_does_what_single_fixes_do_passes() => Test<CapitalFix>().RunAsync();

    [Fact]
    public Task A_fix_without_Fix_All_passes() => Test<SingleCapitalFix>().RunAsync();

    [Fact]
    public Task Fix_All_that_does_something_else_fails() => Failure.Expect("Fix All in the document", Test<WrongFixAllFix>().RunAsync());

    [Fact]
    public Task Fix_All_without_an_equivalence_key_fails() => Failure.Expect("no equivalence key", Test<KeylessFix>().RunAsync());

    [Fact]
    public Task A_state_after_Fix_All_without_Fix_All_fails()
    {
        KernelCodeFixTest<SmallClassAnalyzer, SingleCapitalFix> test = Test<SingleCapitalFix>();
        test.BatchFixedCode = TwoLarge;
        return Failure.Expect("no Fix All", test.RunAsync());
    }

    [Fact]
    public Task Fix_All_that_does_something_else_passes_where_that_is_expected() => new KernelCodeFixTest<SmallClassAnalyzer, WrongFixAllFix>
    {
        TestCode = "class [|small|] { }",
        FixedCode = "class Small { }",
        BatchFixedCode = "class Wrongsmall { }",
    }.RunAsync();

    [Fact]
    public Task The_state_after_Fix_All_is_compiled_too() => Failure.Expect("after Fix All", new KernelCodeFixTest<SmallClassAnalyzer, WrongFixAllFix>
    {
        TestCode = "class [|small|] { } class Wrongsmall { }",
        FixedCode = "class Small { } class Wrongsmall { }",
        BatchFixedCode = "class Wrongsmall { } class Wrongsmall { }",
    }.RunAsync());

    [Fact]
    public Task Fix_All_reaches_every_document_and_project() => new KernelCodeFixTest<SmallClassAnalyzer, CapitalFix>
    {
        TestState =
        {
            Sources = { TwoSmall, "class [|three|] { }" },
            AdditionalProjects = { ["Other"] = { Sources = { "class [|four|] { }" } } },
        },
        FixedState =
        {
            Sources = { TwoLarge, "class Three { }" },
            AdditionalProjects = { ["Other"] = { Sources = { "class Four { }" } } },
        },
        NumberOfIncrementalIterations = 4,
        NumberOfFixAllInDocumentIterations = 3,
        NumberOfFixAllInProjectIterations = 2,
    }.RunAsync();

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    [InlineData(-9)]
    public Task The_right_number_of_single_fixes_passes(int rounds)
    {
        KernelCodeFixTest<SmallClassAnalyzer, CapitalFix> test = Test<CapitalFix>();
        test.NumberOfIncrementalIterations = rounds;
        return test.RunAsync();
    }

    [Theory]
    [InlineData(1, "exactly 1")]
    [InlineData(3, "exactly 3")]
    [InlineData(-1, "exactly 1")]
    public Task A_wrong_number_of_single_fixes_fails(int rounds, string because)
    {
        KernelCodeFixTest<SmallClassAnalyzer, CapitalFix> test = Test<CapitalFix>();
        test.NumberOfIncrementalIterations = rounds;
        return Failure.Expect(because, test.RunAsync());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public Task The_right_number_of_Fix_Alls_passes(int rounds)
    {
        KernelCodeFixTest<SmallClassAnalyzer, SlowFixAllFix> test = Test<SlowFixAllFix>();
        test.NumberOfFixAllIterations = rounds;
        return test.RunAsync();
    }

    [Theory]
    [InlineData(1, "exactly 1")]
    [InlineData(3, "exactly 3")]
    [InlineData(-1, "exactly 1")]
    public Task A_wrong_number_of_Fix_Alls_fails(int rounds, string because)
    {
        KernelCodeFixTest<SmallClassAnalyzer, SlowFixAllFix> test = Test<SlowFixAllFix>();
        test.NumberOfFixAllIterations = rounds;
        return Failure.Expect(because, test.RunAsync());
    }

    [Fact]
    public Task Fix_All_that_needs_more_than_one_time_fails() => Failure.Expect("rounds of fixing", Test<SlowFixAllFix>().RunAsync());

    [Fact]
    public Task A_fix_that_never_ends_fails() => Failure.Expect("an action was still offered", Test<EndlessFix>().RunAsync());

    private static KernelCodeFixTest<SmallClassAnalyzer, TFix> Test<TFix>()
        where TFix : CodeFixProvider, new() => new() { TestCode = TwoSmall, FixedCode = TwoLarge };
}
