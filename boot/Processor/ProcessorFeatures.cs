using System;
using Boot.Protocols;
using Kernel.Machine;

namespace Boot.Processor;

/// <summary>What CPUID says about the processor (AMD64 APM volume 3, appendix E; Intel SDM volume 2A, CPUID).</summary>
internal static unsafe class ProcessorFeatures
{
    private const int Eax = 0;
    private const int Ebx = 1;
    private const int Ecx = 2;
    private const int Edx = 3;

    // The 80486 was the first with INVLPG, and the last of them the first with CPUID.
    private const uint FirstFamilyWithPageInvalidation = 4;

    /// <summary>Whether the processor can report hardware errors as an exception (MCE).</summary>
    public static bool HasMachineCheck => Bit(1, Edx, 7);

    /// <summary>Whether two-level tables can have leaves of 4 MiB (PSE).</summary>
    public static bool HasPageSizeExtensions => Bit(1, Edx, 3);

    /// <summary>Whether translations can survive a change of the root (PGE).</summary>
    public static bool HasGlobalPages => Bit(1, Edx, 13);

    /// <summary>Whether the kernel may not execute user pages (SMEP).</summary>
    public static bool HasExecutionPrevention => Bit(7, Ebx, 7);

    /// <summary>Whether the kernel may not read or write user pages by accident (SMAP).</summary>
    public static bool HasAccessPrevention => Bit(7, Ebx, 20);

    /// <summary>Whether ring 3 can be kept from reading descriptor-table addresses (UMIP).</summary>
    public static bool HasUserInstructionPrevention => Bit(7, Ecx, 2);

    /// <summary>Whether the processor has five paging levels (LA57).</summary>
    public static bool HasFiveLevels => Bit(7, Ecx, 16);

    /// <summary>Whether entries of eight bytes can forbid execution (NX).</summary>
    public static bool HasNoExecute => Bit(0x8000_0001, Edx, 20);

    /// <summary>Whether leaves of 1 GiB exist.</summary>
    public static bool HasGigabytePages => Bit(0x8000_0001, Edx, 26);

    /// <summary>How wide physical addresses are: as far as both the processor and the entries of its tables go; <see cref="Detect"/> fills it in.</summary>
    public static int PhysicalAddressBits { get; private set; }

    /// <summary>What paging can do, as the control registers are set after bring-up; <see cref="Detect"/> fills it in.</summary>
    /// <remarks>Kept, because CPUID costs hundreds of instructions in a virtual machine and mappers ask often.</remarks>
    public static PagingFeatures Paging { get; private set; }

    /// <summary>Whether the translation of one page can be forgotten alone (INVLPG); <see cref="Detect"/> fills it in.</summary>
    public static bool InvalidatesSinglePages { get; private set; }

    /// <summary>Whether the processor walks from copies of the root's entries that it makes when the root is written; <see cref="Detect"/> fills it in.</summary>
    public static bool CopiesRootEntries { get; private set; }

    /// <summary>Asks the processor once what paging can do, and the command line whether it is to be believed.</summary>
    /// <remarks><c>invlpg=off</c> makes an 80386 of it: no INVLPG, and no global pages, which only INVLPG could forget one by one.</remarks>
    /// <typeparam name="TMode">The paging mode in use: what its entries cannot say is not a feature.</typeparam>
    public static void Detect<TMode>(ReadOnlySpan<byte> commandLine)
        where TMode : struct, IPagingMode
    {
        bool forbidden = CommandLine.TryGet(commandLine, "invlpg"u8, out ReadOnlySpan<byte> word) && word.SequenceEqual("off"u8);
        InvalidatesSinglePages = !forbidden && Family >= FirstFamilyWithPageInvalidation;
        CopiesRootEntries = TMode.CopiesRootEntries;
        PhysicalAddressBits = TMode.PhysicalAddressBits < ImplementedAddressBits ? TMode.PhysicalAddressBits : ImplementedAddressBits;
        Paging = (TMode.NoExecuteBit != 0 && ControlRegisters.UsesNoExecute ? PagingFeatures.NoExecute : PagingFeatures.None)
            | (InvalidatesSinglePages && HasGlobalPages ? PagingFeatures.GlobalPages : PagingFeatures.None)
            | (HasPageSizeExtensions && ControlRegisters.UsesPageSizeExtensions ? PagingFeatures.LargePages : PagingFeatures.None)
            | (HasGigabytePages ? PagingFeatures.GigabytePages : PagingFeatures.None);
    }

    // Without the leaf that says so, a processor with entries of eight bytes has 36 (Intel SDM volume 3A, 4.1.4).
    private static int ImplementedAddressBits =>
        Query(0x8000_0000, Eax) < 0x8000_0008 ? 36 : (int)(Query(0x8000_0008, Eax) & 0xFF);

    private static uint Family => (Query(1, Eax) >> 8) & 0xF;

    private static bool Bit(uint leaf, int register, int bit)
    {
        // A leaf above the largest of its kind answers with another leaf's bits.
        if (Query(leaf & 0x8000_0000, Eax) < leaf)
        {
            return false;
        }

        return ((Query(leaf, register) >> bit) & 1) != 0;
    }

    private static uint Query(uint leaf, int register)
    {
        uint* registers = stackalloc uint[4];

        // SAFETY: the routine writes exactly four registers, and `register` is one of the constants above.
        Instructions.Cpuid(leaf, 0, registers);
        return registers[register];
    }
}
