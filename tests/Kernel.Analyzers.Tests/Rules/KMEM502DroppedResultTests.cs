using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Translation;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Translation.DroppedResultAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM502DroppedResultTests
{
    private const string Types = """
        using System;
        using System.Threading.Tasks;
        using Kernel.Contracts;

        [MustUse]
        ref struct Flush
        {
            public Flush(int page) { }
            public void Now() { }
            public void Dispose() { }
        }

        [MustUse]
        enum Error { None, Full }

        [MustUse(Discardable = true)]
        struct Hint { }

        interface IMapper
        {
            [MustUse]
            int Reserve();
        }

        class Mapper : IMapper
        {
            public Flush Map() => new Flush(1);
            public Error Try() => Error.None;
            public Error Try(out int count) { count = 0; return Error.None; }
            public bool Get(out Error error) { error = Error.None; return true; }
            public (int Frame, Error Error) Take() => default;
            public Hint Prefetch() => default;
            [return: MustUse] public int Count() => 0;
            [MustUse] public virtual bool Lock() => true;
            public int Reserve() => 0;
            public Task<Error> Later() => null;
        }

        class Derived : Mapper
        {
            public override bool Lock() => false;
        }

        """;

    [Fact]
    public Task A_call_as_a_statement_is_reported() => InMethod("[|mapper.Map()|]; [|mapper.Try()|];");

    [Fact]
    public Task A_new_value_as_a_statement_is_reported() => InMethod("[|new Flush(1)|];");

    [Fact]
    public Task A_discard_is_reported() => InMethod("_ = [|mapper.Map()|]; _ = [|mapper.Try()|];");

    [Fact]
    public Task A_discard_of_a_choice_is_reported_at_each_arm() =>
        InMethod("_ = condition ? [|mapper.Try()|] : [|mapper.Try(out _)|];");

    [Fact]
    public Task A_call_behind_a_null_check_is_reported() => InMethod("mapper?[|.Try()|];");

    [Fact]
    public Task A_marked_method_is_reported_also_through_an_override_or_an_implementation() => InMethod("""
        [|mapper.Count()|];
        [|mapper.Lock()|];
        [|new Derived().Lock()|];
        [|mapper.Reserve()|];
        [|((IMapper)mapper).Reserve()|];
        """);

    [Fact]
    public Task A_tuple_with_a_dropped_error_is_reported() => InMethod("""
        [|mapper.Take()|];
        var (frame, [|_|]) = mapper.Take();
        (int other, [|_|]) = mapper.Take();
        M(frame + other);
        """);

    [Fact]
    public Task An_out_argument_that_is_discarded_or_never_read_is_reported() => InMethod("""
        if (mapper.Get([|out _|])) { }
        if (mapper.Get([|out Error _|])) { }
        if (mapper.Get([|out var error|])) { }
        """);

    [Fact]
    public Task A_local_that_is_never_read_is_reported() => InMethod("""
        var flush = [|mapper.Map()|];
        Error error;
        error = [|mapper.Try()|];
        """);

    [Fact]
    public Task A_result_overwritten_before_it_is_read_is_reported() => InMethod("""
        Error error = [|mapper.Try()|];
        error = mapper.Try();
        if (error == Error.None) { }
        """);

    [Fact]
    public Task An_element_never_read_after_deconstruction_is_reported() => InMethod("""
        var (frame, [|error|]) = mapper.Take();
        M(frame);
        """);

    [Fact]
    public Task A_lambda_or_an_expression_body_without_a_result_drops_it() => VerifyCS.VerifyAnalyzerAsync(Types + """
        class C
        {
            void M(Mapper mapper) => [|mapper.Try()|];

            Action N(Mapper mapper) => () => [|mapper.Try()|];

            void Loop(Mapper mapper)
            {
                for (int i = 0; i < 5; [|mapper.Try()|])
                {
                    i++;
                }

                void Local() => [|mapper.Try()|];
                Local();
            }
        }
        """);

    [Fact]
    public Task An_awaited_result_that_is_dropped_is_reported() => VerifyCS.VerifyAnalyzerAsync(Types + """
        class C
        {
            async Task M(Mapper mapper)
            {
                [|await mapper.Later()|];
                [|mapper.Later()|];
            }
        }
        """);

    [Fact]
    public Task The_message_names_the_type_and_what_happens_to_it() => new KernelAnalyzerTest<DroppedResultAnalyzer>
    {
        TestCode = Types + """
            class C
            {
                void M(Mapper mapper)
                {
                    {|#0:mapper.Map()|};
                    var error = {|#1:mapper.Try()|};
                }
            }
            """,
        ExpectedDiagnostics =
        {
            new DiagnosticResult(DroppedResultAnalyzer.Rule).WithLocation(0).WithArguments("Flush", "dropped"),
            new DiagnosticResult(DroppedResultAnalyzer.Rule).WithLocation(1).WithArguments("Error", "never read after this"),
        },
    }.RunAsync();

    [Fact]
    public Task A_result_that_is_used_at_once_is_quiet() => InMethod("""
        mapper.Map().Now();
        if (mapper.Try() == Error.None) { }
        M((int)mapper.Try());
        """);

    [Fact]
    public Task A_result_that_is_returned_is_quiet() => VerifyCS.VerifyAnalyzerAsync(Types + """
        class C
        {
            Flush M(Mapper mapper) => mapper.Map();

            Error N(Mapper mapper)
            {
                Error error = mapper.Try();
                return error;
            }

            Func<Error> Later(Mapper mapper) => () => mapper.Try();
        }
        """);

    [Fact]
    public Task A_result_kept_in_a_field_or_an_argument_is_quiet() => VerifyCS.VerifyAnalyzerAsync(Types + """
        class C
        {
            Error _last;

            void M(Mapper mapper, out Error error, ref Error other)
            {
                _last = mapper.Try();
                error = mapper.Try();
                other = mapper.Try();
            }
        }
        """);

    [Fact]
    public Task A_result_read_on_one_path_or_in_the_next_round_is_quiet() => InMethod("""
        Error error = Error.None;
        Flush flush = mapper.Map();
        if (condition)
        {
            flush.Now();
        }

        while (error == Error.None)
        {
            error = mapper.Try();
        }
        """);

    [Fact]
    public Task A_result_read_by_the_next_declarator_is_quiet() => InMethod("""
        Error error = mapper.Try(), copy = error;
        M((int)copy);
        """);

    [Fact]
    public Task A_result_that_a_lambda_reads_is_quiet() => InMethod("""
        Error error = mapper.Try();
        Func<Error> read = () => error;
        M((int)read());
        """);

    [Fact]
    public Task Using_is_a_use() => InMethod("""
        using var flush = mapper.Map();
        using (mapper.Map()) { }
        """);

    [Fact]
    public Task A_discardable_result_may_be_discarded_in_writing_only() => InMethod("""
        _ = mapper.Prefetch();
        [|mapper.Prefetch()|];
        """);

    [Fact]
    public Task An_out_argument_that_is_read_is_quiet() => InMethod("""
        if (mapper.Get(out Error error) && error == Error.None) { }
        mapper.Get(out Error later);
        M((int)later);
        """);

    [Fact]
    public Task An_empty_start_value_is_no_result() => InMethod("""
        Error error = Error.None;
        Flush flush = default;
        Flush other = new Flush();
        error = mapper.Try();
        flush = mapper.Map();
        other = mapper.Map();
        M((int)error);
        flush.Now();
        other.Now();
        """);

    [Fact]
    public Task Methods_without_a_contract_are_quiet() => InMethod("""
        M(1);
        condition.ToString();
        mapper.Get(out var error);
        M((int)error);
        """);

    [Fact]
    public Task An_assignment_whose_value_is_used_is_quiet() => InMethod("""
        Error error;
        if ((error = mapper.Try()) != Error.None) { }
        """);

    private static Task InMethod(string body) => VerifyCS.VerifyAnalyzerAsync(Types + $$"""
        class C
        {
            void M(int number) { }

            void M(Mapper mapper, bool condition)
            {
                {{body}}
            }
        }
        """);
}
