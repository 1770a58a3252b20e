using System.Runtime;
using Boot.Guest;
using Boot.Protocols;
using Kernel.Addresses;
using Kernel.Paging;

namespace Boot.Processor;

/// <summary>Where assembly code enters C#.</summary>
internal static class KernelStart
{
    /// <summary>The first C# that runs: on the boot stack, under the boot tables, interrupts off.</summary>
    /// <param name="information">The physical address of what the loader has to say.</param>
    [RuntimeExport("kernel_start")]
    private static void Start(uint information)
    {
        Entry.Prepare();
        Multiboot<IdentityMemory>.Read(PhysicalAddress.FromValue(information), ref Entry.Information);
        if (ControlRegisters.UsesPhysicalAddressExtension)
        {
            BringUp<ThreeLevelPaging>.Run();
        }
        else
        {
            BringUp<TwoLevelPaging>.Run();
        }
    }
}
