using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.ReinterpretedAddressAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Pointers and marked integers of which a variable's first bytes are read, with and without contracts.</summary>
public class KMEM206PunnedPointerTests
{
    [Fact]
    public Task The_first_half_of_a_variable_with_a_pointer_is_reported() => VerifyCS.VerifyAnalyzerAsync("""
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        unsafe class Puns
        {
            uint Followed(void* pointer) => *[|(uint*)&pointer|];
            uint Native(nint value) => [|Unsafe.As<nint, uint>(ref value)|];
            int Signed(nuint value) => *([|(int*)(void*)&value|]);
            uint Marked([AddressValue] ulong physical) => *[|(uint*)&physical|];
            ushort Short([AddressValue] ulong physical) => [|Unsafe.As<ulong, ushort>(ref physical)|];
        }
        """);

    [Fact]
    public Task The_message_says_what_is_cut_off() => VerifyCS.VerifyAnalyzerAsync(
        "unsafe class C { uint M(void* pointer) => *{|#0:(uint*)&pointer|}; }",
        VerifyCS.Diagnostic(Kernel.Analyzers.Rules.Width.ReinterpretedAddressAnalyzer.TruncatingRule).WithLocation(0)
            .WithMessage("An address ('void*') is cut off to 'uint' without a word; keep its width, or narrow it through a method marked [CheckedNarrowing]"));

    [Fact]
    public Task Both_halves_and_numbers_that_are_no_addresses_are_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        using System;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        unsafe class Parts
        {
            void Halves(void* pointer) { Write(*(uint*)&pointer); Write(*((uint*)&pointer + 1)); }
            void Indexed(nuint value) { Write(*(uint*)&value); Write(((uint*)&value)[1]); }
            void Array(nuint value) { uint* parts = (uint*)&value; Write(parts[0]); Write(parts[1]); }
            uint Plain(ulong number) => Unsafe.As<ulong, uint>(ref number);
            float Float(uint number) => Unsafe.BitCast<uint, float>(number);
            byte First(void* pointer) => *(byte*)&pointer;
            ulong Whole(void* pointer) => *(ulong*)&pointer;
            [CheckedNarrowing] uint Narrow(nuint value) { if (value >> 32 != 0) throw new OverflowException(); return *(uint*)&value; }
            void Write(uint value) { }
        }
        """);

    [Fact]
    public Task Where_pointers_have_32_bits_nothing_is_cut_off() => new KernelAnalyzerTest<Kernel.Analyzers.Rules.Width.ReinterpretedAddressAnalyzer>
    {
        TestState =
        {
            Sources = { "unsafe class C { uint M(void* pointer) => *(uint*)&pointer; ushort Low(void* pointer) => *{|KMEM206:(ushort*)&pointer|}; }" },
            AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = 32") },
        },
    }.RunAsync();
}
