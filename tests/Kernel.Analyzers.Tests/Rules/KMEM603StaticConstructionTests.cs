using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Freestanding;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.FreestandingVerifier<Kernel.Analyzers.Rules.Freestanding.StaticConstructionAnalyzer>;
using VerifyHosted = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Freestanding.StaticConstructionAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM603StaticConstructionTests
{
    private const string Types = """
        struct Point
        {
            public int X;
            public Point(int x) { X = x; }
            public static Point At(int x) => new Point(x);
            public static Point Zero => default;
        }

        """;

    [Fact]
    public Task A_static_constructor_is_reported_at_its_name() => InType("static [|C|]() { }");

    [Fact]
    public Task A_module_initializer_is_reported_at_its_name() =>
        InType("[System.Runtime.CompilerServices.ModuleInitializer] internal static void [|Start|]() { }");

    [Fact]
    public Task A_field_initialised_by_a_call_is_reported() => InType("""
        static Point s_point = [|Point.At(5)|];
        static readonly int s_number = [|System.Environment.ProcessorCount|];
        """);

    [Fact]
    public Task A_field_initialised_from_another_field_or_property_is_reported() => InType("""
        static int s_first;
        static int s_second = [|s_first|];
        static Point s_point = [|Point.Zero|];
        """);

    [Fact]
    public Task The_size_of_a_struct_is_quiet() => VerifyCS.VerifyAnalyzerAsync(Types + """
        unsafe class C
        {
            static readonly ulong s_length = (ulong)sizeof(Point);
        }
        """);

    [Fact]
    public Task A_property_initialiser_is_reported() => InType("static Point Start { get; } = [|Point.At(5)|];");

    [Fact]
    public Task A_struct_made_from_what_must_run_first_is_reported() => InType("""
        static Point s_point = [|new Point(System.Environment.TickCount)|];
        static Point s_other = [|new Point { X = System.Environment.TickCount }|];
        """);

    [Fact]
    public Task A_conditional_initialiser_is_reported() =>
        InType("static int s_number = [|System.IntPtr.Size == 8 ? 1 : 2|];");

    [Fact]
    public Task A_static_field_of_a_struct_or_a_generic_type_is_reported() => VerifyCS.VerifyAnalyzerAsync(Types + """
        struct S
        {
            static Point s_point = [|Point.At(1)|];
        }

        class G<T>
        {
            static Point s_point = [|Point.At(1)|];
        }
        """);

    [Fact]
    public Task A_struct_whose_constructor_does_more_than_compute_is_reported() => VerifyCS.VerifyAnalyzerAsync("""
        unsafe struct Reads
        {
            private ulong _value;
            public Reads(ulong address) => _value = *(ulong*)address;
            public Reads(byte* from, int index) { _value = from[index]; }
        }

        struct Calls
        {
            private static int s_count;
            private int _value;
            private int _initial = s_count;
            public Calls(int value) { _value = Next(value); }
            public Calls(long value) : this((int)value) { _value = 5; }
            private static int Next(int value) => value + 1;
        }

        struct Nests
        {
            private Calls _calls;
            public Nests(int value) { _calls = new Calls(value); }
        }

        struct Primary(int number)
        {
            public int Number { get; } = number + Offset;
            private static int Offset => System.Environment.TickCount;
        }

        class C
        {
            static Reads s_reads = [|new Reads(0x1000)|];
            static Calls s_calls = [|new Calls(5)|];
            static Calls s_chained = [|new Calls(5L)|];
            static Nests s_nests = [|new Nests(5)|];
            static Primary s_primary = [|new Primary(5)|];
        }
        """);

    [Fact]
    public Task A_struct_whose_constructor_checks_and_computes_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        using System.Diagnostics.CodeAnalysis;

        struct Range
        {
            private const int Size = 4096;
            private int _scale = Size;

            public Range(int start, int end)
            {
                if (end < start || end > Size)
                {
                    Panic();
                }

                Start = start;
                End = end * 2 + Start;
                for (int i = 0; i < 3; i++) { End += i; }
            }

            public Range(int end) : this(0, end) { }

            public int Start { get; }
            public int End { get; private set; }

            [DoesNotReturn]
            private static void Panic() { while (true) { } }
        }

        readonly struct Pair(Range first, int second)
        {
            public Range First { get; } = first;
            public int Second { get; } = second;
        }

        class C
        {
            static Range s_range = new(5);
            static readonly Pair s_pair = new(new Range(1, 2), 3);
        }
        """);

    [Fact]
    public Task The_message_names_the_field() => new FreestandingAnalyzerTest<StaticConstructionAnalyzer>
    {
        TestCode = "class C { static int s_number = {|#0:System.Environment.TickCount|}; static {|#1:C|}() { } }",
        ExpectedDiagnostics =
        {
            new DiagnosticResult(StaticConstructionAnalyzer.Rule).WithLocation(0).WithArguments(
                "The initial value of 's_number'", "use a constant, a value the compiler can lay out, or set it up in a method that boot calls"),
            new DiagnosticResult(StaticConstructionAnalyzer.Rule).WithLocation(1).WithArguments(
                "The static constructor of 'C'", "set the state up in a method that boot calls"),
        },
    }.RunAsync();

    [Fact]
    public Task Constants_are_quiet() => InType("""
        const int Number = 5;
        static int s_number = Number * 4;
        static readonly ulong s_mask = ~0xFFFUL;
        static string s_text = "text";
        static string s_none = null;
        static System.DayOfWeek s_day = System.DayOfWeek.Friday;
        static long s_wide = 5;
        """);

    [Fact]
    public Task Defaults_and_missing_initialisers_are_quiet() => InType("""
        static Point s_first;
        static Point s_second = default;
        static Point s_third = default(Point);
        static Point s_fourth = new();
        static object s_object;
        """);

    [Fact]
    public Task A_struct_made_from_constants_is_quiet() => InType("""
        static Point s_first = new Point(5);
        static readonly Point s_second = new() { X = 5 };
        static (int, Point) s_third = (1, new Point(2));
        """);

    [Fact]
    public Task A_function_pointer_is_quiet() => InType("""
        static void Run() { }
        static unsafe delegate*<void> s_run = &Run;
        """);

    [Fact]
    public Task Instance_fields_are_quiet() => InType("int _number = System.Environment.TickCount; Point P { get; } = Point.At(5);");

    [Fact]
    public Task A_static_property_with_a_body_is_quiet() => InType("static Point P => Point.At(5);");

    [Fact]
    public Task What_needs_the_heap_is_the_other_rules_business() => InType("""
        static object s_object = new object();
        static int[] s_array = { 1, 2 };
        static System.Action s_action = () => { };
        """);

    [Fact]
    public Task A_hosted_type_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        [Kernel.Contracts.Hosted("tests only")]
        class C
        {
            static int s_number = System.Environment.TickCount;
            static C() { }
        }
        """);

    [Fact]
    public Task Code_that_is_not_freestanding_is_quiet() => VerifyHosted.VerifyAnalyzerAsync("""
        class C
        {
            static int s_number = System.Environment.TickCount;
            static C() { }
        }
        """);

    private static Task InType(string members) => VerifyCS.VerifyAnalyzerAsync(Types + $$"""
        class C
        {
            {{members}}
        }
        """);
}
