using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Zeroing.OwnerMadeAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM102: who makes a page-table frame, a guard or a flush, and when a value counts as made.</summary>
public class KMEM102OwnerMadeTests
{
    private static string With(string members) => $$"""
        using System;
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;
        using Kernel.Contracts;

        [OwnerMade]
        public readonly struct Table : IEquatable<Table>
        {
            private readonly ulong _address;
            private Table(ulong address) => _address = address;
            public ulong Address => _address;
            public static Table None => default;
            public static Table Take() => new Table(4096);
            public static bool TryTake(out Table table) { table = default; return false; }
            public bool Equals(Table other) => other._address == _address;
            public override bool Equals(object other) => false;
            public override int GetHashCode() => 0;
            public static bool operator ==(Table left, Table right) => left.Equals(right);
            public static bool operator !=(Table left, Table right) => !left.Equals(right);
            public static explicit operator Table(ulong address) => new Table(address);
            public static class Factory { public static Table Make() => default; }
        }

        [OwnerMade] public struct Proof { public void Check() { } }

        [OwnerMade]
        public readonly ref struct Deferral
        {
            public Deferral(int depth) { }
            public void Dispose() { }
        }

        [InterruptToken] public ref struct Token { }
        [LockGuard] public ref struct Guard { public void Dispose() { } }

        [Lock]
        public struct Spin
        {
            private int _holder;
            public Guard Acquire() { _holder = 1; return default; }
        }

        public struct Plain { public int Number; }
        [MustUse] public readonly struct Flush { public static Flush None => default; }

        public static class Work
        {
            public static void Link(Table table) { }
            public static void Link(in Table table, int index) { }
            public static void Do(Guard guard) { }
            public static void Fill(ref Table table) => table = Table.Take();
            public static void FillAll(Span<Table> tables) { }
        }

        public unsafe class Subject
        {
        {{members}}
        }
        """;

    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(With(members));

    private static Task VerifyBody(string body) => Verify($$"""
            public void M(bool flag, ulong number, Table given)
            {
        {{body}}
            }
        """);

    [Theory]
    [InlineData("{|KMEM102:default|}")]
    [InlineData("{|KMEM102:default(Table)|}")]
    [InlineData("{|KMEM102:new Table()|}")]
    [InlineData("{|KMEM102:new()|}")]
    [InlineData("flag ? given : {|KMEM102:default|}")]
    [InlineData("number switch { 0 => given, _ => {|KMEM102:default|} }")]
    [InlineData("({|KMEM102:default(Table)|})")]
    public Task A_value_that_its_owner_did_not_make_is_reported_where_it_is_made(string making) => VerifyBody($$"""
        Table table = {{making}};
        Work.Link(table);
        """);

    [Theory]
    [InlineData("Unsafe.As<ulong, Table>(ref number)")]
    [InlineData("Unsafe.BitCast<ulong, Table>(number)")]
    [InlineData("Unsafe.Read<Table>(&number)")]
    [InlineData("Unsafe.ReadUnaligned<Table>(&number)")]
    [InlineData("Unsafe.AsRef<Table>((void*)number)")]
    [InlineData("Unsafe.NullRef<Table>()")]
    [InlineData("MemoryMarshal.Read<Table>(new byte[8])")]
    [InlineData("MemoryMarshal.AsRef<Table>(new Span<byte>((void*)number, 8))")]
    [InlineData("Activator.CreateInstance<Table>()")]
    public Task A_value_that_is_conjured_out_of_memory_is_reported(string making) => VerifyBody($$"""
        Table table = {|KMEM102:{{making}}|};
        Work.Link(table);
        """);

    [Theory]
    [InlineData("Activator.CreateInstance(typeof(Table))")]
    [InlineData("RuntimeHelpers.GetUninitializedObject(typeof(Table))")]
    public Task So_is_one_that_comes_in_a_box(string making) => VerifyBody($$"""
        Table table = (Table){|KMEM102:{{making}}|};
        Work.Link(table);
        """);

    [Theory]
    [InlineData("Activator.CreateInstance(typeof(string))")]
    [InlineData("typeof(Table)")]
    public Task Another_box_is_not(string making) => VerifyBody($$"""
        object box = {{making}};
        """);

