using System.Runtime;
using System.Runtime.CompilerServices;

namespace Boot.Processor;

/// <summary>Single instructions, from each architecture's <c>Instructions.asm</c>. What each does to the machine is in AMD64 APM volume 3; who may call it, is up to the callers.</summary>
internal static unsafe class Instructions
{
    /// <summary>Reads a byte from an I/O port.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "in8")]
    public static extern byte In8(ushort port);

    /// <summary>Writes a byte to an I/O port.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "out8")]
    public static extern void Out8(ushort port, byte value);

    /// <summary>Writes 32 bits to an I/O port.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "out32")]
    public static extern void Out32(ushort port, uint value);

    /// <summary>CPUID: EAX, EBX, ECX, EDX in this order into <paramref name="registers"/>.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "cpuid_query")]
    public static extern void Cpuid(uint leaf, uint subleaf, uint* registers);

    /// <summary>RDMSR.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_msr")]
    public static extern ulong ReadMsr(uint register);

    /// <summary>WRMSR.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "write_msr")]
    public static extern void WriteMsr(uint register, ulong value);

    /// <summary>Reads CR0.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_cr0")]
    public static extern nuint ReadCr0();

    /// <summary>Writes CR0.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "write_cr0")]
    public static extern void WriteCr0(nuint value);

    /// <summary>Reads CR2: the address of the last page fault.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_cr2")]
    public static extern nuint ReadCr2();

    /// <summary>Reads CR3: the physical address of the root table, and two cache bits.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_cr3")]
    public static extern nuint ReadCr3();

    /// <summary>Writes CR3, which also forgets every translation that is not global.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "write_cr3")]
    public static extern void WriteCr3(nuint value);

    /// <summary>Reads CR4.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_cr4")]
    public static extern nuint ReadCr4();

    /// <summary>Writes CR4. A change of PGE, PAE, PSE or LA57 forgets every translation.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "write_cr4")]
    public static extern void WriteCr4(nuint value);

    /// <summary>INVLPG: forgets the translation of one page, global or not.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "invalidate_page")]
    public static extern void InvalidatePage(void* address);

    /// <summary>CLI; EFLAGS as they were before.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "disable_interrupts")]
    public static extern nuint DisableInterrupts();

    /// <summary>STI.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "enable_interrupts")]
    public static extern void EnableInterrupts();

    /// <summary>EFLAGS.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_flags")]
    public static extern nuint ReadFlags();

    /// <summary>HLT: waits for an interrupt.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "halt")]
    public static extern void Halt();

    /// <summary>PAUSE: says that this is a loop that waits.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pause_processor")]
    public static extern void Pause();

    /// <summary>RDTSC. Under QEMU's <c>-icount shift=0</c> its difference follows the number of instructions run.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "read_time_stamp")]
    public static extern ulong ReadTimeStamp();

    /// <summary>Runs twice as many instructions as <paramref name="count"/>, which is not 0, and one more.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "run_instructions")]
    public static extern void RunInstructions(nuint count);

    /// <summary>WBINVD: writes the caches back and empties them.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "write_back_caches")]
    public static extern void WriteBackCaches();

    /// <summary>INT3.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "breakpoint")]
    public static extern void Breakpoint();

    /// <summary>DIV by zero: #DE. C# itself checks before it divides.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "divide_by_zero")]
    public static extern void DivideByZero();

    /// <summary>INT3 with the stack at an absent page: the processor cannot push its frame, and a double fault follows.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "fault_on_absent_stack")]
    public static extern void FaultOnAbsentStack();

    /// <summary>INT 2, the vector of an NMI, with the stack at an absent page.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "non_maskable_on_absent_stack")]
    public static extern void NonMaskableOnAbsentStack();

    /// <summary>INT 18, the vector of a machine check, with the stack at an absent page.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "machine_check_on_absent_stack")]
    public static extern void MachineCheckOnAbsentStack();

    /// <summary>Fills every general and XMM register, takes interrupt 40h, and answers how many came back changed.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "registers_across_interrupt")]
    public static extern uint RegistersAcrossInterrupt();

    /// <summary>Zeroes every XMM register.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "clear_xmm_registers")]
    public static extern void ClearXmmRegisters();

    /// <summary>UD2: #UD.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "invalid_opcode")]
    public static extern void InvalidOpcode();

    /// <summary>LGDT, LIDT, LTR, and every segment register anew.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "load_descriptor_tables")]
    public static extern void LoadDescriptorTables(void* globalTable, void* interruptTable, ushort taskSelector);

    /// <summary>LIDT alone.</summary>
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "load_interrupt_table")]
    public static extern void LoadInterruptTable(void* interruptTable);
}
