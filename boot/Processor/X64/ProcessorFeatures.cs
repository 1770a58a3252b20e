using Kernel.Machine;

namespace Boot.Processor;

/// <summary>What CPUID says about the processor (AMD64 APM volume 3, appendix E; Intel SDM volume 2A, CPUID).</summary>
internal static unsafe class ProcessorFeatures
{
    private const int Ebx = 1;
    private const int Ecx = 2;
    private const int Edx = 3;

    /// <summary>Whether the processor can report hardware errors as an exception (MCE).</summary>
    public static bool HasMachineCheck => Bit(1, Edx, 7);

    /// <summary>Whether the kernel may not execute user pages (SMEP).</summary>
    public static bool HasExecutionPrevention => Bit(7, Ebx, 7);

    /// <summary>Whether the kernel may not read or write user pages by accident (SMAP).</summary>
    public static bool HasAccessPrevention => Bit(7, Ebx, 20);

    /// <summary>Whether ring 3 can be kept from reading descriptor-table addresses (UMIP).</summary>
    public static bool HasUserInstructionPrevention => Bit(7, Ecx, 2);

    /// <summary>Whether the processor has five paging levels (LA57).</summary>
    public static bool HasFiveLevels => Bit(7, Ecx, 16);

    /// <summary>Whether leaves of 1 GiB exist.</summary>
    public static bool HasGigabytePages => Bit(0x8000_0001, Edx, 26);

    /// <summary>The implemented bits of a physical address.</summary>
    public static int PhysicalAddressBits
    {
        get
        {
            if (Query(0x8000_0000, 0) < 0x8000_0008)
            {
                return 36;
            }

            return (int)(Query(0x8000_0008, 0) & 0xFF);
        }
    }

    /// <summary>What paging can do, as the control registers are set after bring-up; <see cref="Detect"/> fills it in.</summary>
    /// <remarks>Kept, because CPUID costs hundreds of instructions in a virtual machine and mappers ask often.</remarks>
    public static PagingFeatures Paging { get; private set; }

    /// <summary>Asks the processor once what paging can do.</summary>
    public static void Detect() =>
        Paging = PagingFeatures.NoExecute | PagingFeatures.GlobalPages | (HasGigabytePages ? PagingFeatures.GigabytePages : PagingFeatures.None);

    private static bool Bit(uint leaf, int register, int bit)
    {
        // A leaf above the largest of its kind answers with another leaf's bits.
        if (Query(leaf & 0x8000_0000, 0) < leaf)
        {
            return false;
        }

        return ((Query(leaf, register) >> bit) & 1) != 0;
    }

    private static uint Query(uint leaf, int register)
    {
        uint* registers = stackalloc uint[4];

        // SAFETY: the routine writes exactly four registers, and `register` is one of the constants above or 0.
        Instructions.Cpuid(leaf, 0, registers);
        return registers[register];
    }
}
