using System.Threading.Tasks;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.Rules.Width;
using Xunit;
using VerifyAddress = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Width.NarrowedAddressAnalyzer, Kernel.Analyzers.CodeFixes.NarrowThroughHelperFix>;
using VerifyPointer = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Width.NarrowedPointerAnalyzer, Kernel.Analyzers.CodeFixes.NarrowThroughHelperFix>;

namespace Kernel.Analyzers.Tests.Rules;

public class NarrowThroughHelperFixTests
{
    private const string Helper = """

        namespace Addresses
        {
            using Kernel.Contracts;

            public static unsafe class Checked
            {
                [CheckedNarrowing]
                public static uint ToUInt32(ulong value) => value > uint.MaxValue ? throw new System.Exception() : (uint)value;

                [CheckedNarrowing]
                public static uint ToUInt32(void* value) => ToUInt32((ulong)value);

                [CheckedNarrowing]
                public static int ToInt32(ulong value) => value > int.MaxValue ? throw new System.Exception() : (int)value;

                public static uint Truncate(ulong value) => (uint)value;
            }
        }
        """;

    [Fact]
    public Task A_cast_becomes_a_call_of_the_overload_that_fits() => VerifyPointer.VerifyCodeFixAsync(
        """
        using Addresses;

        unsafe class C
        {
            uint M(byte* pointer) => [|(uint)pointer|];
        }
        """ + Helper,
        """
        using Addresses;

        unsafe class C
        {
            uint M(byte* pointer) => Checked.ToUInt32(pointer);
        }
        """ + Helper);

    [Fact]
    public Task Every_cast_of_a_document_is_fixed_at_once() => VerifyPointer.VerifyCodeFixAsync(
        """
        using Addresses;

        unsafe class C
        {
            uint M(byte* pointer, nuint native, delegate*<void> function)
            {
                uint sum = [|(uint)native|]; // kept
                sum += unchecked([|(uint)(ulong)pointer|]);
                return sum + [|(uint)((ulong)pointer + 4096)|];
            }
        }
        """ + Helper,
        """
        using Addresses;

        unsafe class C
        {
            uint M(byte* pointer, nuint native, delegate*<void> function)
            {
                uint sum = Checked.ToUInt32(native); // kept
                sum += unchecked(Checked.ToUInt32((ulong)pointer));
                return sum + Checked.ToUInt32((ulong)pointer + 4096);
            }
        }
        """ + Helper);

    [Fact]
    public Task Fix_all_takes_each_method_of_the_class_where_it_fits() => new KernelCodeFixTest<NarrowedPointerAnalyzer, NarrowThroughHelperFix>
    {
        TestState =
        {
            Sources =
            {
                """
                unsafe class C
                {
                    int Signed(nuint value) => [|(int)value|];

                    /* the sum */ uint Nested(nuint value, byte* pointer) => [|(uint)(value + [|(uint)pointer|])|];

                    ushort Short(nuint value) => [|(ushort)value|];
                }
                """,
                """
                class D
                {
                    uint Unsigned(nuint value) => [|(uint)value|];
                }
                """ + Helper,
            },
        },
        FixedState =
        {
            Sources =
            {
                """
                using Addresses;

                unsafe class C
                {
                    int Signed(nuint value) => Checked.ToInt32(value);

                    /* the sum */ uint Nested(nuint value, byte* pointer) => Checked.ToUInt32(value + Checked.ToUInt32(pointer));

                    ushort Short(nuint value) => [|(ushort)value|];
                }
                """,
                """
                using Addresses;

                class D
                {
                    uint Unsigned(nuint value) => Checked.ToUInt32(value);
                }
                """ + Helper,
            },
        },
        NumberOfFixAllInDocumentIterations = 2,
        NumberOfFixAllInProjectIterations = 1,
        NumberOfFixAllIterations = 1,
    }.RunAsync();

    [Fact]
    public Task The_namespace_of_the_method_is_imported() => VerifyPointer.VerifyCodeFixAsync(
        """
        class C
        {
            uint M(nuint value) => [|(uint)value|];
        }
        """ + Helper,
        """
        using Addresses;

        class C
        {
            uint M(nuint value) => Checked.ToUInt32(value);
        }
        """ + Helper);

    [Fact]
    public Task A_signed_value_is_read_as_64_bits_first() => VerifyPointer.VerifyCodeFixAsync(
        """
        using Addresses;

        class C
        {
            int M(nint value) => [|(int)value|];
        }
        """ + Helper,
        """
        using Addresses;

        class C
        {
            int M(nint value) => Checked.ToInt32((ulong)value);
        }
        """ + Helper);

