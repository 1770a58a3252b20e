using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<
    Kernel.Analyzers.Rules.Translation.FlushAnalyzer, Kernel.Analyzers.CodeFixes.FreeAfterFlushFix>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The fix of KMEM104: where the free may move, and where it may not.</summary>
public class FreeAfterFlushFixTests
{
    private static string With(string members) => KMEM501UnflushedEntryTests.With("""
            private static extern ulong Unmap(ulong address, out PendingFlush owed);

        """ + members);

    private static Task Verify(string before, string after) => VerifyCS.VerifyCodeFixAsync(With(before), With(after));

    [Fact]
    public Task The_free_moves_behind_the_flush_with_its_comment() => Verify(
        """
            public void M(ulong address)
            {
                PageTableEntry* entry = Find(address);
                ulong frame = entry->Frame;
                *entry = default;

                // Nobody has it any more.
                Frames.Free({|KMEM104:frame|}); // gone
                Log();
                Cpu.InvalidatePage(address);
                Log();
            }
        """,
        """
            public void M(ulong address)
            {
                PageTableEntry* entry = Find(address);
                ulong frame = entry->Frame;
                *entry = default;
                Log();
                Cpu.InvalidatePage(address);
                // Nobody has it any more.
                Frames.Free(frame); // gone
                Log();
            }
        """);

    [Fact]
    public Task It_moves_behind_the_change_too_and_behind_a_value_that_is_flushed() => Verify(
        """
            public void First(ulong address)
            {
                PageTableEntry* entry = Find(address);
                ulong frame = entry->Frame;
                Frames.Free({|KMEM104:frame & ~0xFFFUL|});
                entry->Clear();
                Cpu.InvalidateAll();
            }

            public void Second(ulong address, bool flag)
            {
                if (flag)
                {
                    ulong old = Unmap(address, out PendingFlush owed);
                    Frames.Free({|KMEM104:old|});
                    owed.Flush();
                }
            }
        """,
        """
            public void First(ulong address)
            {
                PageTableEntry* entry = Find(address);
                ulong frame = entry->Frame;
                entry->Clear();
                Cpu.InvalidateAll();
                Frames.Free(frame & ~0xFFFUL);
            }

            public void Second(ulong address, bool flag)
            {
                if (flag)
                {
                    ulong old = Unmap(address, out PendingFlush owed);
                    owed.Flush();
                    Frames.Free(old);
                }
            }
        """);

    [Theory]
    [InlineData("Frames.Free({|KMEM104:entry->Frame|}); *entry = default; Cpu.InvalidatePage(address);")]
    [InlineData("*entry = default; Frames.Free({|KMEM104:frame|}); frame = 0; Cpu.InvalidatePage(address);")]
    [InlineData("*entry = default; Frames.Free({|KMEM104:frame|}); if (flag) { Cpu.InvalidateAll(); return; } Cpu.InvalidatePage(address);")]
    [InlineData("*entry = default; if (flag) { Frames.Free({|KMEM104:frame|}); } Cpu.InvalidatePage(address);")]
    [InlineData("*entry = default; if (flag) Frames.Free({|KMEM104:frame|}); Cpu.InvalidatePage(address);")]
    [InlineData("try { *entry = default; Frames.Free({|KMEM104:frame|}); } finally { Cpu.InvalidateAll(); }")]
    public Task Where_the_free_would_mean_something_else_there_is_no_fix(string body)
    {
        string source = $$"""
                public void M(ulong address, bool flag)
                {
                    PageTableEntry* entry = Find(address);
                    ulong frame = entry->Frame;
                    {{body}}
                }
            """;
        return Verify(source, source);
    }
}
