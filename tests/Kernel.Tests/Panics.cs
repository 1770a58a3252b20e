using System;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests;

/// <summary>Expects the kernel to panic.</summary>
public static class Panics
{
    /// <summary>Runs something that must end in a panic raised by that member.</summary>
    public static KernelPanicException In(string where, Action action)
    {
        KernelPanicException panic = Assert.Throws<KernelPanicException>(action);
        Assert.Equal(where, panic.Where);
        return panic;
    }
}
