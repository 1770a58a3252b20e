using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>A mistake that several rules could speak of is reported by one of them.</summary>
public class OneReportTests
{
    /// <summary>The rule that reports each, then the members with the one mistake.</summary>
    private const string Mistakes = """
        KMEM102
        void M(ulong raw) => Tables.Link(0, Unsafe.As<ulong, Wrapped>(ref raw));

        KMEM102
        void M(ulong raw) => Tables.Link(0, Unsafe.BitCast<ulong, Wrapped>(raw));

        KMEM102
        void M(ulong raw) => Tables.Link(0, *(Wrapped*)&raw);

        KMEM102
        void M(ReadOnlySpan<byte> raw) => Tables.Link(0, MemoryMarshal.Read<Wrapped>(raw));

        KMEM102
        void M(Span<ulong> raw) => Tables.Link(0, MemoryMarshal.Cast<ulong, Wrapped>(raw)[0]);

        KMEM206
        ulong M(Wrapped frame) => Unsafe.As<Wrapped, ulong>(ref frame);

        KMEM201
        uint M(PhysicalAddress address) => (uint)(void*)DirectMap.AddressOf(address).Value;

        KMEM202
        void M(byte* start, PhysicalAddress address) => new Span<byte>(start, (int)address.Value).Clear();

        KMEM201
        void M(byte* start, byte* end) => new Span<byte>(start, (int)end).Clear();

        KMEM203
        void M(byte* start, ulong size) => Unsafe.InitBlock(start, 0, (uint)(size * 4096));

        KMEM502
        void M(VirtualAddress page) => Mapper.Unmap(page);

        KMEM305
        SpinLock _lock; void M(InterruptsOff token) { _lock.Acquire(token); }

        KMEM302
        SpinLock _lock;
        [ExcludesLock(nameof(_lock))] void M(InterruptsOff token) { using Guard g = _lock.Acquire(token); }
        void N(InterruptsOff token) { using Guard g = _lock.Acquire(token); M(token); }

        KMEM401
        SpinLock _lock; void M() { using Guard guard = _lock.Acquire(default); }

        KMEM104
        void M(ulong* pte, VirtualAddress page)
        {
            PhysicalAddress frame = new PhysicalAddress(*pte & FrameMask);
            *pte = 0;
            Frames.Free(frame);
            Cpu.InvalidatePage(page);
        }

        KMEM501
        void M(ulong* pte) => *pte &= ~2UL;

        KMEM105
        void M(ulong* pte, ulong frame, VirtualAddress page) { *pte = 1; *pte |= frame; Cpu.InvalidatePage(page); }

        KMEM503
        [HardwareMemory] ulong* _table; void M(int index, VirtualAddress page) { _table[index] = 0;
        Cpu.InvalidatePage(page); }

        KMEM204
        void M(byte* start, uint count) => NativeMemory.Clear(start, count * 4096);

        KMEM204
        bool M(uint bar, uint length, ulong limit) => new PhysicalAddress(bar + length).Value <= limit;

        KMEM208
        bool M(PhysicalAddress start, uint pages, ulong limit) => start.Value + pages * 4096UL <= limit;

        KMEM209
        void M(PhysicalAddress page) => Cpu.InvalidatePage(VirtualAddress.FromValue(page.Value));

        KMEM209
        ulong M(PhysicalAddress table) => *(ulong*)(nuint)table.Value;

        KMEM206
        uint M(PhysicalAddress address) => (uint)*(ulong*)&address;

        KMEM301
        SpinLock _lock; [GuardedBy(nameof(_lock))] Flush _flush; void M() => _flush.Now();

        KMEM304
        Gate _gate; void M() { _gate.Enter(); _gate.Enter(); }

        KMEM304
        Gate _gate; void M() { _gate.Enter(); _gate.Enter(); _gate.Exit(); }

        KMEM303
        SpinLock _lock; void M(InterruptsOff token) { Guard guard = _lock.Acquire(token); }

        KMEM402
        SpinLock _lock;
        void M()
        {
            InterruptScope scope = InterruptScope.Enter();
            Guard guard = _lock.Acquire(scope.Token);
            scope.Dispose();
            guard.Dispose();
        }

        KMEM101
        void M() { Frames.TryTake(out PhysicalAddress frame); SampleKernel.Tables.Link(0, frame); }

        KMEM602
        object M() => throw new Exception(new string('a', 3));

        KMEM207
        [CheckedNarrowing] uint M(PhysicalAddress address) => (uint)address.Value;
        """;

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

    public static TheoryData<string, string> EveryMistake
    {
        get
        {
            TheoryData<string, string> mistakes = [];
            foreach (string mistake in Mistakes.Split("\n\n"))
            {
                mistakes.Add(mistake.Split('\n', 2)[0], mistake.Split('\n', 2)[1]);
            }

            return mistakes;
        }
    }

    [Theory, MemberData(nameof(EveryMistake))]
    public async Task It_is_reported_once(string id, string members)
    {
        PageSample sample = new(id, "csharp", $"{members}\n{Wrapped}");
        ImmutableArray<Diagnostic> found = await SampleAnalysis.RunAsync(
            sample.Options, vocabulary: string.Empty, ("/kernel/Sample.cs", sample.Source), ("/kernel/SampleKernel.cs", PageSample.Machine));
        Assert.Equal(id, Assert.Single(found).Id);
    }
}
