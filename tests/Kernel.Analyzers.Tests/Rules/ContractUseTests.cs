using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Interrupts;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>A rule that only contracts bring to life looks for them in the text first: however they are written, they are found.</summary>
public class ContractUseTests
{
    private const string Use = """
        class Machine
        {
            Quiet Bad() => {|KMEM401:default|};
        }
        """;

    [Theory]
    [InlineData("using Kernel.Contracts; [InterruptToken] ref struct Quiet { }", "using System.Diagnostics.Contracts;")]
    [InlineData("[Kernel.Contracts.InterruptToken] ref struct Quiet { }", "")]
    [InlineData("[global::Kernel.Contracts.InterruptTokenAttribute] ref struct Quiet { }", "")]
    [InlineData("[InterruptToken] ref struct Quiet { }", "global using Kernel.Contracts;")]
    [InlineData("[InterruptToken] ref struct Quiet { }", "global using global::Kernel.Contracts;")]
    [InlineData("[Marked] ref struct Quiet { }", "global using Marked = Kernel.Contracts.InterruptTokenAttribute;")]
    [InlineData("using Marked = Kernel.Contracts.InterruptTokenAttribute; [Marked] ref struct Quiet { }", "")]
    public Task A_token_is_known_wherever_its_contract_comes_from(string declaration, string opening) =>
        new KernelAnalyzerTest<InterruptTokenAnalyzer> { TestState = { Sources = { declaration, opening, Use } } }.RunAsync();

    [Theory]
    [InlineData("ref struct Quiet { } // [InterruptToken]", "using System.Diagnostics.Contracts;")]
    [InlineData("[System.Obsolete(\"InterruptToken\")] ref struct Quiet { }", "global using System.Diagnostics.Contracts;")]
    [InlineData("ref struct Quiet { } enum Kinds { None, InterruptToken }", "global using Kernel.Contracts;")]
    public Task What_only_looks_like_the_contract_marks_nothing(string declaration, string opening) =>
        new KernelAnalyzerTest<InterruptTokenAnalyzer> { TestState = { Sources = { declaration, opening, Use.Replace("{|KMEM401:default|}", "default") } } }.RunAsync();
}