    [Theory]
    [InlineData("Work.Link({|KMEM102:default|});")]
    [InlineData("Work.Link({|KMEM102:default(Table)|}, 1);")]
    [InlineData("_ = ({|KMEM102:default(Table)|}).Address;")]
    [InlineData("_kept = {|KMEM102:default|};")]
    [InlineData("(_kept, number) = ({|KMEM102:default|}, 1);")]
    [InlineData("Table table = *{|KMEM102:(Table*)number|};")]
    [InlineData("Table* tables = {|KMEM102:(Table*)&number|}; Work.Link(tables[1]);")]
    [InlineData("{|KMEM102:Unsafe.SkipInit(out Table table)|}; Work.Link(table);")]
    [InlineData("Table[] tables = {|KMEM102:new Table[4]|}; Work.Link(tables[2]);")]
    [InlineData("Table* tables = {|KMEM102:stackalloc Table[4]|}; Work.Link(tables[2]);")]
    [InlineData("Span<Table> tables = {|KMEM102:stackalloc Table[4]|}; Work.Link(tables[2]);")]
    [InlineData("foreach (Table table in {|KMEM102:MemoryMarshal.Cast<ulong, Table>(new ulong[3])|}) Work.Link(table);")]
    [InlineData("Span<Table> tables = {|KMEM102:new Span<Table>((void*)number, 4)|}; Work.FillAll(tables);")]
    [InlineData("Func<Table> later = () => {|KMEM102:default|};")]
    [InlineData("Table table = {|KMEM102:default|}; Action later = () => Work.Link(table);")]
    [InlineData("Guard guard = {|KMEM102:default|}; Work.Do(guard);")]
    [InlineData("using Deferral deferral = {|KMEM102:default|};")]
    [InlineData("using Deferral deferral = {|KMEM102:new Deferral()|};")]
    [InlineData("Proof {|KMEM102:proof|}; proof.Check();")]
    public Task A_value_made_out_of_nothing_is_reported_wherever_it_is_used(string body) => Verify($$"""
            private Table _kept = Table.Take();
            public void M(bool flag, ulong number) { {{body}} }
        """);

    [Fact]
    public Task A_value_that_stays_empty_on_one_path_is_reported() => VerifyBody("""
        Table table = {|KMEM102:default|};
        if (flag)
        {
            table = given;
        }

        Work.Link(table);
        """);

    [Fact]
    public Task A_value_that_stays_empty_when_a_loop_does_not_run_is_reported() => VerifyBody("""
        Table table = {|KMEM102:default|};
        for (ulong i = 0; i < number; i++)
        {
            table = Table.Take();
        }

        Work.Link(table);
        """);

    [Fact]
    public Task The_report_leads_to_the_first_use() => VerifyCS.VerifyAnalyzerAsync(
        With("""
            public void M()
            {
                Table table = {|#0:default|};
                Work.Link({|#1:table|});
                Work.Link(table);
            }
        """),
        VerifyCS.Diagnostic(OwnerMadeAnalyzer.Rule).WithLocation(0).WithLocation(1).WithArguments("Table", "'default'"));

    [Theory]
    [InlineData("public Table M() => {|KMEM102:default|};")]
    [InlineData("public Table M { get; } = {|KMEM102:default|};")]
    [InlineData("private static Table s_root = {|KMEM102:new()|};")]
    [InlineData("public void M(Table table = {|KMEM102:default|}) { }")]
    [InlineData("public void M(out Table table) => table = {|KMEM102:default|};")]
    [InlineData("public bool TryTake(out Table table) { table = {|KMEM102:default|}; return true; }")]
    [InlineData("public bool TryTake(bool full, out Table table) { table = {|KMEM102:default|}; if (full) return false; return true; }")]
    [InlineData("public (bool, Table) Take() => (true, {|KMEM102:default|});")]
    [InlineData("public void M(ref Table table) => table = {|KMEM102:default|};")]
    public Task A_member_that_hands_out_nothing_is_reported(string member) => Verify(member);

    [Theory]
    [InlineData("private static T Make<T>() => default;")]
    [InlineData("private static T Make<T>() => default(T);")]
    [InlineData("private static T Make<T>() where T : new() => new T();")]
    [InlineData("private static T Make<T>() => Again<T>(); private static T Again<T>() => default;")]
    [InlineData("private static T Make<T>() { T value = default; return value; }")]
    [InlineData("private static T Make<T>() { ulong number = 0; return Unsafe.As<ulong, T>(ref number); }")]
    public Task A_generic_method_that_makes_one_is_reported_where_it_is_called(string helper) => Verify($$"""
            {{helper}}
            public void M() => Work.Link({|KMEM102:Make<Table>()|});
        """);

    [Fact]
    public Task A_generic_type_that_makes_one_is_reported_where_it_is_used() => Verify("""
            public class Pool<T> { public T Take() => default; public static T Empty => default; }
            private static void Make<T>(out T value) => value = default;
            public void M(Pool<Table> pool)
            {
                Work.Link({|KMEM102:pool.Take()|});
                Work.Link({|KMEM102:Pool<Table>.Empty|});
                {|KMEM102:Make(out Table table)|};
                Work.Link(table);
            }
        """);

