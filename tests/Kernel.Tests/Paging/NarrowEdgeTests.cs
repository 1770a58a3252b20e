using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>The first and the last page of an address space of 32 bits, and what lies beyond it where registers are wider.</summary>
public abstract class NarrowEdgeTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    private static readonly VirtualAddress s_first = VirtualAddress.Zero;
    private static readonly VirtualAddress s_last = VirtualAddress.FromValue(TMemory.IsRecursive ? 0xFFBF_F000UL : 0xFFFF_F000);

    /// <summary>Both edges.</summary>
    public static TheoryData<ulong> Edges => [s_first.Value, s_last.Value];

    [Theory]
    [MemberData(nameof(Edges))]
    public void A_page_at_the_edge_is_mapped_translated_protected_and_unmapped_and_each_is_flushed(ulong edge)
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        VirtualAddress page = VirtualAddress.FromValue(edge);
        Assert.Equal(MapError.None, machine.Map(1, page, Frame, UserData));
        Assert.Equal(Frame + 0xFFF, machine.Translate(page + 0xFFF).Address.Value);
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(page + 0xFFF, user: true).Succeeded));
        Assert.Equal(ProtectError.None, machine.Protect(1, page, UserReadOnly));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Write(page, user: true).Succeeded));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Read(page + 0xFFF, user: true).Succeeded));
        Assert.Equal(UnmapError.None, machine.Unmap(1, page));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(page).Succeeded));
        Assert.Equal(TranslationKind.NotMapped, machine.Translate(page).Kind);
    }

    [Theory]
    [InlineData(1UL)]
    [InlineData(64UL)]
    [InlineData(65UL)]
    [InlineData(1025UL)]
    public void A_range_that_ends_with_the_last_page_comes_to_its_end(ulong pages)
    {
        using PagingMachine<TMode, TMemory> machine = new(processors: 2);
        VirtualAddress start = VirtualAddress.FromValue(s_last.Value - ((pages - 1) * Size4KiB.Bytes));
        ulong length = pages * Size4KiB.Bytes;
        Assert.Equal(MapError.None, machine.MapRange(start, length, Frame + 0x1000, KernelData));
        Assert.All(machine.Machine.Processors, processor => Assert.True(processor.Write(s_last + 0xFFF).Succeeded));
        Assert.Equal(ProtectError.None, machine.ProtectRange(start, length, KernelReadOnly));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Write(s_last).Succeeded));
        Assert.Equal(UnmapError.None, machine.UnmapRange(start, length));
        Assert.All(machine.Machine.Processors, processor => Assert.False(processor.Read(s_last).Succeeded));
        machine.ReclaimAll();
        Assert.Equal(0, machine.TableCount);
    }

    [Fact]
    public void The_first_and_the_last_page_do_not_meet()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        Assert.Equal(MapError.None, machine.Map(1, s_first, Frame, KernelData));
        Assert.Equal(MapError.None, machine.Map(1, s_last, Frame + 0x1000, KernelData));
        Assert.Equal(UnmapError.None, machine.Unmap(1, s_last));
        Assert.Equal(Frame, machine.Processor.Read(s_first).Address.Value);
        Assert.False(machine.Processor.Read(s_last).Succeeded);
    }

    [Fact]
    public void Beyond_32_bits_there_is_nothing_to_map_translate_or_reclaim()
    {
        using PagingMachine<TMode, TMemory> machine = new();
        if (!VirtualAddress.TryFromValue(1UL << 32, out VirtualAddress beyond))
        {
            Assert.Equal(sizeof(uint), nuint.Size);
            return;
        }

        machine.ExpectRefused(MapError.NotCanonical, () => machine.Map(1, beyond, Frame, KernelData));
        machine.ExpectRefused(MapError.NotCanonical, () => machine.MapRange(beyond, 0x1000, Frame, KernelData));
        machine.ExpectRefused(UnmapError.NotCanonical, () => machine.Unmap(1, beyond));
        machine.ExpectRefused(ProtectError.NotCanonical, () => machine.ProtectRange(beyond, 0x1000, KernelData));
        machine.ExpectRefused(SplitError.NotCanonical, () => machine.Split(2, beyond));
        machine.ExpectRefused(0UL, () => machine.Reclaim(VirtualRange.FromStart(beyond, 0x1000)));
        Assert.Equal(TranslationKind.NotCanonical, machine.Translate(beyond).Kind);
    }
}

public sealed class TwoLevelNarrowEdgeTests : NarrowEdgeTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveNarrowEdgeTests : NarrowEdgeTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelNarrowEdgeTests : NarrowEdgeTests<ThreeLevelPaging, SimulatedMemory>;
