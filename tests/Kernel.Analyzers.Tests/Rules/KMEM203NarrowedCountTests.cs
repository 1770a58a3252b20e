using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM203NarrowedCountTests
{
    private const string Types = """
        using System;
        using System.Runtime.InteropServices;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        [AddressValue]
        readonly struct Address
        {
            private readonly ulong _value;

            [AddressValue]
            public ulong Value => _value;
        }

        """;

    [Fact]
    public Task The_length_of_a_span_is_reported() => InMethod("64", """
        Span<byte> a = new Span<byte>(pointer, [|(int)bytes|]);
        ReadOnlySpan<byte> b = new(pointer, [|(int)(bytes >> 12)|]);
        Span<byte> c = span.Slice(0, [|(int)bytes|]);
        Span<byte> d = span[..[|(int)bytes|]];
        Span<byte> e = MemoryMarshal.CreateSpan(ref *pointer, [|(int)signed|]);
        """);

    [Fact]
    public Task The_size_of_an_allocation_is_reported() => InMethod("64", """
        byte[] a = new byte[[|(int)bytes|]];
        ulong[] b = new ulong[[|(uint)(frames / 64)|]];
        byte* c = stackalloc byte[[|(int)bytes|]];
        Span<byte> d = stackalloc byte[[|(int)bytes|]];
        void* e = NativeMemory.Alloc([|(uint)bytes|]);
        IntPtr f = Marshal.AllocHGlobal([|(int)signed|]);
        """);

    [Fact]
    public Task The_size_of_a_copy_or_a_fill_is_reported() => InMethod("64", """
        Unsafe.CopyBlock(pointer, pointer, [|(uint)bytes|]);
        Unsafe.InitBlock(pointer, 0, [|(uint)bytes|]);
        Buffer.MemoryCopy(pointer, pointer, [|(uint)bytes|], [|(int)signed|]);
        NativeMemory.Clear(pointer, [|(uint)bytes|]);
        """);

    [Fact]
    public Task A_count_of_native_width_is_a_count_here() => InMethod("64", """
        Span<byte> a = new Span<byte>(pointer, [|(int)native|]);
        Unsafe.InitBlock(pointer, 0, [|(uint)native|]);
        byte[] b = new byte[[|(int)(nint)native|]];
        """);

    [Fact]
    public Task A_size_in_a_method_of_its_own_is_known_by_name_beside_memory() => InMethod("64", """
        Fill(pointer, [|(uint)bytes|]);
        Reserve(address, [|(uint)frames|]);
        void* a = Take([|(uint)bytes|]);
        Give([|(uint)bytes|], 5);
        """);

    [Fact]
    public Task Arithmetic_and_locals_between_are_followed() => InMethod("64", """
        byte[] a = new byte[[|(int)bytes|] + 1];
        int length = [|(int)bytes|];
        Span<byte> b = new Span<byte>(pointer, length);
        Span<byte> c = new Span<byte>(pointer, [|(int)frames|] * 4096);
        Span<byte> d = new Span<byte>(pointer, Math.Min([|(int)bytes|], 4096));
        Unsafe.InitBlock(pointer, 0, small ? [|(uint)bytes|] : 0);
        """);

    [Fact]
    public Task Unchecked_is_no_exit() =>
        InMethod("64", "Span<byte> a = new Span<byte>(pointer, unchecked([|(int)bytes|]));");

    [Fact]
    public Task A_bound_that_is_too_high_is_no_exit() => InMethod("64", """
        if (bytes > 0x1_0000_0000)
        {
            return;
        }

        Unsafe.InitBlock(pointer, 0, [|(uint)bytes|]);
        """);

    [Fact]
    public Task A_size_of_64_bits_is_too_wide_for_native_integers_where_those_have_32() => InMethod("32, 64", """
        void* a = NativeMemory.Alloc([|(nuint)bytes|]);
        NativeMemory.Clear(pointer, [|(nuint)(frames << 12)|]);
        NativeMemory.Clear(pointer, native);
        Fill(pointer, [|(nuint)bytes|]);
        """);

    [Fact]
    public Task Where_pointers_have_64_bits_a_native_integer_is_wide_enough() => InMethod("64", """
        void* a = NativeMemory.Alloc((nuint)bytes);
        Buffer.MemoryCopy(pointer, pointer, (long)bytes, (long)bytes);
        """);

    [Fact]
    public Task A_size_that_fits_is_quiet() => InMethod("64", """
        Span<byte> a = new Span<byte>(pointer, (int)(bytes & 0xFFF));
        Span<byte> b = new Span<byte>(pointer, (int)(bytes % 4096));
        Span<byte> c = new Span<byte>(pointer, (int)Math.Min(bytes, 4096));
        Span<byte> d = new Span<byte>(pointer, (int)Math.Min(bytes, (ulong)span.Length));
        byte[] e = new byte[(int)(bytes >> 36)];
        const ulong size = 4096;
        byte* f = stackalloc byte[(int)size];
        """);

    [Fact]
    public Task A_size_that_was_checked_is_quiet() => InMethod("64", """
        if (bytes > int.MaxValue)
        {
            return;
        }

        Span<byte> a = new Span<byte>(pointer, (int)bytes);
        byte[] b = frames <= 512 ? new byte[(int)frames] : null;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(native, 4096u);
        Unsafe.InitBlock(pointer, 0, (uint)native);
        """);

    [Fact]
    public Task A_size_within_what_a_span_holds_is_quiet() => InMethod("64", """
        if (bytes <= (ulong)span.Length)
        {
            Span<byte> a = span.Slice(0, (int)bytes);
        }
        """);

    [Fact]
    public Task A_conversion_that_fails_is_quiet() => InMethod("64", """
        Span<byte> a = new Span<byte>(pointer, checked((int)bytes));
        byte[] b = new byte[checked((int)native)];
        checked
        {
            Unsafe.InitBlock(pointer, 0, (uint)bytes);
        }
        """);

    [Fact]
    public Task A_size_that_comes_back_the_same_is_quiet() => InMethod("64", """
        uint narrow = (uint)bytes;
        if (narrow != bytes)
        {
            return;
        }

        Unsafe.InitBlock(pointer, 0, narrow);
        """);

    [Fact]
    public Task A_helper_that_checks_is_quiet() => InMethod("64", """
        Span<byte> a = new Span<byte>(pointer, Whole(bytes));
        """);

    [Fact]
    public Task The_distance_of_two_pointers_is_quiet() => InMethod("64", """
        byte* end = pointer + 5;
        Span<byte> a = new Span<byte>(pointer, (int)(end - pointer));
        Unsafe.InitBlock(pointer, 0, (uint)((nuint)end - (nuint)pointer));
        Span<byte> b = new Span<byte>(pointer, (int)(address.Value - other.Value));
        """);

    [Fact]
    public Task What_becomes_no_size_is_quiet() => InMethod("64", """
        uint low = (uint)bytes;
        int index = (int)frames;
        byte a = span[(int)frames];
        Console.WriteLine((int)bytes);
        Show((uint)bytes);
        bool b = (uint)bytes == 5;
        """);

    [Fact]
    public Task A_size_without_memory_beside_it_is_only_a_number() => InMethod("64", """
        Measure((uint)bytes);
        Name(pointer, (uint)bytes);
        """);

    [Fact]
    public Task Sizes_of_32_bits_are_quiet() => InMethod("64", """
        uint size = 5 + (uint)span.Length;
        Span<byte> a = new Span<byte>(pointer, (int)size);
        ulong wide = size;
        Unsafe.InitBlock(pointer, 0, (uint)wide);
        """);

    [Fact]
    public Task Code_that_only_one_target_runs_is_judged_for_it() => InMethod("32, 64", """
        if (nuint.Size == 4)
        {
            return;
        }

        void* a = NativeMemory.Alloc((nuint)bytes);
        """);

    [Fact]
    public Task Where_pointers_have_32_bits_a_native_size_fits_an_integer() => InMethod("32", """
        Span<byte> a = new Span<byte>(pointer, (int)native);
        Unsafe.InitBlock(pointer, 0, (uint)native);
        Unsafe.InitBlock(pointer, 0, [|(uint)bytes|]);
        """);

    [Fact]
    public Task A_pointer_in_place_of_a_size_is_the_pointer_rules() => NoSizeAsync<NarrowedPointerAnalyzer>(
        "Span<byte> a = new Span<byte>(pointer, [|(int)pointer|]);");

    [Fact]
    public Task An_address_in_place_of_a_size_is_the_address_rules() => NoSizeAsync<NarrowedAddressAnalyzer>(
        "Span<byte> a = new Span<byte>(pointer, [|(int)address.Value|]);");

    [Fact]
    public Task One_mistake_is_reported_once() => InMethod<NarrowedPointerAnalyzer>("64", """
        Span<byte> a = new Span<byte>(pointer, (int)native);
        uint b = [|(uint)native|];
        """);

    [Theory]
    [InlineData("64", "new Span<byte>(p, {|#1:{|#0:(int)n|}|})", "ulong", "int", false)]
    [InlineData("32, 64", "new UnmanagedMemoryStreamSize(p, {|#1:{|#0:(nuint)n|}|})", "ulong", "nuint", true)]
    public Task The_message_names_both_types(string targets, string use, string from, string to, bool isNative) =>
        new KernelAnalyzerTest<NarrowedCountAnalyzer>
        {
            TestState =
            {
                Sources =
                {
                    $$"""
                    using System;
                    unsafe struct UnmanagedMemoryStreamSize { public UnmanagedMemoryStreamSize(byte* start, nuint size) { } }
                    unsafe class C { void M(byte* p, ulong n) { _ = {{use.Replace("{|#1:", "", System.StringComparison.Ordinal).Replace("n|}|}", "{|#1:n|}|}", System.StringComparison.Ordinal)}}; } }
                    """,
                },
                AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = " + targets) },
            },
            ExpectedDiagnostics =
            {
                new DiagnosticResult(isNative ? NarrowedCountAnalyzer.NativeRule : NarrowedCountAnalyzer.Rule)
                    .WithLocation(0).WithLocation(1).WithArguments(from, to),
            },
        }.RunAsync();

    private static async Task NoSizeAsync<TOwner>(string body) where TOwner : DiagnosticAnalyzer, new()
    {
        await InMethod<TOwner>("64", body);
        await InMethod("64", body.Replace("[|", "", System.StringComparison.Ordinal).Replace("|]", "", System.StringComparison.Ordinal));
    }

    private static Task InMethod(string targets, string body) => InMethod<NarrowedCountAnalyzer>(targets, body);

    [Fact]
    public Task What_was_rounded_from_a_float_is_no_count_of_64_bits() => new KernelAnalyzerTest<NarrowedCountAnalyzer>
    {
        TestCode = """
            using System;

            class Names
            {
                byte[] Entries(string name) => new byte[(int)Math.Ceiling(name.Length / 13d) * 32];
                byte[] Least(byte[] data, long length) => new byte[(int)Math.Min(data.Length, length)];
                byte[] Rest(byte[] data, ulong length, int done) => new byte[(int)Math.Min((ulong)(data.Length - done), length)];
            }
            """,
    }.RunAsync();

    private static Task InMethod<TAnalyzer>(string targets, string body) where TAnalyzer : DiagnosticAnalyzer, new() => new KernelAnalyzerTest<TAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                Types + $$"""
                unsafe class C
                {
                    void Fill(byte* start, ulong length) { }
                    void Reserve(Address start, ulong frameCount) { }
                    void* Take(uint size) => null;
                    void Give(uint byteCount, [AddressValue] ulong start) { }
                    void Show(uint number) { }
                    void Measure(uint size) { }
                    void Name(byte* start, uint tag) { }
                    [CheckedNarrowing] static int Whole(ulong value) => (int)value;

                    void M(Address address, Address other, ulong bytes, ulong frames, long signed, nuint native, byte* pointer, Span<byte> span, bool small)
                    {
                        {{body}}
                    }
                }
                """,
            },
            AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = " + targets) },
        },
    }.RunAsync();
}
