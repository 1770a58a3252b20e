using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Width.ReinterpretedAddressAnalyzer, Kernel.Analyzers.CodeFixes.ConvertAddressFix>;

namespace Kernel.Analyzers.Tests.Rules;

public class ConvertAddressFixTests
{
    private static string With(string members) => $$"""
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using Kernel.Contracts;

        namespace Addresses
        {
            [AddressValue]
            public readonly struct Physical
            {
                private readonly ulong _value;
                private Physical(ulong value) => _value = value;
                [AddressValue] public ulong Value => _value;
                public ulong Number => _value >> 12;
                public static Physical FromValue(ulong value) => new(value);
                public static Physical FromNumber(ulong number) => new(number << 12);
            }

            [AddressValue]
            public readonly struct Virtual
            {
                public Virtual(ulong value) => Value = value;
                [AddressValue] public readonly ulong Value;
            }
        }

        namespace Users
        {
            using Addresses;

            unsafe class C
            {
        {{members}}
            }
        }
        """;

    [Fact]
    public Task Every_reinterpretation_goes_through_the_members() => VerifyCS.VerifyCodeFixAsync(
        With("""
                ulong Raw(Physical address) => [|Unsafe.BitCast<Physical, ulong>(address)|]; // kept
                ulong Both(Physical one, Virtual two) => [|Unsafe.BitCast<Physical, ulong>(one)|] | [|Unsafe.As<Virtual, ulong>(ref two)|];
                ulong Cast(object any) => [|Unsafe.BitCast<Physical, ulong>((Physical)any)|];
                Physical Made(ulong value) => [|Unsafe.BitCast<ulong, Physical>(value + 1)|];
                Virtual New(ulong value) => [|Unsafe.As<ulong, Virtual>(ref value)|];
        """),
        With("""
                ulong Raw(Physical address) => address.Value; // kept
                ulong Both(Physical one, Virtual two) => one.Value | two.Value;
                ulong Cast(object any) => ((Physical)any).Value;
                Physical Made(ulong value) => Physical.FromValue(value + 1);
                Virtual New(ulong value) => new Virtual(value);
        """));

    [Theory]
    [InlineData("Physical M(Virtual value) => [|Unsafe.BitCast<Virtual, Physical>(value)|];")]
    [InlineData("ref ulong M(ref Virtual value) => ref [|Unsafe.As<Virtual, ulong>(ref value)|];")]
    [InlineData("void M(ref Virtual value) => [|Unsafe.As<Virtual, ulong>(ref value)|] = 5;")]
    [InlineData("long M(Physical value) => [|Unsafe.BitCast<Physical, long>(value)|];")]
    [InlineData("uint M(Physical value) => *[|(uint*)&value|];")]
    [InlineData("Physical M(byte[] bytes) => [|MemoryMarshal.Read<Physical>(bytes)|];")]
    public Task Where_no_member_does_just_this_there_is_no_fix(string member) => VerifyCS.VerifyNoFixAsync(With(member));
}
