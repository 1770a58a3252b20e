using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.NarrowedCountAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>What is left of a checked size after a smaller one is taken away, in loops and outside of them.</summary>
public class KMEM203DifferenceTests
{
    [Fact]
    public Task What_was_found_smaller_leaves_a_size_that_fits() => Verify("""
        bool Fields(byte* target, Segment* s)
        {
            if (s->FileSize > s->MemorySize) return false;
            if (s->MemorySize > 0x4000_0000) return false;
            new Span<byte>(target, (int)(s->MemorySize - s->FileSize)).Clear();
            return true;
        }

        bool Parameters(byte* target, ulong file, ulong memory)
        {
            if (file > memory || memory > 0x4000_0000) return false;
            new Span<byte>(target, (int)(memory - file)).Clear();
            return true;
        }

        bool Chosen(byte* target, ulong file, ulong memory)
        {
            if (memory > 0x4000_0000) return false;
            ulong rest = memory > file ? memory - file : 0;
            new Span<byte>(target, (int)rest).Clear();
            return true;
        }
        """);

    [Fact]
    public Task A_loop_checks_each_round_anew() => Verify("""
        bool Table(byte* image, Segment* list, int count)
        {
            for (int i = 0; i < count; i++)
            {
                Segment* s = list + i;
                if (s->MemorySize > 0x4000_0000 || s->FileSize > s->MemorySize) return false;
                new Span<byte>(image, (int)(s->MemorySize - s->FileSize)).Clear();
            }
            return true;
        }

        void List(byte* image, Segment* s)
        {
            while (s != null)
            {
                if (s->MemorySize > 0x4000_0000) return;
                if (s->FileSize < s->MemorySize)
                    new Span<byte>(image, (int)(s->MemorySize - s->FileSize)).Clear();
                s = s->Next;
            }
        }
        """);

    [Fact]
    public Task Without_both_checks_it_is_reported() => Verify("""
        void Unordered(byte* target, ulong file, ulong memory)
        {
            if (memory > 0x4000_0000) return;
            new Span<byte>(target, {|KMEM203:(int)(memory - file)|}).Clear();
        }

        void Unbounded(byte* target, ulong file, ulong memory)
        {
            if (file > memory) return;
            new Span<byte>(target, {|KMEM203:(int)(memory - file)|}).Clear();
        }

        void Reversed(byte* target, ulong file, ulong memory)
        {
            if (memory > file || file > 0x4000_0000) return;
            new Span<byte>(target, {|KMEM203:(int)(memory - file)|}).Clear();
        }

        void Next(byte* target, Segment* list, int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (list[i].MemorySize > 0x4000_0000 || list[i].FileSize > list[i].MemorySize) return;
                i++;
                new Span<byte>(target, {|KMEM203:(int)(list[i].MemorySize - list[i].FileSize)|}).Clear();
            }
        }

        void Moved(byte* target, Segment* s)
        {
            if (s->MemorySize > 0x4000_0000 || s->FileSize > s->MemorySize) return;
            while (s != null)
            {
                new Span<byte>(target, {|KMEM203:(int)(s->MemorySize - s->FileSize)|}).Clear();
                s = s->Next;
            }
        }
        """);

    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync($$"""
        using System;

        unsafe struct Segment { public ulong FileSize, MemorySize; public Segment* Next; }

        unsafe class C
        {
            {{members}}
        }
        """);
}
