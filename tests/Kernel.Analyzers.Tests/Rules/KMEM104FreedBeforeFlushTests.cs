using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Translation.FlushAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM104: clear, flush, free, in this order.</summary>
public class KMEM104FreedBeforeFlushTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(KMEM501UnflushedEntryTests.With("""
            private static extern ulong Unmap(ulong address, out PendingFlush owed);
            private static void Release([FreesFrame] ulong frame) => Frames.Free(frame);
            private static extern void Keep(ulong frame);
        """ + members));

    private static Task VerifyBody(string body) => Verify($$"""

            public void M(ulong address, ulong other, bool flag, int count)
            {
                PageTableEntry* entry = Find(address);
                ulong frame = entry->Frame;
        {{body}}
            }
        """);

    [Theory]
    [InlineData("*entry = default; Frames.Free({|KMEM104:frame|}); Cpu.InvalidatePage(address);")]
    [InlineData("Frames.Free({|KMEM104:frame|}); *entry = default; Cpu.InvalidatePage(address);")]
    [InlineData("Frames.Free({|KMEM104:entry->Frame|}); *entry = default; Cpu.InvalidatePage(address);")]
    [InlineData("*entry = default; Release({|KMEM104:frame|}); Cpu.InvalidateAll();")]
    [InlineData("entry->Clear(); Frames.Free({|KMEM104:frame & ~1UL|}); Cpu.WriteCr3(5);")]
    [InlineData("*entry = default; if (flag) { Cpu.InvalidateAll(); } Frames.Free({|KMEM104:frame|}); Cpu.InvalidateAll();")]
    [InlineData("if (flag) { *entry = default; } Frames.Free({|KMEM104:frame|}); Cpu.InvalidateAll();")]
    [InlineData("entry->IsPresent = false; ulong copy = frame; Frames.Free({|KMEM104:copy|}); Cpu.InvalidatePage(address);")]
    [InlineData("Cpu.InvalidatePage(address); *entry = default; Frames.Free({|KMEM104:frame|}); Cpu.InvalidatePage(address);")]
    [InlineData("ulong old = Translate(other); *Find(other) = default; Frames.Free({|KMEM104:old|}); Cpu.InvalidatePage(other);")]
    [InlineData("ulong old = Unmap(other, out PendingFlush owed); Frames.Free({|KMEM104:old|}); owed.Flush();")]
    [InlineData("try { *entry = default; Frames.Free({|KMEM104:frame|}); } finally { Cpu.InvalidateAll(); }")]
    public Task A_frame_that_goes_back_too_early_is_reported(string body) => VerifyBody(body);

    [Theory]
    [InlineData("*entry = default; Cpu.InvalidatePage(address); Frames.Free(frame);")]
    [InlineData("*entry = default; Cpu.InvalidateAll(); Release(frame);")]
    [InlineData("*entry = default; Keep(frame); Cpu.InvalidatePage(address); Frames.Free(frame);")]
    [InlineData("*entry = default; if (flag) { Cpu.InvalidateAll(); } else { Cpu.InvalidatePage(address); } Frames.Free(frame);")]
    [InlineData("ulong old = Unmap(other, out PendingFlush owed); owed.Flush(); Frames.Free(old);")]
    [InlineData("if (Frames.TryAllocate(out ulong spare)) { *entry = new PageTableEntry(1); Frames.Free(spare); Cpu.InvalidatePage(address); }")]
    [InlineData("if (!entry->IsPresent) { Frames.Free(frame); *entry = new PageTableEntry(other | 1); }")]
    [InlineData("*entry = default; Cpu.InvalidateAll(); try { Keep(frame); } finally { Frames.Free(frame); }")]
    [InlineData("*entry = default; Cpu.InvalidatePage(address); Frames.Free(frame); *Find(other) = default; Cpu.InvalidatePage(other);")]
    [InlineData("if (flag) { Frames.Free(other); return; } *entry = default; Cpu.InvalidatePage(address);")]
    public Task A_frame_that_goes_back_after_the_flush_is_right(string body) => VerifyBody(body);

    [Fact]
    public Task Each_round_of_a_loop_has_its_own_frame() => Verify("""

            public void M(int count)
            {
                for (int index = 0; index < count; index++)
                {
                    ulong frame = _entries[index].Frame;
                    _entries[index] = default;
                    Cpu.InvalidatePage((ulong)index << 12);
                    Frames.Free(frame);
                }
            }
        """);

    [Fact]
    public Task A_loop_that_frees_before_its_one_flush_is_reported() => Verify("""

            public void M(int count)
            {
                for (int index = 0; index < count; index++)
                {
                    ulong frame = _entries[index].Frame;
                    _entries[index] = default;
                    Frames.Free({|KMEM104:frame|});
                }

                Cpu.InvalidateAll();
            }
        """);

    [Fact]
    public Task A_helper_that_clears_leaves_the_flush_before_the_free_to_its_caller() => Verify("""

            private static void Clear(PageTableEntry* entry) => *entry = default;
            public void Bad(ulong address)
            {
                PageTableEntry* entry = Find(address);
                ulong frame = entry->Frame;
                Clear(entry);
                Frames.Free({|KMEM104:frame|});
                Cpu.InvalidatePage(address);
            }

            public void Good(ulong address)
            {
                PageTableEntry* entry = Find(address);
                ulong frame = entry->Frame;
                Clear(entry);
                Cpu.InvalidatePage(address);
                Frames.Free(frame);
            }
        """);

    [Fact]
    public Task Handing_the_flush_on_does_not_let_a_frame_go() => Verify("""

            public PendingFlush Bad(ulong address)
            {
                PageTableEntry* entry = Find(address);
                ulong frame = entry->Frame;
                *entry = default;
                Frames.Free({|KMEM104:frame|});
                return new PendingFlush(address);
            }

            public PendingFlush Good(ulong address, out ulong frame)
            {
                frame = Find(address)->Frame;
                *Find(address) = default;
                return new PendingFlush(address);
            }
        """);
}
