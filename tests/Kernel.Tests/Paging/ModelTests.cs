using Kernel.Machine;
using Kernel.Paging;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Long random runs in which the mapper, the hardware and a model of two dictionaries must never disagree.</summary>
public abstract class ModelTests<TMode>
    where TMode : struct, IPagingMode
{
    [Theory]
    [InlineData(20251, true, false, 12_000)]
    [InlineData(20252, true, true, 4_000)]
    [InlineData(20253, false, false, 4_000)]
    public void Random_operations_end_as_the_model_says_and_leave_no_frame_behind(
        int seed, bool gigabytePages, bool fixedRoot, int operations)
    {
        using ModelRun<TMode> run = new(seed, gigabytePages, fixedRoot);
        run.Run(operations);
        Assert.InRange(run.Successes, operations / 4, operations);
    }
}

public sealed class FourLevelModelTests : ModelTests<FourLevelPaging>;

public sealed class FiveLevelModelTests : ModelTests<FiveLevelPaging>;
