using Kernel.Machine;
using Kernel.Tests.SimulatedMachine;
using Xunit;

namespace Kernel.Tests.Machine;

public class PanicTests
{
    [Fact]
    public void A_panic_says_what_was_found_what_was_expected_and_where()
    {
        KernelPanicException panic = Assert.Throws<KernelPanicException>(() => Panic.Raise("slot", 272, "the direct map", "Here.Now"));
        Assert.Equal(("slot", 272UL, "the direct map", "Here.Now"), (panic.Found, panic.Value, panic.Expected, panic.Where));
    }
}
