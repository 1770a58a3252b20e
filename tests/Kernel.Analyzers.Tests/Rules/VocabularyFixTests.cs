using System.Threading.Tasks;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.Rules.Locks;
using Kernel.Analyzers.Rules.Translation;
using Kernel.Analyzers.Rules.Width;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Fixes call what only a vocabulary names: the vendor's assembly carries no contracts, and its names say nothing.</summary>
public class VocabularyFixTests
{
    private const string Vendor = """
        namespace Vendor
        {
            public struct Bits { public ulong Value; }
            public static class Pmm
            {
                public static Bits Allocate() => default;
                public static void Wipe(Bits block) { }
                public static void Blank<T>(Bits block) { }
                public static uint Squeeze(ulong value) => checked((uint)value);
                public static uint Crop(ulong value) => unchecked((uint)value);
            }
            public class Tree { public void Hang(Bits block) { } public Owed Cut(int index) => default; }
            public struct Owed { public void Pay() { } }
            public class Spin { public Held Enter() => default; }
            public ref struct Held { public void Dispose() { } }
            public class Pool { public readonly Spin Key = new Spin(); public int Count; }
        }
        """;

    private const string Vocabulary = """
        M:Vendor.Pmm.Allocate -> Dirty
        M:Vendor.Pmm.Wipe(Vendor.Bits) block -> Zeroes
        M:Vendor.Pmm.Blank``1(Vendor.Bits) block -> Zeroes
        M:Vendor.Pmm.Squeeze(System.UInt64) -> CheckedNarrowing
        M:Vendor.Tree.Hang(Vendor.Bits) block -> RequiresZeroed
        T:Vendor.Owed -> MustUse, OwesFlush
        M:Vendor.Owed.Pay -> Flushes
        T:Vendor.Spin -> Lock
        T:Vendor.Held -> LockGuard
        M:Vendor.Spin.Enter -> Acquires
        F:Vendor.Pool.Count -> GuardedBy("Key")
        """;

    [Fact]
    public Task A_frame_is_zeroed_before_it_is_linked() => VerifyAsync<LinkedBeforeZeroedAnalyzer, ZeroBeforeLinkFix>(
        """
        void One(Tree tree)
            {
                Bits block = Pmm.Allocate();
                tree.Hang({|KMEM101:block|});
            }

            void Other(Tree tree)
            {
                Bits block = Pmm.Allocate();
                tree.Hang({|KMEM101:block|});
            }
        """,
        """
        void One(Tree tree)
            {
                Bits block = Pmm.Allocate();
                Pmm.Wipe(block);
                tree.Hang(block);
            }

            void Other(Tree tree)
            {
                Bits block = Pmm.Allocate();
                Pmm.Wipe(block);
                tree.Hang(block);
            }
        """);

    [Fact]
    public Task A_pointer_is_narrowed_with_a_check() => VerifyAsync<NarrowedPointerAnalyzer, NarrowThroughHelperFix>(
        """
        uint One(byte* pointer) => {|KMEM201:(uint)pointer|};
            uint Other(nuint address) => {|KMEM201:(uint)address|};
        """,
        """
        uint One(byte* pointer) => Pmm.Squeeze((ulong)pointer);
            uint Other(nuint address) => Pmm.Squeeze(address);
        """);

    [Fact]
    public Task A_flush_that_is_dropped_is_paid() => VerifyAsync<DroppedResultAnalyzer, FlushResultFix>(
        """
        void M(Tree tree)
            {
                {|KMEM502:tree.Cut(1)|};
                {|KMEM502:tree.Cut(2)|};
            }
        """,
        """
        void M(Tree tree)
            {
                tree.Cut(1).Pay();
                tree.Cut(2).Pay();
            }
        """);

    [Fact]
    public Task A_lock_is_held_around_what_it_guards() => VerifyAsync<LockAnalyzer, HoldLockFix>(
        """
        void M(Pool pool)
            {
                pool.{|KMEM301:Count|} = 1;
            }
        """,
        """
        void M(Pool pool)
            {
                using Held guard = pool.Key.Enter();
                pool.Count = 1;
            }
        """);

    [Fact]
    public Task Without_a_vocabulary_nothing_is_offered()
    {
        const string Source = "class C { unsafe uint M(byte* pointer) => {|KMEM201:(uint)pointer|}; }";
        KernelCodeFixTest<NarrowedPointerAnalyzer, NarrowThroughHelperFix> test = new() { TestCode = Source, FixedCode = Source };
        VocabularyState.Refer(test.TestState, Vendor);
        return test.RunAsync();
    }

    private static async Task VerifyAsync<TAnalyzer, TFix>(string members, string fixedMembers)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new()
    {
        KernelCodeFixTest<TAnalyzer, TFix> test = new() { TestCode = With(members), FixedCode = With(fixedMembers) };
        VocabularyState.Refer(test.TestState, Vendor);
        test.TestState.AdditionalFiles.Add(("/vendor.kernel-contracts.txt", Vocabulary));
        await test.RunAsync();
    }

    private static string With(string members) => $$"""
        using System;
        using Vendor;

        unsafe class C
        {
            {{members}}
        }
        """;
}
