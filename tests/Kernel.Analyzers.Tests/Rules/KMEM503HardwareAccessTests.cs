using System.Threading.Tasks;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.Rules.Translation;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Translation.HardwareAccessAnalyzer, Kernel.Analyzers.CodeFixes.VolatileAccessFix>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM503: which memory is the hardware's, what an access is, and what its accessors may do.</summary>
public class KMEM503HardwareAccessTests
{
    private static string With(string members) => $$"""
        using System;
        using System.Runtime.CompilerServices;
        using System.Threading;
        using Kernel.Contracts;

        [HardwareMemory]
        public struct Timer
        {
            public uint Control;
            public ulong Counter;
            public readonly ulong Now => Counter;
            public void Start() => Control = 1;
        }

        public struct Entry
        {
            public ulong Bits;
            public readonly bool IsPresent => (Bits & 1) != 0;
        }

        public interface IMemory
        {
            [HardwareMemory] static abstract unsafe ulong* TableAt(ulong frame);
            static abstract unsafe ulong* PageAt(ulong frame);
            static abstract unsafe void Store([HardwareMemory] void* entry, ulong value);
        }

        public static unsafe class Work
        {
            public static void Take(ulong value) { }
            public static void Take(ulong* table) { }
            public static void Fill(ref ulong entry) { }
        }

        public unsafe class Subject<TMemory> where TMemory : struct, IMemory
        {
            [HardwareMemory] private ulong* _table;
            [HardwareMemory] private Entry* _entries;
            [HardwareMemory] private byte* _bytes;
            [HardwareMemory(AccessBytes = 4)] private byte* _registers;
            [HardwareMemory] private static uint* Status => (uint*)0xFEE0_0000;
            private ulong* _page;
            private Timer* _timer;
            private ulong* SlotAt(int index) => _table + index;
            private ulong* Slot { get { return SlotAt(0); } }
            [HardwareMemory] private ref ulong At(int index) => ref _table[index];
        {{members}}
        }
        """;

    private static Task Verify(string members) => new KernelAnalyzerTest<HardwareAccessAnalyzer> { TestCode = With(members) }.RunAsync();

    private static Task VerifyBody(string body) => Verify($$"""
            public void M(int index, bool flag, ulong number, [HardwareMemory] ulong* given, ref Timer timer)
            {
                ulong value = 0;
                {{body}}
            }
        """);

    [Theory]
    [InlineData("value = {|KMEM503:*_table|};")]
    [InlineData("{|KMEM503:*_table|} = 5;")]
    [InlineData("{|KMEM503:_table[index]|} |= 1;")]
    [InlineData("{|KMEM503:_table[index]|}++;")]
    [InlineData("++{|KMEM503:*given|};")]
    [InlineData("value = {|KMEM503:given[3]|} & 1;")]
    [InlineData("if (({|KMEM503:_table[index]|} & 1) != 0) { }")]
    [InlineData("Work.Take({|KMEM503:*_table|});")]
    [InlineData("{|KMEM503:_timer->Control|} = 1;")]
    [InlineData("value = {|KMEM503:_timer->Counter|};")]
    [InlineData("value = {|KMEM503:(*_timer).Counter|};")]
    [InlineData("value = {|KMEM503:_timer[1].Counter|};")]
    [InlineData("{|KMEM503:timer.Control|} |= 2;")]
    [InlineData("Timer copy = {|KMEM503:*_timer|};")]
    [InlineData("value = {|KMEM503:_entries[index].Bits|};")]
    [InlineData("flag = {|KMEM503:_entries[index]|}.IsPresent;")]
    [InlineData("value = {|KMEM503:*Status|};")]
    [InlineData("value = {|KMEM503:*TMemory.TableAt(number)|};")]
    [InlineData("ulong* table = TMemory.TableAt(number); {|KMEM503:table[index]|} = 0;")]
    [InlineData("ulong* table = _table + 5; table++; value = {|KMEM503:*table|};")]
    [InlineData("ulong* table; table = _table; value = {|KMEM503:*table|};")]
    [InlineData("value = {|KMEM503:*SlotAt(3)|} + {|KMEM503:*Slot|};")]
    [InlineData("value = {|KMEM503:*(uint*)_table|};")]
    [InlineData("value = {|KMEM503:*(ulong*)(_bytes + index * 8)|};")]
    [InlineData("value = {|KMEM503:*(flag ? _table : given)|};")]
    [InlineData("{|KMEM503:At(index)|} = 5;")]
    [InlineData("ref ulong entry = ref _table[index]; {|KMEM503:entry|} = 5;")]
    [InlineData("value = {|KMEM503:Unsafe.Read<ulong>(_table)|};")]
    [InlineData("{|KMEM503:Unsafe.InitBlock(_table, 0, 4096)|};")]
    [InlineData("{|KMEM503:Buffer.MemoryCopy(_table, _page, 4096, 4096)|};")]
    [InlineData("{|KMEM503:new Span<ulong>(_table, 512)|}.Clear();")]
    public Task An_access_like_to_other_memory_is_reported(string body) => VerifyBody(body);

    [Theory]
    [InlineData("value = Volatile.Read(ref {|KMEM503:*(uint*)_table|});")]
    [InlineData("Volatile.Write(ref {|KMEM503:*(byte*)given|}, 1);")]
    [InlineData("value = Volatile.Read(ref {|KMEM503:*(ushort*)_registers|});")]
    [InlineData("value = Volatile.Read(ref {|KMEM503:*(byte*)&_timer->Control|});")]
    [InlineData("value = Interlocked.Increment(ref {|KMEM503:*(uint*)_table|});")]
    public Task An_access_of_another_size_is_reported(string body) => VerifyBody(body);

