using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Width.WrappedSizeAnalyzer, Kernel.Analyzers.CodeFixes.WidenArithmeticFix>;

namespace Kernel.Analyzers.Tests.Rules;

public class WidenArithmeticFixTests
{
    [Fact]
    public Task All_arithmetic_of_a_document_is_done_in_the_width_of_its_result() => VerifyCS.VerifyCodeFixAsync(
        WithAddress("""
            ulong Cast(uint pages) => (ulong)([|pages * 4096|]); // kept
            ulong Implicit(uint pages) => [|pages << 12|];
            long Signed(int pages) => [|pages * 4096|];
            nuint Native(uint pages) => [|pages * 4096|] + 64;
            ulong Flags(uint pages) => (ulong)([|pages << 12|] | 3) | 1;
            ulong Constant(uint pages) => [|4096 * pages|];
            ulong Both(int pages) => (ulong)([|pages * 4096|] + pages) / 2;
            void* Pointer(uint pages) => (void*)([|pages * 4096|]);
            byte* Offset(byte* start, int pages) => start + [|pages * 4096|];
            byte* Moved(byte* start, uint pages) => start += [|pages << 12|];
            byte Element(byte* start, uint pages) => start[[|pages << 12|]];
            Address Made(uint start, uint pages, uint size) => new Address([|start + pages * size|]);
            Address Converted(uint start, uint size) => (Address)([|start + size|]);
        """),
        WithAddress("""
            ulong Cast(uint pages) => (ulong)pages * 4096; // kept
            ulong Implicit(uint pages) => (ulong)pages << 12;
            long Signed(int pages) => (long)pages * 4096;
            nuint Native(uint pages) => (nuint)pages * 4096 + 64;
            ulong Flags(uint pages) => (ulong)pages << 12 | 3 | 1;
            ulong Constant(uint pages) => 4096 * (ulong)pages;
            ulong Both(int pages) => ((ulong)pages * 4096 + (ulong)pages) / 2;
            void* Pointer(uint pages) => (void*)((nuint)pages * 4096);
            byte* Offset(byte* start, int pages) => start + (nint)pages * 4096;
            byte* Moved(byte* start, uint pages) => start += (nuint)pages << 12;
            byte Element(byte* start, uint pages) => start[(nuint)pages << 12];
            Address Made(uint start, uint pages, uint size) => new Address(start + (ulong)pages * size);
            Address Converted(uint start, uint size) => (Address)((ulong)start + size);
        """));

    [Fact]
    public Task Signed_operands_of_an_address_are_widened_with_zeros() => VerifyCS.VerifyCodeFixAsync(
        WithAddress("""
            void* Pointer(int pages) => (void*)([|pages * 4096|]);
            Address Made(int frame) => new Address((ulong)([|frame << 12|]));
            Address Twice(int table, int index) => new Address((ulong)([|table * 4096 * index|]));
            Address Joined(int high, ulong start) => new Address(start | (ulong)([|high << 12|]));
            Address Long(int pages, short size) => (Address)(ulong)(long)([|pages * size|]);
            Address Unsigned(uint pages, int size) => new Address((ulong)([|pages * 4096|]) + (ulong)size);
            ulong Bytes(int pages) => (ulong)([|pages * 4096|]);
            byte* Offset(byte* start, int pages) => start + [|pages * 4096|];
        """),
        WithAddress("""
            void* Pointer(int pages) => (void*)((nuint)(uint)pages * 4096);
            Address Made(int frame) => new Address((ulong)(uint)frame << 12);
            Address Twice(int table, int index) => new Address((ulong)(uint)table * 4096 * (uint)index);
            Address Joined(int high, ulong start) => new Address(start | (ulong)(uint)high << 12);
            Address Long(int pages, short size) => (Address)(ulong)((uint)pages * (long)(ushort)size);
            Address Unsigned(uint pages, int size) => new Address((ulong)pages * 4096 + (ulong)size);
            ulong Bytes(int pages) => (ulong)pages * 4096;
            byte* Offset(byte* start, int pages) => start + (nint)pages * 4096;
        """));

    [Fact]
    public Task What_the_fix_makes_of_a_signed_address_is_clean_of_signs() => KernelVerifier<WidthMismatchAnalyzer>.VerifyAnalyzerAsync(
        WithAddress("""
            void* Pointer(int pages) => (void*)((nuint)(uint)pages * 4096);
            Address Made(int frame) => new Address((ulong)(uint)frame << 12);
            Address Twice(int table, int index) => new Address((ulong)(uint)table * 4096 * (uint)index);
            Address Joined(int high, ulong start) => new Address(start | (ulong)(uint)high << 12);
            Address Long(int pages, short size) => (Address)(ulong)((uint)pages * (long)(ushort)size);
            ulong Bytes(int pages) => (ulong)pages * 4096;
            Address Before(int frame) => new Address({|KMEM205:(ulong)frame|} << 12);
        """));

    private static string WithAddress(string members) => $$"""
        using Kernel.Contracts;

        [AddressValue]
        struct Address
        {
            public Address(ulong value) { }
            public static explicit operator Address(ulong value) => new(value);
        }

        unsafe class C
        {
        {{members}}
        }
        """;

    [Theory]
    [InlineData("ulong M(uint pages) { uint bytes = [|pages * 4096|]; return bytes; }")]
    [InlineData("ulong M(uint pages) { uint bytes = pages; [|bytes *= 4096|]; return bytes; }")]
    [InlineData("ulong M(uint pages, bool all) => all ? [|pages * 4096|] : 0u;")]
    public Task Where_a_narrow_result_is_kept_nothing_is_offered(string member) =>
        VerifyCS.VerifyNoFixAsync($"class C {{ {member} }}");
}