    [Theory]
    [InlineData("Work.Link(Table.Take());")]
    [InlineData("Work.Link(Table.None);")]
    [InlineData("Work.Link(Table.Factory.Make());")]
    [InlineData("Work.Link((Table)number);")]
    [InlineData("if (Table.TryTake(out Table table)) Work.Link(table);")]
    [InlineData("using Deferral deferral = new Deferral(1);")]
    [InlineData("bool none = given == default;")]
    [InlineData("bool none = given != default(Table);")]
    [InlineData("bool none = given.Equals(default);")]
    [InlineData("bool none = (object)given is Table;")]
    [InlineData("Table? none = default; Table? other = null; Table? third = new Table?();")]
    [InlineData("Table? some = given; if (some is { } table) Work.Link(table);")]
    [InlineData("Plain plain = default; Plain other = new(); int number2 = plain.Number + other.Number;")]
    [InlineData("Flush flush = default; Token token = default;")]
    [InlineData("int size = sizeof(Table) + Unsafe.SizeOf<Table>(); Type type = typeof(Table);")]
    [InlineData("Table* pointer = &given; Work.Link(*pointer);")]
    [InlineData("void* any = &given; Table* pointer = (Table*)null;")]
    [InlineData("Table same = Unsafe.As<Table, Table>(ref given); ref Table next = ref Unsafe.Add(ref given, 1);")]
    [InlineData("ulong raw = Unsafe.As<Table, ulong>(ref given);")]
    [InlineData("Table copy = Unsafe.Read<Table>(&given); ref Table there = ref Unsafe.AsRef<Table>(&given);")]
    [InlineData("Table[] none = new Table[0]; Table[] two = new[] { given, Table.Take() }; Work.Link(two[0]);")]
    [InlineData("object boxed = given; Work.Link((Table)boxed);")]
    [InlineData("_ = default(Table);")]
    public Task A_value_from_its_owner_or_none_at_all_is_quiet(string body) => VerifyBody(body);

    [Fact]
    public Task A_value_that_is_overwritten_on_every_path_is_quiet() => VerifyBody("""
        Table table = default;
        if (flag)
        {
            table = Table.Take();
        }
        else if (!Table.TryTake(out table))
        {
            return;
        }

        Work.Link(table);
        """);

    [Fact]
    public Task A_value_that_a_call_may_fill_by_reference_is_quiet() => VerifyBody("""
        Table table = default;
        Work.Fill(ref table);
        Work.Link(table);
        """);

    [Fact]
    public Task Room_that_is_filled_before_it_is_read_is_quiet() => VerifyBody("""
        Table[] tables = new Table[4];
        for (int i = 0; i < tables.Length; i++)
        {
            tables[i] = Table.Take();
        }

        Work.Link(tables[0]);
        Table* first = stackalloc Table[2];
        first[0] = Table.Take();
        Work.Link(first[0]);
        Span<Table> span = stackalloc Table[2];
        Work.FillAll(span);
        Work.Link(span[1]);
        """);

    [Fact]
    public Task Room_that_is_kept_for_later_is_quiet() => Verify("""
            private readonly Table[] _reserve = new Table[8];
            private int _count;
            public void Add(Table table) => _reserve[_count++] = table;
            public Table Take() => _reserve[--_count];
        """);

    [Fact]
    public Task A_call_that_fails_may_leave_nothing_behind() => Verify("""
            public bool TryTake(bool full, out Table table)
            {
                if (full)
                {
                    table = default;
                    return false;
                }

                table = Table.Take();
                return true;
            }

            public bool TryFirst(int count, out Table table)
            {
                table = default;
                for (int i = 0; i < count; i++)
                {
                    if (Table.TryTake(out table))
                    {
                        return true;
                    }
                }

                return false;
            }

            public int Error(out Table table) { table = default; return -1; }
            public bool Other(out Table table) { table = default; return Table.TryTake(out table); }
            public (bool Found, Table Table) Find() => (false, default);
        """);

    [Fact]
    public Task A_generic_method_that_gives_back_what_it_was_given_is_quiet() => Verify("""
            private static T Same<T>(T value) => value;
            private static T Pop<T>(T[] stack, ref int count)
            {
                T top = stack[--count];
                stack[count] = default;
                return top;
            }

            private static bool TryPop<T>(T[] stack, int count, out T value)
            {
                if (count == 0) { value = default; return false; }
                value = stack[count - 1];
                return true;
            }

            private static T Loop<T>(T value, int depth) => depth == 0 ? value : Loop(value, depth - 1);

            public void M(Table given, Table[] stack, int count)
            {
                Work.Link(Same(given));
                Work.Link(Pop(stack, ref count));
                if (TryPop(stack, count, out Table table)) Work.Link(table);
                Work.Link(Loop(given, 5));
            }
        """);

    [Fact]
    public Task A_method_that_takes_a_lock_makes_its_guard() => Verify("""
            [Acquires] public Guard Acquire() => default;
            public void M(ref Spin spin) { using Guard guard = spin.Acquire(); }
        """);

    [Fact]
    public Task A_method_that_takes_a_lock_makes_no_other_guard() => Verify("""
            public ref struct Session(Guard guard) { public Guard Guard = guard; }
            [Acquires] public Session Open() => new Session({|KMEM102:default|});
        """);

    [Fact]
    public Task A_token_is_left_to_its_own_rule() => Verify("""
            public Token M() => default;
        """);

    [Fact]
    public Task Incomplete_code_does_not_disturb() => new KernelAnalyzerTest<OwnerMadeAnalyzer>
    {
        TestCode = With("""
            public void M(Table given, Table)
            {
                Table table = default(;
                Work.Link(new Table(
                Span<Table> rows = stackalloc Table[
                (Table*)
        """),
        CompilerDiagnostics = CompilerDiagnostics.None,
        DisabledDiagnostics = { "KMEM102" },
    }.RunAsync();
}
