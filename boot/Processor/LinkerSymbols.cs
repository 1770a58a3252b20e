using System.Runtime;
using System.Runtime.CompilerServices;
using Kernel.Addresses;

namespace Boot.Processor;

/// <summary>What only the linker knows: where the image's parts begin and end. All lie on page boundaries.</summary>
internal static partial class LinkerSymbols
{
    /// <summary>The 32-bit boot code and the boot tables, at their physical address.</summary>
    public static PhysicalRange BootCode =>
        PhysicalRange.Between(PhysicalAddress.FromValue(BootStart()), PhysicalAddress.FromValue(BootEnd()));

    /// <summary>Everything that is executed.</summary>
    public static VirtualRange Text => Between(TextStart(), TextEnd());

    /// <summary>Constants and frozen objects.</summary>
    public static VirtualRange ReadOnlyData => Between(RodataStart(), RodataEnd());

    /// <summary>Variables, and the stacks with their guard pages.</summary>
    public static VirtualRange Data => Between(DataStart(), DataEnd());

    /// <summary>The page below the boot stack, to be left absent.</summary>
    public static VirtualRange BootStackGuard => Between(BootStackGuardStart(), BootStackBottom());

    /// <summary>The stack that the kernel runs on.</summary>
    public static VirtualRange BootStack => Between(BootStackBottom(), BootStackTop());

    /// <summary>The stacks that <see cref="Processor.FaultStacks"/> divides, each with its guard page below it.</summary>
    public static VirtualRange FaultStacks => Between(FaultStacksStart(), FaultStacksEnd());

    /// <summary>Where the whole image lies in memory, boot code included.</summary>
    public static PhysicalRange Image =>
        PhysicalRange.Between(PhysicalAddress.FromValue(BootStart()), PhysicalAddress.FromValue(DataEnd() - ImageBase));

    /// <summary>256 addresses: where the processor enters for each vector.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_interrupt_stubs")]
    public static extern unsafe nuint* InterruptStubs();

    /// <summary>The physical range behind a part of the image.</summary>
    public static PhysicalRange PhysicalOf(VirtualRange part) =>
        PhysicalRange.FromStart(PhysicalAddress.FromValue(part.Start.Value - ImageBase), part.Length);

    private static VirtualRange Between(nuint start, nuint end) => VirtualRange.FromStart(VirtualAddress.FromValue(start), end - start);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_boot_start")]
    private static extern nuint BootStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_boot_end")]
    private static extern nuint BootEnd();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_text_start")]
    private static extern nuint TextStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_text_end")]
    private static extern nuint TextEnd();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_rodata_start")]
    private static extern nuint RodataStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_rodata_end")]
    private static extern nuint RodataEnd();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_data_start")]
    private static extern nuint DataStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_data_end")]
    private static extern nuint DataEnd();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_boot_stack_guard")]
    private static extern nuint BootStackGuardStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_boot_stack_bottom")]
    private static extern nuint BootStackBottom();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_boot_stack_top")]
    private static extern nuint BootStackTop();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_fault_stacks")]
    private static extern nuint FaultStacksStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_fault_stacks_end")]
    private static extern nuint FaultStacksEnd();
}
