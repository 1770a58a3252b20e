using Kernel.Addresses;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>How an access ended: at a physical address, with a page fault, or with a general protection fault.</summary>
/// <param name="Address">Where the access went, if it went through.</param>
/// <param name="Fault">The error code of the page fault, if there was one.</param>
/// <param name="IsNotCanonical">Whether the address was refused before any table was looked at.</param>
public readonly record struct AccessResult(PhysicalAddress Address, PageFaultCode? Fault, bool IsNotCanonical)
{
    /// <summary>Whether the access went through.</summary>
    public bool Succeeded => Fault is null && !IsNotCanonical;

    /// <summary>An access that went through.</summary>
    public static AccessResult At(PhysicalAddress address) => new(address, null, false);

    /// <summary>An access that ended with a page fault.</summary>
    public static AccessResult Faulted(PageFaultCode code) => new(PhysicalAddress.Zero, code, false);

    /// <summary>An access to an address that is not canonical in the mode.</summary>
    public static AccessResult NotCanonical => new(PhysicalAddress.Zero, null, true);
}
