using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>A mistake that several rules could speak of is reported by one of them.</summary>
public class OneReportTests
{
    [Theory]
    [InlineData("KMEM102", "void M(ulong raw) => Tables.Link(0, Unsafe.As<ulong, Wrapped>(ref raw));")]
    [InlineData("KMEM102", "void M(ulong raw) => Tables.Link(0, Unsafe.BitCast<ulong, Wrapped>(raw));")]
    [InlineData("KMEM102", "void M(ulong raw) => Tables.Link(0, *(Wrapped*)&raw);")]
    [InlineData("KMEM102", "void M(ReadOnlySpan<byte> raw) => Tables.Link(0, MemoryMarshal.Read<Wrapped>(raw));")]
    [InlineData("KMEM102", "void M(Span<ulong> raw) => Tables.Link(0, MemoryMarshal.Cast<ulong, Wrapped>(raw)[0]);")]
    [InlineData("KMEM206", "ulong M(Wrapped frame) => Unsafe.As<Wrapped, ulong>(ref frame);")]
    [InlineData("KMEM201", "uint M(PhysicalAddress address) => (uint)(void*)DirectMap.AddressOf(address).Value;")]
    [InlineData("KMEM202", "void M(byte* start, PhysicalAddress address) => new Span<byte>(start, (int)address.Value).Clear();")]
    [InlineData("KMEM201", "void M(byte* start, byte* end) => new Span<byte>(start, (int)end).Clear();")]
    [InlineData("KMEM203", "void M(byte* start, ulong size) => Unsafe.InitBlock(start, 0, (uint)(size * 4096));")]
    [InlineData("KMEM502", "void M(VirtualAddress page) => Mapper.Unmap(page);")]
    [InlineData("KMEM305", "SpinLock _lock; void M(InterruptsOff token) { _lock.Acquire(token); }")]
    [InlineData("KMEM302", "SpinLock _lock; [ExcludesLock(nameof(_lock))] void M(InterruptsOff token) { using Guard g = _lock.Acquire(token); } void N(InterruptsOff token) { using Guard g = _lock.Acquire(token); M(token); }")]
    [InlineData("KMEM401", "SpinLock _lock; void M() { using Guard guard = _lock.Acquire(default); }")]
    public async Task It_is_that_of(string id, string members)
    {
        PageSample sample = new(id, "csharp", members + Wrapped);
        ImmutableArray<Diagnostic> found = await SampleAnalysis.RunAsync(
            sample.Options, vocabulary: string.Empty, ("/kernel/Sample.cs", sample.Source), ("/kernel/SampleKernel.cs", PageSample.Machine));
        Assert.Equal(id, Assert.Single(found).Id);
    }

    private const string Wrapped = """

        [OwnerMade]
        readonly struct Wrapped
        {
            public PhysicalAddress Start { get; }
        }

        static class Tables
        {
            public static void Link(int index, Wrapped frame) { }
        }

        """;
}
