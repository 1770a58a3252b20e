using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Freestanding;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.FreestandingVerifier<Kernel.Analyzers.Rules.Freestanding.ManagedAllocationAnalyzer>;
using VerifyHosted = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Freestanding.ManagedAllocationAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM601ManagedAllocationTests
{
    [Fact]
    public Task A_new_object_is_reported() => InMethod("""
        var a = [|new object()|];
        C b = [|new()|];
        var c = [|new { Number = 5 }|];
        """);

    [Fact]
    public Task A_new_array_is_reported() => InMethod("""
        var a = [|new byte[16]|];
        int[] b = [|{ 1, 2 }|];
        int[] c = [|[1, 2]|];
        var d = (int[])[|[1, 2]|];
        """);

    [Fact]
    public Task A_part_of_a_string_is_reported_and_one_of_a_span_is_not() => InMethod("""
        string a = [|text[1..]|];
        System.ReadOnlySpan<byte> bytes = "abc"u8;
        System.ReadOnlySpan<byte> b = bytes[1..];
        """);

    [Fact]
    public Task A_params_array_is_reported_at_the_call() => InMethod("[|Sum(1, 2)|];");

    [Fact]
    public Task Boxing_is_reported() => InMethod("""
        object a = [|number|];
        System.IComparable b = [|number|];
        System.Enum c = [|System.DayOfWeek.Friday|];
        Take([|number|]);
        """);

    [Fact]
    public Task A_struct_boxed_to_be_the_receiver_is_reported() => InMethod("""
        Point point = default;
        int hash = [|point.GetHashCode()|];
        """);

    [Fact]
    public Task Delegates_and_closures_are_reported() => InMethod("""
        System.Action a = [|Run|];
        System.Action b = [|() => number++|];
        System.Func<int> c = [|static () => 5|];
        """);

    [Fact]
    public Task Joining_strings_is_reported_once() => InMethod("""
        string a = [|text + number + text|];
        [|text += "more"|];
        """);

    [Fact]
    public Task An_interpolated_string_is_reported() => InMethod("""string a = [|$"{number} frames"|];""");

    [Fact]
    public Task An_iterator_is_reported_once_at_its_first_yield() => VerifyCS.VerifyAnalyzerAsync("""
        using System.Collections.Generic;

        class C
        {
            IEnumerable<int> M()
            {
                [|yield|] return 1;
                yield return 2;

                IEnumerable<int> Local()
                {
                    [|yield|] break;
                }
            }
        }
        """);

    [Fact]
    public Task An_async_method_is_reported_at_its_name() => VerifyCS.VerifyAnalyzerAsync("""
        using System.Threading.Tasks;

        class C
        {
            async Task [|M|](Task task)
            {
                await task;

                async Task [|Local|]() => await task;
            }
        }
        """);

    [Fact]
    public Task Foreach_over_an_interface_is_reported_at_the_collection() => VerifyCS.VerifyAnalyzerAsync("""
        using System.Collections.Generic;

        class C
        {
            void M(IEnumerable<int> numbers)
            {
                foreach (int number in [|numbers|])
                {
                }
            }
        }
        """);

    [Fact]
    public Task A_call_into_code_without_source_that_returns_an_object_is_reported() => InMethod("""
        string a = [|number.ToString()|];
        string b = [|string.Concat(text, text)|];
        """);

    [Fact]
    public Task A_new_of_a_type_parameter_that_may_be_a_class_is_reported() => VerifyCS.VerifyAnalyzerAsync("""
        class C
        {
            T M<T>() where T : new() => [|new T()|];

            T N<T>() where T : struct => new T();
        }
        """);

    [Fact]
    public Task A_record_class_copied_with_changes_is_reported() => VerifyCS.VerifyAnalyzerAsync("""
        record Class(int Number);

        record struct Struct(int Number);

        class C
        {
            Class M(Class value) => [|value with { Number = 5 }|];

            Struct M(Struct value) => value with { Number = 5 };
        }
        """);

    [Fact]
    public Task A_call_of_hosted_code_is_reported() => VerifyCS.VerifyAnalyzerAsync("""
        using Kernel.Contracts;

        class C
        {
            [Hosted("only the host tool calls it")]
            static object Make() => new object();

            static void M() => [|Make()|];
        }
        """);

    [Fact]
    public Task The_message_says_what_is_allocated() => new FreestandingAnalyzerTest<ManagedAllocationAnalyzer>
    {
        TestCode = "class C { object M() => {|#0:new object()|}; }",
        ExpectedDiagnostics =
        {
            new DiagnosticResult(ManagedAllocationAnalyzer.Rule).WithLocation(0).WithArguments("A new object of class 'object'"),
        },
    }.RunAsync();

    [Fact]
    public Task Structs_and_stack_memory_are_quiet() => InMethod("""
        var a = new Point();
        var b = new Point { X = 5 };
        (int, int) c = (1, 2);
        System.Span<byte> d = stackalloc byte[16];
        Point e = default;
        object f = null;
        int? g = number;
        """);

    [Fact]
    public Task Constant_data_is_quiet() => InMethod("""
        System.ReadOnlySpan<byte> a = "text"u8;
        System.ReadOnlySpan<byte> b = new byte[] { 1, 2, 3 };
        System.ReadOnlySpan<int> c = new int[] { 1, 2, 3 };
        System.ReadOnlySpan<int> d = [1, 2, 3];
        System.Span<int> e = [number, 2];
        var h = (System.Span<int>)[number, 2];
        System.ReadOnlySpan<int> i = (System.ReadOnlySpan<int>)[1, number];
        string f = "a" + "b";
        string g = $"{nameof(number)}";
        """);

    [Fact]
    public Task A_span_over_an_array_that_is_not_constant_is_reported() => InMethod("""
        System.ReadOnlySpan<int> a = [|new int[] { number }|];
        System.Span<byte> b = [|new byte[] { 1, 2 }|];
        """);

    [Fact]
    public Task Foreach_over_arrays_spans_and_struct_enumerators_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        class C
        {
            void M(int[] array, System.ReadOnlySpan<int> span, string text, System.Collections.Generic.List<int> list)
            {
                foreach (int i in array) { }
                foreach (int i in span) { }
                foreach (char c in text) { }
                foreach (int i in list) { }
            }
        }
        """);

    [Fact]
    public Task Function_pointers_and_plain_local_functions_are_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        unsafe class C
        {
            static void Run() { }

            int M(int number)
            {
                delegate*<void> run = &Run;
                run();
                int Add(int other) => number + other;
                return Add(1);
            }
        }
        """);

    [Fact]
    public Task A_constrained_call_does_not_box() => VerifyCS.VerifyAnalyzerAsync("""
        interface IMode
        {
            int Level { get; }
            static abstract int Levels();
        }

        struct Four : IMode
        {
            public int Level => 4;
            public static int Levels() => 4;
            public override int GetHashCode() => 4;
        }

        class C
        {
            int M<T>(T mode) where T : struct, IMode => mode.Level + T.Levels() + new Four().GetHashCode();
        }
        """);

    [Fact]
    public Task Arguments_of_attributes_are_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        class NoteAttribute : System.Attribute
        {
            public NoteAttribute(params object[] notes) { }
        }

        [Note("text", 5)]
        class C
        {
        }
        """);

    [Fact]
    public Task What_a_throw_makes_is_the_other_rules_business() => InMethod("""throw new System.Exception("no " + number);""");

    [Fact]
    public Task A_hosted_member_or_type_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        using Kernel.Contracts;

        class C
        {
            [Hosted("tests only")]
            object M() => new object();
        }

        [Hosted("tests only")]
        class D
        {
            object _field = new object();
            object P => new object();
        }
        """);

    [Fact]
    public Task Code_that_is_not_freestanding_is_quiet() => VerifyHosted.VerifyAnalyzerAsync("""
        class C
        {
            object M(int number) => new object[] { number, $"{number}" };
        }
        """);

    [Fact]
    public Task A_generic_result_of_code_without_source_is_quiet() => VerifyCS.VerifyAnalyzerAsync("""
        class C
        {
            object _field;

            object M() => System.Threading.Volatile.Read(ref _field);
        }
        """);

    private static Task InMethod(string body) => VerifyCS.VerifyAnalyzerAsync($$"""
        struct Point
        {
            public int X;
        }

        class C
        {
            static void Run() { }
            static void Take(object value) { }
            static int Sum(params int[] numbers) => 0;

            void M(int number, string text)
            {
                {{body}}
            }
        }
        """);
}
