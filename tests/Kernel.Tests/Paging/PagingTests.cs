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
    protected static PageAttributes KernelData => PageAttributes.KernelData;

    /// <summary>The kernel's constants.</summary>
    protected static PageAttributes KernelReadOnly => PageAttributes.KernelReadOnly;

    /// <summary>The kernel's code.</summary>
    protected static PageAttributes KernelCode => PageAttributes.KernelCode;

    /// <summary>A program's data.</summary>
    protected static PageAttributes UserData => PageAttributes.UserData;

    /// <summary>A program's constants.</summary>
    protected static PageAttributes UserReadOnly => PageAttributes.UserReadOnly;

    /// <summary>A program's code.</summary>
    protected static PageAttributes UserCode => PageAttributes.UserCode;

    /// <summary>The last page of all that can be mapped whose leaf is at <paramref name="level"/>.</summary>
    protected static VirtualAddress LastOfAll(int level) => Named(nameof(LastOfAll), level);

    /// <summary>One of the places by name.</summary>
    protected static VirtualAddress Named(string place, int level) => Places<TMode>.Named(place, level);

    /// <summary>A present entry that the processor refuses above the lowest level: a leaf with a reserved bit.</summary>
    protected static ulong Malformed => HardwareWalk.Present | HardwareWalk.LargePage | (1 << 13);

    /// <summary>The bytes of a leaf at <paramref name="level"/>.</summary>
    protected static ulong BytesAt(int level) => Places<TMode>.BytesAt(level);
}
