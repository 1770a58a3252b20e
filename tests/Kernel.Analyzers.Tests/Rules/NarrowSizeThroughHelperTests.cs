using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Width.NarrowedCountAnalyzer, Kernel.Analyzers.CodeFixes.NarrowThroughHelperFix>;

namespace Kernel.Analyzers.Tests.Rules;

public class NarrowSizeThroughHelperTests
{
    private const string Helper = """
        static class Narrow
        {
            [Kernel.Contracts.CheckedNarrowing]
            public static uint ToUInt32(ulong value) => (uint)value;
        }
        """;

    [Fact]
    public Task Every_size_of_a_document_is_narrowed_through_the_helper() => VerifyCS.VerifyCodeFixAsync(
        $$"""
        using System.Runtime.CompilerServices;

        {{Helper}}

        unsafe class C
        {
            void Clear(void* start, ulong bytes) => Unsafe.InitBlock(start, 0, [|(uint)bytes|]); // kept
            uint[] Make(ulong frames) => new uint[[|(uint)(frames / 32)|] + 1];
        }
        """,
        $$"""
        using System.Runtime.CompilerServices;

        {{Helper}}

        unsafe class C
        {
            void Clear(void* start, ulong bytes) => Unsafe.InitBlock(start, 0, Narrow.ToUInt32(bytes)); // kept
            uint[] Make(ulong frames) => new uint[Narrow.ToUInt32(frames / 32) + 1];
        }
        """);

    [Fact]
    public Task Without_a_helper_for_the_type_nothing_is_offered()
    {
        string source = $$"""
            {{Helper}}

            class C
            {
                byte[] Make(ulong bytes) => new byte[[|(int)bytes|]];
            }
            """;
        return VerifyCS.VerifyNoFixAsync(source);
    }
}
