using Kernel.Contracts;
using Kernel.Machine;

namespace Kernel.Addresses;

/// <summary>The one way from 64 bits down to 32: the value arrives whole or the machine stops (EYN-OS, <c>vmm_ptr_to_u32</c>).</summary>
/// <remarks>A truncated address names somebody else's memory. Everything that has to fit 32 bits goes through here.</remarks>
public static class CheckedNarrowing
{
    /// <summary>The value in 32 bits; panics if it needs more.</summary>
    [CheckedNarrowing]
    public static uint ToUInt32(ulong value)
    {
        uint narrowed = unchecked((uint)value);
        if (narrowed != value)
        {
            Panic.Raise("value", value, "at most 32 bits", "CheckedNarrowing.ToUInt32");
        }

        return narrowed;
    }

    /// <summary>The address in 32 bits; panics if it lies at or above 4 GiB.</summary>
    [CheckedNarrowing]
    public static uint ToUInt32(PhysicalAddress address) => ToUInt32(address.Value);

    /// <summary>The address in 32 bits; panics if it lies at or above 4 GiB.</summary>
    [CheckedNarrowing]
    public static uint ToUInt32(VirtualAddress address) => ToUInt32(address.Value);

    /// <summary>The address a pointer holds, in 32 bits; panics if it lies at or above 4 GiB.</summary>
    [CheckedNarrowing]
    public static unsafe uint ToUInt32(void* pointer) => ToUInt32((ulong)pointer);
}
