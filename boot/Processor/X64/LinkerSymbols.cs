using System.Runtime;
using System.Runtime.CompilerServices;
using Kernel.Addresses;

namespace Boot.Processor;

/// <summary>What the linker script knows: where the image's parts begin and end. All lie on page boundaries.</summary>
internal static class LinkerSymbols
{
    /// <summary>What the linker adds to the physical address of everything but the boot code.</summary>
    public const ulong ImageBase = 0xFFFF_FFFF_8000_0000;

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
    public static extern unsafe ulong* InterruptStubs();

    /// <summary>The physical range behind a part of the image.</summary>
    public static PhysicalRange PhysicalOf(VirtualRange part) =>
        PhysicalRange.FromStart(PhysicalAddress.FromValue(part.Start.Value - ImageBase), part.Length);

    private static VirtualRange Between(ulong start, ulong end) => VirtualRange.FromStart(VirtualAddress.FromValue(start), end - start);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_boot_start")]
    private static extern ulong BootStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_boot_end")]
    private static extern ulong BootEnd();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_text_start")]
    private static extern ulong TextStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_text_end")]
    private static extern ulong TextEnd();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_rodata_start")]
    private static extern ulong RodataStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_rodata_end")]
    private static extern ulong RodataEnd();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_data_start")]
    private static extern ulong DataStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_data_end")]
    private static extern ulong DataEnd();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_boot_stack_guard")]
    private static extern ulong BootStackGuardStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_boot_stack_bottom")]
    private static extern ulong BootStackBottom();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_boot_stack_top")]
    private static extern ulong BootStackTop();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_fault_stacks")]
    private static extern ulong FaultStacksStart();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_fault_stacks_end")]
    private static extern ulong FaultStacksEnd();
}