    [Fact]
    public Task An_enum_is_cast_from_the_narrowed_number() => VerifyPointer.VerifyCodeFixAsync(
        """
        using Addresses;

        class C
        {
            System.DayOfWeek M(nuint value) => [|(System.DayOfWeek)value|];
        }
        """ + Helper,
        """
        using Addresses;

        class C
        {
            System.DayOfWeek M(nuint value) => (System.DayOfWeek)Checked.ToInt32(value);
        }
        """ + Helper);

    [Fact]
    public Task An_address_is_narrowed_the_same_way() => VerifyAddress.VerifyCodeFixAsync(
        """
        using Addresses;
        using Kernel.Contracts;

        class C
        {
            uint M([AddressValue] ulong address) => [|(uint)address|] / 2;
        }
        """ + Helper,
        """
        using Addresses;
        using Kernel.Contracts;

        class C
        {
            uint M([AddressValue] ulong address) => Checked.ToUInt32(address) / 2;
        }
        """ + Helper);

    [Fact]
    public Task An_address_goes_down_to_the_width_of_a_pointer_through_its_helper() => Shared(
        """
        using Addresses;
        using Kernel.Contracts;

        unsafe class C
        {
            nuint Number([AddressValue] ulong address) => [|(nuint)address|];
            nint Signed([AddressValue] ulong address) => [|(nint)(address & ~0xFFFUL)|];
            byte* Pointer([AddressValue] ulong address) => [|(byte*)address|];
            byte* Both([AddressValue] ulong address) => (byte*)[|(nuint)address|];
        }
        """,
        """
        using Addresses;
        using Kernel.Contracts;

        unsafe class C
        {
            nuint Number([AddressValue] ulong address) => Native.ToNative(address);
            nint Signed([AddressValue] ulong address) => (nint)Native.ToNative(address & ~0xFFFUL);
            byte* Pointer([AddressValue] ulong address) => (byte*)Native.ToNative(address);
            byte* Both([AddressValue] ulong address) => (byte*)Native.ToNative(address);
        }
        """);

    [Fact]
    public Task An_offset_to_a_pointer_goes_through_it_too() => Shared(
        """
        using Addresses;
        using Kernel.Contracts;

        unsafe class C
        {
            byte* Moved(byte* start, [AddressValue] ulong address) => start + [|address|];
            byte* Cast(byte* start, [AddressValue] ulong address) => start - [|(long)address|];
            byte At(byte* start, [AddressValue] ulong address) => start[[|address >> 12|]];
            void Step(ref byte* start, [AddressValue] ulong address) => start += [|address|];
            byte* Whole(byte* start, [AddressValue] ulong address) => start + [|(nuint)address|];
        }
        """,
        """
        using Addresses;
        using Kernel.Contracts;

        unsafe class C
        {
            byte* Moved(byte* start, [AddressValue] ulong address) => start + Native.ToNative(address);
            byte* Cast(byte* start, [AddressValue] ulong address) => start - Native.ToNative((ulong)(long)address);
            byte At(byte* start, [AddressValue] ulong address) => start[Native.ToNative(address >> 12)];
            void Step(ref byte* start, [AddressValue] ulong address) => start += Native.ToNative(address);
            byte* Whole(byte* start, [AddressValue] ulong address) => start + Native.ToNative(address);
        }
        """);

    [Fact]
    public Task Where_no_helper_returns_the_type_nothing_is_offered() => Unchanged("ushort M(nuint value) => [|(ushort)value|];");

    [Fact]
    public Task Where_bits_were_lost_further_inside_nothing_is_offered() =>
        Unchanged("uint M(nuint value) => [|(uint)(byte)value|];");

    [Fact]
    public Task A_foreach_has_no_fix() => Unchanged("void M(nuint[] values) { foreach ([|uint|] value in values) { } }");

    [Fact]
    public Task A_method_that_is_not_marked_is_never_used() => VerifyPointer.VerifyNoFixAsync(Source);

    private const string Source = """
        static class Helper
        {
            public static uint ToUInt32(ulong value) => (uint)value;
        }

        class C
        {
            uint M(nuint value) => [|(uint)value|];
        }
        """;

    private const string NativeHelper = """

        namespace Addresses
        {
            using Kernel.Contracts;

            public static class Native
            {
                [CheckedNarrowing]
                public static nuint ToNative(ulong value) => (nuint)value == value ? (nuint)value : throw new System.Exception();
            }
        }
        """;

    private static Task Shared(string source, string fixedSource)
    {
        var test = new KernelCodeFixTest<NarrowedAddressAnalyzer, NarrowThroughHelperFix>
        {
            TestCode = source + NativeHelper,
            FixedCode = fixedSource + NativeHelper,
        };
        test.TestState.AnalyzerConfigFiles.Add(("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = 32, 64"));
        return test.RunAsync();
    }

    private static Task Unchanged(string member)
    {
        string source = "using Addresses;\n\nclass C\n{\n    " + member + "\n}\n" + Helper;
        return VerifyPointer.VerifyNoFixAsync(source);
    }
}
