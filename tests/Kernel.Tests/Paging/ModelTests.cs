using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Long random runs in which the mapper, the hardware and a model of two dictionaries must never disagree.</summary>
public abstract class ModelTests<TMode, TMemory> : PagingTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    /// <summary>The seed, whether the processor has every page size that the mode knows, whether root entries are fixed, how many operations.</summary>
    public static TheoryData<int, bool, bool, int> Runs => new()
    {
        { 20251, true, false, 60_000 },
        { 20252, true, true, 20_000 },
        { 20253, false, false, 20_000 },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void Random_operations_end_as_the_model_says_and_leave_no_frame_behind(
        int seed, bool everySize, bool fixedRoot, int operations)
    {
        HardwarePaging paging = Places<TMode>.Hardware with { LargePages = everySize, GigabytePages = everySize };
        using ModelRun<TMode, TMemory> run = new(seed, paging, fixedRoot);
        run.Run(operations);
        Assert.InRange(run.Successes, operations / 5, operations);
    }
}

public sealed class TwoLevelModelTests : ModelTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveModelTests : ModelTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelModelTests : ModelTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveModelTests : ModelTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FourLevelModelTests : ModelTests<FourLevelPaging, SimulatedMemory>;

public sealed class FiveLevelModelTests : ModelTests<FiveLevelPaging, SimulatedMemory>;
