using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Configuration;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM001UnknownOptionTests
{
    [Theory]
    [InlineData("kernel_memory.freestanding", "yes", "it can be true or false")]
    [InlineData("kernel_memory.pointer_bits", "16", "it can be 32, 64, or both: 32, 64")]
    [InlineData("kernel_memory.pointer_bits", "32, 16", "it can be 32, 64, or both: 32, 64")]
    [InlineData("kernel_memory.pointer_bits", "32, 32", "it can be 32, 64, or both: 32, 64")]
    [InlineData("kernel_memory.pointer_bits", "32 64", "it can be 32, 64, or both: 32, 64")]
    [InlineData("kernel_memory.pointer_bits", "32, 64, 64", "it can be 32, 64, or both: 32, 64")]
    [InlineData("kernel_memory.free_standing", "true", "no rule has such an option")]
    public Task It_is_reported_once_at_the_first_file(string key, string value, string reason) => new KernelAnalyzerTest<UnknownOptionAnalyzer>
    {
        TestState =
        {
            Sources = { "{|#0:class|} C { }", "class D { }" },
            AnalyzerConfigFiles = { ("/.editorconfig", $"root = true\n[*.cs]\n{key} = {value}\n") },
        },
        ExpectedDiagnostics = { new DiagnosticResult(UnknownOptionAnalyzer.Rule).WithLocation(0).WithArguments(key, value, reason) },
    }.RunAsync();

    [Theory]
    [InlineData("kernel_memory.freestanding = true")]
    [InlineData("kernel_memory.freestanding = False")]
    [InlineData("kernel_memory.pointer_bits = 32")]
    [InlineData("kernel_memory.pointer_bits = 64")]
    [InlineData("kernel_memory.pointer_bits = 32, 64")]
    [InlineData("kernel_memory.pointer_bits = 64,32")]
    [InlineData("another_analyzer.freestanding = yes")]
    public Task A_value_that_is_understood_or_none_of_ours_is_quiet(string option) => new KernelAnalyzerTest<UnknownOptionAnalyzer>
    {
        TestState =
        {
            Sources = { "class C { }" },
            AnalyzerConfigFiles = { ("/.editorconfig", $"root = true\n[*.cs]\n{option}\n") },
        },
    }.RunAsync();

    [Fact]
    public Task No_option_at_all_is_quiet() => new KernelAnalyzerTest<UnknownOptionAnalyzer> { TestCode = "class C { }" }.RunAsync();
}
