using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Tests.Verification.SmallClassAnalyzer>;

namespace Kernel.Analyzers.Tests.Verification;

public class ExpectationTests
{
    [Fact]
    public Task A_diagnostic_in_markup_is_accepted() => VerifyCS.VerifyAnalyzerAsync("class [|small|] { }");
}
