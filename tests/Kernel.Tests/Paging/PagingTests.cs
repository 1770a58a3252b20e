using System.Linq;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>What tests of all modes ask of the mode instead of assuming it: levels, sizes, places, and rights that it can enforce.</summary>
/// <typeparam name="TMode">The paging mode.</typeparam>
/// <typeparam name="TMemory">Where tables are touched.</typeparam>
public abstract class PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    /// <summary>The levels that have leaves.</summary>
    public static TheoryData<int> LeafLevels => [.. Places<TMode>.LeafLevels];

    /// <summary>The levels above the lowest that have leaves.</summary>
    public static TheoryData<int> LargeLevels => [.. Places<TMode>.LeafLevels.Skip(1)];

    /// <summary>Every leaf level, with false and with true.</summary>
    public static TheoryData<int, bool> LeafLevelsTwice
    {
        get
        {
            TheoryData<int, bool> cases = [];
            foreach (int level in Places<TMode>.LeafLevels)
            {
                cases.Add(level, false);
                cases.Add(level, true);
            }

            return cases;
        }
    }

    /// <summary>The level of the root.</summary>
    protected static int Levels => Places<TMode>.Hardware.Levels;

    /// <summary>The largest leaf's level.</summary>
    protected static int LargestLevel => Places<TMode>.LargestLevel;

    /// <summary>A frame of the largest size.</summary>
    protected static ulong Frame => Places<TMode>.Frame;

    /// <summary>A place below the kernel for any page.</summary>
    protected static VirtualAddress Low => Places<TMode>.Low;

    /// <summary>A place in the kernel's part for any page.</summary>
    protected static VirtualAddress High => Places<TMode>.High;

    /// <summary>The size of a page at level 2 in bytes: the one above the smallest.</summary>
    protected static ulong LargeBytes => Places<TMode>.BytesAt(2);

    /// <summary>The size of the largest page in bytes.</summary>
    protected static ulong LargestBytes => Places<TMode>.BytesAt(LargestLevel);

    /// <summary>One page of each size below the largest, in bytes altogether.</summary>
    protected static ulong SmallerBytes =>
        Places<TMode>.LeafLevels.SkipLast(1).Aggregate(0UL, (sum, level) => sum + BytesAt(level));

    /// <summary>How many root entries decide about the kernel's part.</summary>
    protected static int RootEntriesOfTheKernel => (int)(Places<TMode>.UpperBytes >> Places<TMode>.Hardware.ShiftAt(Levels));

    /// <summary>How many entries a table has that is not the root.</summary>
    protected static ulong Entries => (ulong)Places<TMode>.Hardware.EntriesAt(1);

    /// <summary>The kernel's data.</summary>
    protected static PageAttributes KernelData => Enforced(PageAttributes.KernelData);

    /// <summary>The kernel's constants.</summary>
    protected static PageAttributes KernelReadOnly => Enforced(PageAttributes.KernelReadOnly);

    /// <summary>The kernel's code.</summary>
    protected static PageAttributes KernelCode => Enforced(PageAttributes.KernelCode);

    /// <summary>A program's data.</summary>
    protected static PageAttributes UserData => Enforced(PageAttributes.UserData);

    /// <summary>A program's constants.</summary>
    protected static PageAttributes UserReadOnly => Enforced(PageAttributes.UserReadOnly);

    /// <summary>A program's code.</summary>
    protected static PageAttributes UserCode => Enforced(PageAttributes.UserCode);

    /// <summary>The hardware without the page sizes that a processor may lack.</summary>
    protected static HardwarePaging WithoutOptionalSizes => Places<TMode>.Hardware with { GigabytePages = false, LargePages = false };

    /// <summary>The lowest level that has no leaves then.</summary>
    protected static int OptionalLevel => Enumerable.Range(1, Levels + 1).First(level => !WithoutOptionalSizes.HasLeavesAt(level));

    /// <summary>A place for a page of that size, if there were one.</summary>
    protected static VirtualAddress OptionalPlace => VirtualAddress.FromValue(Low.Value & ~(BytesAt(OptionalLevel) - 1));

    /// <summary>Whether the root's entries say who may pass. Those of PAE do not; the tables below them do.</summary>
    protected static bool RootEntriesHaveRights => !Places<TMode>.Hardware.KeepsRootEntries;

    /// <summary>The levels whose entries have rights.</summary>
    protected static int LevelsWithRights => RootEntriesHaveRights ? Levels : Levels - 1;

    /// <summary>What follows the last page that can be mapped, as 64 bits: with a recursive map the last root entry is the tree's own.</summary>
    public static ulong EndOfPages => Places<TMode>.End - (TMemory.IsRecursive ? BytesAt(Levels) : 0);

    /// <summary>The last page of all that can be mapped whose leaf is at <paramref name="level"/>.</summary>
    protected static VirtualAddress LastOfAll(int level) => VirtualAddress.FromValue(unchecked(EndOfPages - BytesAt(level)));

    /// <summary>One of the places by name.</summary>
    protected static VirtualAddress Named(string place, int level) =>
        place == nameof(LastOfAll) ? LastOfAll(level) : Places<TMode>.Named(place, level);

    /// <summary>A present entry that the processor refuses above the lowest level: a leaf with a reserved bit.</summary>
    protected static ulong Malformed => HardwareWalk.Present | HardwareWalk.LargePage | (1 << 13);

    /// <summary>The bytes of a leaf at <paramref name="level"/>.</summary>
    protected static ulong BytesAt(int level) => Places<TMode>.BytesAt(level);

    /// <summary>Those rights as far as the mode can enforce them.</summary>
    protected static PageAttributes Enforced(PageAttributes attributes) => attributes.For<TMode>(Places<TMode>.Hardware.Features);
}
