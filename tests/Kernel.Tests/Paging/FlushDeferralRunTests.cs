using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>After any nesting of deferrals no processor remembers anything stale, and no frame went back while one did.</summary>
public abstract class FlushDeferralRunTests<TMode, TMemory>
    where TMode : struct, IPagingMode
    where TMemory : struct, ISimulatedMemory
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_processor_sees_the_tables_as_they_are_after_each_outermost_scope(int seed)
    {
        using FlushDeferralRun<TMode, TMemory> run = new(seed);
        run.Run(scopes: 100);
    }
}

public sealed class TwoLevelFlushDeferralRunTests : FlushDeferralRunTests<TwoLevelPaging, SimulatedMemory>;

public sealed class TwoLevelRecursiveFlushDeferralRunTests : FlushDeferralRunTests<TwoLevelPaging, SimulatedRecursiveMemory<TwoLevelPaging>>;

public sealed class ThreeLevelFlushDeferralRunTests : FlushDeferralRunTests<ThreeLevelPaging, SimulatedMemory>;

public sealed class FourLevelFlushDeferralRunTests : FlushDeferralRunTests<FourLevelPaging, SimulatedMemory>;

public sealed class FourLevelRecursiveFlushDeferralRunTests : FlushDeferralRunTests<FourLevelPaging, SimulatedRecursiveMemory<FourLevelPaging>>;

public sealed class FiveLevelFlushDeferralRunTests : FlushDeferralRunTests<FiveLevelPaging, SimulatedMemory>;
