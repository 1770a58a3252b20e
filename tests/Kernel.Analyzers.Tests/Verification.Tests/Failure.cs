using System;
using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Verification;

/// <summary>Tests which have to fail.</summary>
internal static class Failure
{
    /// <summary>Passes when <paramref name="test"/> fails and says <paramref name="because"/>.</summary>
    public static async Task Expect(string because, Task test)
    {
        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => test);
        Assert.True(failure is InvalidOperationException or ArgumentException, failure.ToString());
        Assert.Contains(because, failure.Message, StringComparison.Ordinal);
    }
}