    [Theory]
    [InlineData("value = Volatile.Read(ref *_table);")]
    [InlineData("Volatile.Write(ref _table[index], 5);")]
    [InlineData("value = Volatile.Read(in given[index]);")]
    [InlineData("value = Interlocked.Exchange(ref *given, 3);")]
    [InlineData("Interlocked.Or(ref _table[index], 1);")]
    [InlineData("value = Volatile.Read(ref _timer->Counter) + Volatile.Read(ref timer.Control);")]
    [InlineData("value = Volatile.Read(ref *(uint*)_registers);")]
    [InlineData("value = Volatile.Read(ref *(ulong*)(_bytes + 8)) + Volatile.Read(ref *_bytes);")]
    [InlineData("value = Volatile.Read(ref _entries[index].Bits);")]
    [InlineData("Volatile.Write(ref At(index), 5);")]
    [InlineData("ref ulong entry = ref _table[index]; Volatile.Write(ref entry, 1);")]
    [InlineData("value = _timer->Now; _timer->Start(); timer.Start();")]
    [InlineData("ulong* next = _table + index; next += 3; Work.Take(next);")]
    [InlineData("ulong* slot = &_table[index]; uint* control = &_timer->Control;")]
    [InlineData("value = (ulong)_table; bool same = _table == given || _table == null; long count = given - _table;")]
    [InlineData("Work.Fill(ref _table[index]);")]
    [InlineData("TMemory.Store(_table, 5); TMemory.Store(&_table[index], 1);")]
    [InlineData("Timer copy = default; copy.Control = 1; value = copy.Counter;")]
    [InlineData("Entry entry = default; entry.Bits = 1; flag = entry.IsPresent;")]
    [InlineData("value = *_page + _page[index]; _page[3] |= 1; new Span<ulong>(_page, 512).Clear();")]
    [InlineData("ulong* page = TMemory.PageAt(number); *page = 1;")]
    [InlineData("ulong* table = _table; table = &number; value = *table;")]
    [InlineData("ulong* either = flag ? _table : _page; value = *either;")]
    [InlineData("string name = nameof(Timer.Control); int size = sizeof(Timer);")]
    [InlineData("_table = given; ulong** place = null; *place = _page;")]
    public Task An_exact_access_an_address_or_other_memory_is_quiet(string body) => VerifyBody(body);

    [Fact]
    public Task A_contract_is_inherited_by_an_implementation() => Verify("""
            public struct Impl : IMemory
            {
                public static ulong* TableAt(ulong frame) => (ulong*)frame;
                public static ulong* PageAt(ulong frame) => (ulong*)frame;
                public static void Store(void* entry, ulong value) => {|KMEM503:*(ulong*)entry|} = value;
                public static ulong Load(ulong frame) => {|KMEM503:*TableAt(frame)|} + *PageAt(frame);
            }
        """);

    [Fact]
    public Task The_message_says_which_size_is_right() => new KernelAnalyzerTest<HardwareAccessAnalyzer>
    {
        TestCode = With("    public uint M() => Volatile.Read(ref {|#0:*(uint*)_table|});"),
        ExpectedDiagnostics = { new DiagnosticResult(HardwareAccessAnalyzer.WrongSize).WithLocation(0).WithArguments("*(uint*)_table", 4, 8) },
    }.RunAsync();

    [Fact]
    public Task Reads_and_writes_are_moved_into_volatile() => VerifyCS.VerifyCodeFixAsync(
        With("""
            public ulong M(int index)
            {
                // The first entry.
                {|KMEM503:*_table|} = 5; // now
                {|KMEM503:_timer->Control|} = (uint)index;
                {|KMEM503:_table[index]|} = {|KMEM503:_table[{|KMEM503:_timer->Control|}]|};
                return {|KMEM503:_table[index]|} & ~1UL;
            }

            public uint Control { get => {|KMEM503:_timer->Control|}; set => {|KMEM503:_timer->Control|} = value; }
        """),
        With("""
            public ulong M(int index)
            {
                // The first entry.
                Volatile.Write(ref *_table, 5); // now
                Volatile.Write(ref _timer->Control, (uint)index);
                Volatile.Write(ref _table[index], Volatile.Read(ref _table[Volatile.Read(ref _timer->Control)]));
                return Volatile.Read(ref _table[index]) & ~1UL;
            }

            public uint Control { get => Volatile.Read(ref _timer->Control); set => Volatile.Write(ref _timer->Control, value); }
        """));

    [Theory]
    [InlineData("{|KMEM503:*_table|} |= 1;")]
    [InlineData("{|KMEM503:_table[0]|}++;")]
    [InlineData("Timer copy = {|KMEM503:*_timer|};")]
    [InlineData("ulong value = Volatile.Read(ref {|KMEM503:*(uint*)_table|});")]
    [InlineData("ulong value = {|KMEM503:*(uint*)_table|};")]
    [InlineData("{|KMEM503:new Span<ulong>(_table, 512)|}.Clear();")]
    public Task A_change_in_place_a_struct_and_a_wrong_size_have_no_fix(string body)
    {
        string source = With($"    public void M() {{ {body} }}");
        return VerifyCS.VerifyNoFixAsync(source);
    }

    [Fact]
    public Task Incomplete_code_does_not_disturb() => new KernelAnalyzerTest<HardwareAccessAnalyzer>
    {
        TestCode = With("""
            public void M([HardwareMemory] ulong* given, [HardwareMemory])
            {
                *given = ;
                given[ = _timer->;
                ref ulong entry = ref
        """),
        CompilerDiagnostics = CompilerDiagnostics.None,
        DisabledDiagnostics = { "KMEM503" },
    }.RunAsync();
}
