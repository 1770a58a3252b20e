using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Translation.FlushAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM501: loops, flags, <c>finally</c> and other ways from a change to its flush.</summary>
public class KMEM501FlushPathTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(KMEM501UnflushedEntryTests.With(members));

    private static Task VerifyBody(string body) => Verify($$"""
            public void M(ulong address, ulong other, bool flag, ulong frame, int count)
            {
        {{body}}
            }
        """);

    [Fact]
    public Task One_flush_after_the_loop_is_enough() => VerifyBody("""
                for (int index = 0; index < count; index++)
                {
                    _entries[index] = default;
                }

                Cpu.WriteCr3(_root);
        """);

    [Fact]
    public Task A_loop_of_flushes_after_a_loop_of_changes_is_enough() => VerifyBody("""
                for (int index = 0; index < count; index++)
                {
                    _entries[index] = default;
                }

                for (int index = 0; index < count; index++)
                {
                    Cpu.InvalidatePage(address + ((ulong)index << 12));
                }
        """);

    [Fact]
    public Task A_flush_in_the_loop_on_one_arm_is_not() => VerifyBody("""
                for (int index = 0; index < count; index++)
                {
                    {|KMEM501:_entries[index]|} = default;
                    if (index == 7)
                    {
                        Cpu.InvalidatePage(address + ((ulong)index << 12));
                    }
                }
        """);

    [Fact]
    public Task A_flag_that_is_set_beside_the_change_decides() => VerifyBody("""
                bool changed = false;
                int cleared = 0;
                for (int index = 0; index < count; index++)
                {
                    if (_entries[index].IsPresent)
                    {
                        _entries[index] = default;
                        changed = true;
                        cleared++;
                    }
                }

                if (changed && cleared > 0)
                {
                    Cpu.InvalidateAll();
                }
        """);

    [Fact]
    public Task A_flag_does_not_flush() => VerifyBody("""
                bool changed = false;
                if (_entries[count].IsPresent)
                {
                    {|KMEM501:_entries[count]|} = default;
                    changed = true;
                }

                if (changed)
                {
                    Log();
                }
        """);

    [Theory]
    [InlineData("if (_root == Cpu.ReadCr3())")]
    [InlineData("if ((old & 1) != 0)")]
    public Task Tables_that_are_not_in_use_and_entries_that_were_absent_need_no_flush(string condition) => VerifyBody($$"""
                ulong* pte = Walk(address);
                ulong old = *pte;
                *pte = 0;
                {{condition}}
                {
                    Cpu.InvalidatePage(address);
                }
        """);

    [Fact]
    public Task A_flush_in_a_finally_is_on_every_path() => VerifyBody("""
                try
                {
                    _entries[count] = default;
                    if (flag)
                    {
                        return;
                    }

                    Log();
                }
                finally
                {
                    Cpu.InvalidateAll();
                }
        """);

    [Fact]
    public Task A_path_that_throws_is_no_end() => VerifyBody("""
                _entries[count] = default;
                if (flag)
                {
                    throw new InvalidOperationException();
                }

                Cpu.InvalidateAll();
        """);
}
