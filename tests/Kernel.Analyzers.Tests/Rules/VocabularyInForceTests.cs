using System.Linq;
using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Freestanding;
using Kernel.Analyzers.Rules.Interrupts;
using Kernel.Analyzers.Rules.Locks;
using Kernel.Analyzers.Rules.Translation;
using Kernel.Analyzers.Rules.Width;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Each rule judges what an assembly without attributes gives it by what a vocabulary says.</summary>
public class VocabularyInForceTests
{
    private const string Vendor = """
        using System;
        namespace Vendor
        {
            public static unsafe class Pmm
            {
                public static Bits Allocate() => default;
                public static bool TryAllocate(out Bits block) { block = default; return true; }
                public static void Wipe(Bits block) { }
                public static void Return(Bits block) { }
                public static uint Squeeze(ulong value) => checked((uint)value);
                public static ulong Where(ulong number) => number << 12;
                public static void Point(ulong target) { }
                public static int* Registers(int number) => null;
                public static int* Window;
                public static void Sleep() { }
            }
            public struct Bits { public ulong Value; }
            public class Tree { public void Hang(Bits block) { } public Owed Cut(int index) => default; public void Forget(int index) { } public ulong this[int index] { get => 0; set { } } }
            public struct Owed { public void Pay() { } }
            public enum Outcome { Fine, Full }
            public class Machine { public Outcome Try() => default; public Outcome Peek() => default; }
            public class Spin { public Held Enter() => default; public void Take() { } public void Give() { } }
            public ref struct Held { public void Dispose() { } }
            public class Pool { public readonly Spin Key = new(); public int Count; public int Size { get; set; } public void Grow() { } public void Trim() { } }
            public ref struct Quiet { }
            public static class Machinery { public static Quiet Hush() => default; public static void Wake() { } }
            public struct Where { private ulong _value; public Where(ulong value) => _value = value; public ulong Value => _value; }
            public struct Sealed { private int _value; public static Sealed Make() => default; }
            public struct Slot { public ulong Raw; }
            public static class Host { public static object Log(string text) => new(); }
        }
        """;

    private const string Vocabulary = """
        # Frames
        M:Vendor.Pmm.Allocate -> Dirty
        M:Vendor.Pmm.TryAllocate(Vendor.Bits@) block -> Dirty
        M:Vendor.Pmm.Wipe(Vendor.Bits) block -> Zeroes
        M:Vendor.Pmm.Return(Vendor.Bits) block -> FreesFrame
        M:Vendor.Tree.Hang(Vendor.Bits) block -> RequiresZeroed
        T:Vendor.Sealed -> OwnerMade
        # Widths
        M:Vendor.Pmm.Squeeze(System.UInt64) -> CheckedNarrowing
        M:Vendor.Pmm.Where(System.UInt64) -> AddressValue(Physical)
        M:Vendor.Pmm.Where(System.UInt64) number -> AddressValue
        M:Vendor.Pmm.Point(System.UInt64) target -> AddressValue(Virtual)
        T:Vendor.Where -> AddressValue(Physical)
        P:Vendor.Where.Value -> AddressValue
        # Locks
        T:Vendor.Spin -> Lock
        T:Vendor.Held -> LockGuard
        M:Vendor.Spin.Enter -> Acquires
        M:Vendor.Spin.Take -> Acquires
        M:Vendor.Spin.Give -> Releases
        F:Vendor.Pool.Count -> GuardedBy("Key")
        P:Vendor.Pool.Size -> GuardedBy("Key")
        M:Vendor.Pool.Grow -> RequiresLock("Key")
        M:Vendor.Pool.Trim -> ExcludesLock("Key")
        # Interrupts
        T:Vendor.Quiet -> InterruptToken
        M:Vendor.Machinery.Hush -> TrustedContext("it masks them")
        M:Vendor.Machinery.Wake -> EnablesInterrupts
        # Translation
        T:Vendor.Owed -> MustUse, OwesFlush
        T:Vendor.Outcome -> MustUse(Discardable = true)
        M:Vendor.Machine.Peek -> MustUse
        T:Vendor.Slot -> TableEntry
        M:Vendor.Tree.Forget(System.Int32) -> Flushes
        M:Vendor.Pmm.Registers(System.Int32) -> HardwareMemory(AccessBytes = 4)
        F:Vendor.Pmm.Window -> HardwareMemory
        # Code that a host runs, in this project
        M:C.Report -> Hosted("a tool calls it")
        """;

    private const string Before = """
        using System;
        using Vendor;
        unsafe class C
        {

        """;

    [Fact]
    public Task A_frame_that_is_linked_dirty() => VerifyAsync<LinkedBeforeZeroedAnalyzer>("""
        void Bad(Tree tree) { Bits block = Pmm.Allocate(); tree.Hang({|KMEM101:block|}); }
        void AlsoBad(Tree tree) { if (Pmm.TryAllocate(out Bits block)) { tree.Hang({|KMEM101:block|}); } }
        void Good(Tree tree) { Bits block = Pmm.Allocate(); Pmm.Wipe(block); tree.Hang(block); }
        """);

    [Fact]
    public Task A_value_that_only_its_owner_makes() => VerifyAsync<OwnerMadeAnalyzer>("""
        Sealed Bad() => {|KMEM102:default|};
        Sealed Good() => Sealed.Make();
        Bits AlsoGood() => default;
        """);

    [Fact]
    public Task A_narrowed_address() => VerifyAsync<NarrowedAddressAnalyzer>("""
        uint Bad(Where where) => {|KMEM202:(uint)where.Value|};
        uint AlsoBad() => {|KMEM202:(uint)Pmm.Where(1)|};
        uint Good(Where where) => Pmm.Squeeze(where.Value);
        uint AlsoGood(ulong count) => (uint)count;
        """);

