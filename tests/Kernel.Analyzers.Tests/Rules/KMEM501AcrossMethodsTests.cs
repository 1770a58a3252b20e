using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Translation;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Translation.FlushAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM501 across methods: contracts, summaries of methods without them, and values that stand for a flush.</summary>
public class KMEM501AcrossMethodsTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(KMEM501UnflushedEntryTests.With(members));

    [Fact]
    public Task A_helper_that_flushes_is_seen_through() => Verify("""
            private static void Forget(ulong address) { Log(); Sync(address); }
            private static void Sync(ulong address) => Cpu.InvalidatePage(address);
            public void M(ulong address)
            {
                *Find(address) = default;
                Forget(address);
            }
        """);

    [Fact]
    public Task A_helper_that_flushes_on_one_path_only_is_not_enough() => Verify("""
            private static void Forget(ulong address, int depth)
            {
                if (depth > 5)
                {
                    Cpu.InvalidatePage(address);
                }
            }

            public void M(ulong address, int depth)
            {
                {|KMEM501:*Find(address)|} = default;
                Forget(address, depth);
            }
        """);

    [Fact]
    public Task A_helper_that_changes_leaves_the_flush_to_its_caller() => Verify("""
            private void Clear(int index) => _entries[index] = default;
            private void ClearTwo(int index) { Clear(index); Clear(index + 1); }
            public void Good(int index)
            {
                ClearTwo(index);
                Cpu.InvalidateAll();
            }

            public void Bad(int index)
            {
                {|KMEM501:ClearTwo(index)|};
            }
        """);

    [Fact]
    public Task A_public_helper_whose_callers_flush_is_right() => Verify("""
            public static void Write(PageTableEntry* slot, PageTableEntry value) => *slot = value;
            public void M(ulong address)
            {
                Write(Find(address), default);
                Cpu.InvalidatePage(address);
            }
        """);

    [Fact]
    public Task What_the_end_of_a_using_changes_is_left_to_whoever_uses_it() => Verify("""
            public readonly ref struct Window
            {
                private readonly ulong _address;
                public Window(ulong address) => _address = address;
                public void Dispose() => *Find(_address) = default;
            }

            public static void Good(ulong address)
            {
                using (Window window = new Window(address)) { Log(); }
                Cpu.InvalidateAll();
            }
        """);

    [Fact]
    public Task A_helper_that_changes_and_flushes_owes_nothing() => Verify("""
            private void Clear(ulong address)
            {
                *Find(address) = default;
                Cpu.InvalidatePage(address);
            }

            public void M(ulong address) => Clear(address);
        """);

    [Fact]
    public Task A_helper_that_says_whether_it_changed_is_understood() => Verify("""
            private static bool TryClear(ulong address)
            {
                PageTableEntry* entry = Find(address);
                if (!entry->IsPresent)
                {
                    return false;
                }

                *entry = default;
                return true;
            }

            private static Error Remove(ulong address)
            {
                if (Find(address)->IsEmpty)
                {
                    return Error.NotMapped;
                }

                *Find(address) = default;
                return Error.None;
            }

            public void Good(ulong address)
            {
                if (TryClear(address))
                {
                    Cpu.InvalidatePage(address);
                }

                if (Remove(address) != Error.None)
                {
                    return;
                }

                Cpu.InvalidatePage(address);
                bool done = TryClear(address);
                if (!done)
                {
                    return;
                }

                Cpu.InvalidatePage(address);
            }

            public void Bad(ulong address)
            {
                if (!{|KMEM501:TryClear(address)|})
                {
                    Cpu.InvalidatePage(address);
                }
            }
        """);

    [Fact]
    public Task A_helper_that_is_given_an_absent_entry_or_a_new_table_owes_nothing() => Verify("""
            private static void Write(PageTableEntry* slot, ulong bits) => *slot = new PageTableEntry(bits);
            public void M(ulong address, ulong frame)
            {
                PageTableEntry* slot = Find(address);
                if (slot->IsPresent)
                {
                    return;
                }

                Write(slot, frame | 1);
            }

            public void N(ulong frame)
            {
                PageTableEntry* table = (PageTableEntry*)Frames.Allocate();
                Write(table, frame | 1);
            }
        """);

    [Fact]
    public Task A_helper_that_changes_what_it_is_given_by_reference_changes_an_entry_or_a_copy() => Verify("""
            private static void Step(ref PageTableEntry entry) => entry = new PageTableEntry(entry.Frame);
            private static void StepTwice(ref PageTableEntry entry) { Step(ref entry); Step(ref entry); }
            public ulong Good(int index)
            {
                PageTableEntry copy = _entries[index];
                StepTwice(ref copy);
                return copy.Frame;
            }

            public void Bad(int index)
            {
                {|KMEM501:StepTwice(ref _entries[index])|};
            }
        """);

    [Fact]
    public Task A_recursion_is_followed() => Verify("""
            private void Clear(int level)
            {
                if (level == 0)
                {
                    return;
                }

                _entries[level] = default;
                Clear(level - 1);
            }

            public void Good() { Clear(5); Cpu.InvalidateAll(); }
            public void Bad() { {|KMEM501:Clear(5)|}; }
        """);

    [Fact]
    public Task Two_methods_that_call_each_other_are_followed() => Verify("""
            private void Even(int level) { if (level > 0) { _entries[level] = default; Odd(level - 1); } }
            private void Odd(int level) { if (level > 0) { Even(level - 1); } }
            public void Good() { Odd(5); Cpu.InvalidateAll(); }
            public void Bad() { {|KMEM501:Odd(5)|}; }
        """);

    [Fact]
    public Task A_local_function_is_a_helper_too() => Verify("""
            public void M(int index)
            {
                Clear();
                Forget();
                void Clear() => _entries[index] = default;
                static void Forget() => Cpu.InvalidateAll();
            }
        """);

    [Fact]
    public Task A_contract_makes_the_caller_owe() => Verify("""
            [OwesFlush] public static extern void Change(ulong address);
            [OwesFlush] public static extern bool TryChange(ulong address);
            [Flushes] public static extern void Forget(ulong address);
            public void Good(ulong address)
            {
                Change(address);
                Forget(address);
                if (!TryChange(address))
                {
                    return;
                }

                Forget(address);
            }

            public void Bad(ulong address) { {|KMEM501:Change(address)|}; }
            [OwesFlush] public void HandsOn(ulong address) => Change(address);
        """);

    [Fact]
    public Task A_contract_on_an_interface_holds_for_its_implementations() => Verify("""
            public interface ITable { [OwesFlush] void Set(int index, ulong bits); }
            public interface IMachine { [Flushes] static abstract void Forget(ulong address); }
            public void Good<TMachine>(ITable table, ulong address) where TMachine : IMachine { table.Set(5, 0); TMachine.Forget(address); }
            public void Bad(ITable table) { {|KMEM501:table.Set(5, 0)|}; }
            private sealed class Table : Space, ITable { private PageTableEntry[] _own; public Table() : base() { } public void Set(int index, ulong bits) => _own[index].Bits = bits; }
        """);

    [Fact]
    public Task A_marked_type_is_an_entry() => Verify("""
            [TableEntry] public struct Slot { public ulong Word; }
            private Slot[] _slots;
            public void Bad(int index) { {|KMEM501:_slots[index]|} = default; }
            public void Good(int index) { _slots[index] = default; Cpu.InvalidateAll(); }
        """);

    [Fact]
    public Task A_delegate_and_a_function_pointer_that_flush_are_known_by_name() => Verify("""
            public void M(ulong address, Action<ulong> flush, delegate* unmanaged<ulong, void> invlpg)
            {
                *Find(address) = default;
                flush(address);
                *Find(address) = default;
                invlpg(address);
            }
        """);

    [Fact]
    public Task A_stream_or_a_data_cache_flushes_no_translation() => Verify("""
            private static class SerialLine { public static void Flush() { } }
            private static extern void FlushDataCache();
            public void M(ulong address)
            {
                {|KMEM501:*Find(address)|} = default;
                SerialLine.Flush();
                FlushDataCache();
            }
        """);

    [Fact]
    public Task A_lambda_is_judged_by_itself() => Verify("""
            public Action M(int index)
            {
                Action good = () => { _entries[index] = default; Cpu.InvalidateAll(); };
                return () => { {|KMEM501:_entries[index]|} = default; };
            }
        """);

    [Fact]
    public Task The_message_names_the_entry_the_path_and_the_flush_that_there_is() => new KernelAnalyzerTest<FlushAnalyzer>
    {
        TestCode = KMEM501UnflushedEntryTests.With("""
            public bool M(ulong address, int count)
            {
                ulong* pte = Walk(address);
                {|#0:*pte|} = 0;
                if (count == 5)
                {
                    return false;
                }

                {|#1:Cpu.InvalidatePage(address)|};
                return true;
            }
        """),
        ExpectedDiagnostics =
        {
            new DiagnosticResult(FlushAnalyzer.Unflushed).WithLocation(0).WithLocation(1).WithArguments(
                "*pte", "flushed by 'Cpu.InvalidatePage(address)' on some paths only, not on the one that leaves by 'return false'"),
        },
    }.RunAsync();
}
