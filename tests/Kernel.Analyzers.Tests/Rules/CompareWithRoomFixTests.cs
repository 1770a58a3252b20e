using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Width.UncheckedBoundAnalyzer, Kernel.Analyzers.CodeFixes.CompareWithRoomFix>;

namespace Kernel.Analyzers.Tests.Rules;

public class CompareWithRoomFixTests
{
    private static string With(string members) => $$"""
        using Kernel.Contracts;

        [AddressValue]
        struct Address
        {
            [AddressValue] public ulong Value { get; }
        }

        class C
        {
        {{members}}
        }
        """;

    [Fact]
    public Task Every_comparison_of_a_document_says_the_same_of_sums_that_wrap() => VerifyCS.VerifyCodeFixAsync(
        With("""
            bool Below(Address start, ulong size, ulong limit) => [|start.Value + size|] < limit; // kept
            bool Within(Address start, ulong size, ulong limit) => limit >= ([|start.Value + size|]);
            bool Not(Address start, ulong size, ulong limit) => !([|start.Value + size|] > limit);
            bool And(Address start, ulong size, ulong limit, bool user) => user && [|start.Value + size|] > limit;
            void Leave(ulong offset, ulong length, ulong total)
            {
                if (/* end */ [|offset + length|] >= total)
                {
                    return;
                }
            }
        """),
        With("""
            bool Below(Address start, ulong size, ulong limit) => start.Value <= limit && size < limit - start.Value; // kept
            bool Within(Address start, ulong size, ulong limit) => start.Value <= limit && limit - start.Value >= size;
            bool Not(Address start, ulong size, ulong limit) => !(start.Value > limit || size > limit - start.Value);
            bool And(Address start, ulong size, ulong limit, bool user) => user && (start.Value > limit || size > limit - start.Value);
            void Leave(ulong offset, ulong length, ulong total)
            {
                if (/* end */ offset > total || length >= total - offset)
                {
                    return;
                }
            }
        """));

    [Fact]
    public Task What_is_compared_already_is_not_compared_again() => VerifyCS.VerifyCodeFixAsync(
        With("""
            bool Contains(Address start, ulong size, ulong address) => address >= start.Value && address < [|start.Value + size|];
            bool Outside(ulong offset, ulong length, ulong total) => offset > total || [|offset + length|] > total;
            bool Three(Address start, ulong size, ulong address, bool user) => (start.Value <= address) && user && [|start.Value + size|] > address;
        """),
        With("""
            bool Contains(Address start, ulong size, ulong address) => address >= start.Value && address - start.Value < size;
            bool Outside(ulong offset, ulong length, ulong total) => offset > total || length > total - offset;
            bool Three(Address start, ulong size, ulong address, bool user) => (start.Value <= address) && user && size > address - start.Value;
        """));

    [Theory]
    [InlineData("bool M(Address start, uint size, ulong limit) => [|start.Value + size|] < limit;")]
    [InlineData("static ulong Next() => 0; bool M(Address start, ulong limit) => [|start.Value + Next()|] < limit;")]
    [InlineData("static ulong Next() => 0; bool M(Address start, ulong size) => [|start.Value + size|] < Next();")]
    [InlineData("bool M(Address start, ulong size, ulong limit) { ulong end = [|start.Value + size|]; return end < limit; }")]
    [InlineData("bool M(Address start, ulong size, ulong limit) => [|start.Value + size|] - 1 < limit;")]
    [InlineData("bool M([AddressValue] long start, long size, long limit) => [|start + size|] < limit;")]
    public Task Where_the_operands_are_not_alike_or_not_simple_there_is_no_fix(string member) =>
        VerifyCS.VerifyNoFixAsync(With(member));
}