    [Fact]
    public Task An_address_that_is_read_as_something_else() => VerifyAsync<ReinterpretedAddressAnalyzer>("""
        Bits Bad(Where where) => *{|KMEM206:(Bits*)&where|};
        ulong Good(Where where) => where.Value;
        """);

    [Fact]
    public Task A_physical_address_in_place_of_a_virtual_one() => VerifyAsync<ConfusedAddressAnalyzer>("""
        void Bad(Where where) => Pmm.Point({|KMEM209:where.Value|});
        void AlsoBad() => Pmm.Point({|KMEM209:Pmm.Where(1)|});
        void Good(ulong place) => Pmm.Point(place);
        """);

    [Fact]
    public Task Locks() => VerifyAsync<LockAnalyzer>("""
        int Bad(Pool pool) => pool.{|KMEM301:Count|} + pool.{|KMEM301:Size|};
        void AlsoBad(Pool pool) => pool.{|KMEM302:Grow|}();
        void WorseThanBad(Pool pool) { using Held held = pool.Key.Enter(); pool.{|KMEM302:Trim|}(); }
        void Forgotten(Pool pool) { {|KMEM303:pool.Key.Take()|}; pool.Grow(); }
        void Twice(Pool pool) { pool.Key.Take(); {|KMEM304:pool.Key.Take()|}; pool.Key.Give(); }
        void Dropped(Pool pool) { {|KMEM305:pool.Key.Enter()|}; }
        int Good(Pool pool) { using Held held = pool.Key.Enter(); pool.Grow(); return pool.Count + pool.Size; }
        int AlsoGood(Pool pool) { pool.Key.Take(); int count = pool.Count; pool.Key.Give(); pool.Trim(); return count; }
        """);

    [Fact]
    public Task A_token_from_nowhere() => VerifyAsync<InterruptTokenAnalyzer>("""
        Quiet Bad() => {|KMEM401:default|};
        Quiet Good() => Machinery.Hush();
        """);

    [Fact]
    public Task Interrupts_enabled_under_a_token() => VerifyAsync<InterruptsEnabledAnalyzer>("""
        void Bad(Quiet quiet) { {|KMEM402:Machinery.Wake()|}; Use(quiet); }
        void Good() => Machinery.Wake();
        void Use(Quiet quiet) { }
        """);

    [Fact]
    public Task A_frame_that_is_freed_while_it_is_mapped() => VerifyAsync<FlushAnalyzer>("""
        void Bad(Slot* slots, int index, Bits block) { {|KMEM501:slots[index]|} = default; }
        void Good(Slot* slots, int index, Tree tree) { slots[index] = default; tree.Forget(index); }
        """);

    [Fact]
    public Task A_result_that_is_dropped() => VerifyAsync<DroppedResultAnalyzer>("""
        void Bad(Tree tree, Machine machine) { {|KMEM502:tree.Cut(1)|}; _ = {|KMEM502:tree.Cut(2)|}; {|KMEM502:machine.Try()|}; }
        void Good(Tree tree, Machine machine) { tree.Cut(1).Pay(); _ = machine.Try(); Outcome seen = machine.Peek(); Console.WriteLine(seen); }
        """);

    [Fact]
    public Task Registers_that_are_accessed_like_memory() => VerifyAsync<HardwareAccessAnalyzer>("""
        int Bad() => {|KMEM503:*Pmm.Registers(1)|} + {|KMEM503:*Pmm.Window|};
        int Good(int* memory) => *memory + System.Threading.Volatile.Read(ref *Pmm.Registers(1));
        """);

    [Fact]
    public Task Compilations_with_and_without_one_are_analysed_side_by_side() =>
        Parallel.ForEachAsync(Enumerable.Range(0, 64), async (number, _) =>
        {
            string linked = number % 2 == 0 ? "{|KMEM101:block|}" : "block";
            KernelAnalyzerTest<LinkedBeforeZeroedAnalyzer> test = Test<LinkedBeforeZeroedAnalyzer>(
                $"void Bad(Tree tree) {{ Bits block = Pmm.Allocate(); tree.Hang({linked}); }}");
            if (number % 2 == 0)
            {
                test.TestState.AdditionalFiles.Add(("/vendor.kernel-contracts.txt", WithoutOwn(Vocabulary)));
            }

            await test.RunAsync();
        });

    [Fact]
    public Task Code_that_a_host_runs()
    {
        FreestandingAnalyzerTest<ManagedAllocationAnalyzer> test = new()
        {
            TestState =
            {
                Sources = { Before + "object Bad() => {|KMEM601:new object()|}; object Report() => new object(); }" },
                AdditionalFiles = { ("/vendor.kernel-contracts.txt", Vocabulary) },
            },
        };
        VocabularyState.Refer(test.TestState, Vendor);
        return test.RunAsync();
    }

    private static Task VerifyAsync<TAnalyzer>(string members)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        KernelAnalyzerTest<TAnalyzer> test = Test<TAnalyzer>(members);
        test.TestState.AdditionalFiles.Add(("/vendor.kernel-contracts.txt", WithoutOwn(Vocabulary)));
        return test.RunAsync();
    }

    private static KernelAnalyzerTest<TAnalyzer> Test<TAnalyzer>(string members)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        KernelAnalyzerTest<TAnalyzer> test = new() { TestState = { Sources = { Before + members + "\n}" } } };
        VocabularyState.Refer(test.TestState, Vendor);
        return test;
    }

    private static string WithoutOwn(string vocabulary) => vocabulary[..vocabulary.IndexOf("M:C.Report", System.StringComparison.Ordinal)];
}
