using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kernel.Addresses;

namespace Boot.Processor;

/// <summary>The segments, the task states and the interrupt table. One processor, so one of each.</summary>
/// <remarks>
/// <para>
/// There is no interrupt stack table in 32-bit mode: what stands in for it is a task of its own for each exception that can come
/// while the stack pointer is good for nothing (AMD64 APM volume 2, 12.4; Intel SDM volume 3A, 6.12.2 and 7.3).
/// </para>
/// <para>
/// The processor reads and writes a task state through consecutive physical addresses. The image lies in one piece in memory, so a
/// page boundary inside of one does no harm.
/// </para>
/// </remarks>
internal static unsafe class DescriptorTables
{
    /// <summary>The kernel's code segment.</summary>
    public const ushort KernelCode = 0x08;

    private const ushort KernelData = 0x10;
    private const int FirstTaskState = 5;
    private const ulong InterruptGatePresent = 0x8E;
    private const ulong TaskGatePresent = 0x85;
    private const ulong AvailableTaskStatePresent = 0x89;

    // EFLAGS bit 1 is always set; interrupts are off.
    private const uint InitialFlags = 1 << 1;

    private static SegmentDescriptors s_segments;
    private static TaskStates s_taskStates;
    private static InterruptGates s_gates;

    /// <summary>Fills all tables and makes the processor use them. Interrupts are off.</summary>
    public static void Load()
    {
        s_segments[1] = 0x00CF_9A00_0000_FFFF;   // 0x08 kernel code
        s_segments[2] = 0x00CF_9200_0000_FFFF;   // 0x10 kernel data
        s_segments[3] = 0x00CF_F200_0000_FFFF;   // 0x18 user data
        s_segments[4] = 0x00CF_FA00_0000_FFFF;   // 0x20 user code

        nuint root = Instructions.ReadCr3();
        for (int number = 0; number <= FaultStacks.Count; number++)
        {
            FillTaskState(number, root);
            s_segments[FirstTaskState + number] = DescriptorOf(number);
        }

        nuint* stubs = LinkerSymbols.InterruptStubs();
        for (int vector = 0; vector < 256; vector++)
        {
            byte task = FaultStacks.NumberFor(vector);

            // SAFETY: the assembler wrote 256 stub addresses.
            s_gates[vector] = task == 0 ? InterruptGate(stubs[vector]) : TaskGate(task);
        }

        // SAFETY: statics are data in the image and never move.
        TablePointer segments = new() { Limit = (ushort)(sizeof(SegmentDescriptors) - 1), Base = (nuint)Unsafe.AsPointer(ref s_segments) };
        TablePointer gates = new() { Limit = (ushort)(sizeof(InterruptGates) - 1), Base = (nuint)Unsafe.AsPointer(ref s_gates) };
        Instructions.LoadDescriptorTables(&segments, &gates, SelectorOf(0));
    }

    /// <summary>The processor is about to use the tables under that root: from then on the fault tasks do, and go back to it.</summary>
    /// <remarks>A task switch loads the root from the task state that it enters, and stores none in the one that it leaves.</remarks>
    public static void FollowTableRoot(PhysicalAddress root)
    {
        for (int number = 0; number <= FaultStacks.Count; number++)
        {
            s_taskStates[number].Root = CheckedNarrowing.ToNative(root);
        }
    }

    /// <summary>Takes the interrupt table away: the next exception resets the machine.</summary>
    public static void Unload()
    {
        TablePointer none = default;
        Instructions.LoadInterruptTable(&none);
    }

    // Number 0 is the kernel's own: the processor fills it when a fault task takes over.
    private static void FillTaskState(int number, nuint root)
    {
        ref TaskState state = ref s_taskStates[number];
        state.Root = root;
        state.PortPermissions = (ushort)sizeof(TaskState);
        if (number == 0)
        {
            return;
        }

        VirtualRange stack = FaultStacks.StackOf(number);

        // SAFETY: the assembler wrote as many entries as there are fault stacks; statics never move.
        state.InstructionPointer = FaultTasks()[number - 1];
        state.Interrupted = (nuint)Unsafe.AsPointer(ref s_taskStates[0]);
        state.StackPointer = (nuint)stack.Last.ToPointer() + 1;
        state.Flags = InitialFlags;
        state.CodeSegment = KernelCode;
        state.ExtraSegment = KernelData;
        state.StackSegment = KernelData;
        state.DataSegment = KernelData;
        state.ThreadSegment = KernelData;
        state.GlobalSegment = KernelData;
    }

    private static ulong DescriptorOf(int number)
    {
        // SAFETY: statics are data in the image and never move.
        ulong task = (nuint)Unsafe.AsPointer(ref s_taskStates[number]);
        return (ulong)(uint)(sizeof(TaskState) - 1) | ((task & 0xFF_FFFF) << 16) | (AvailableTaskStatePresent << 40)
            | (((task >> 24) & 0xFF) << 56);
    }

    private static ushort SelectorOf(int number) => (ushort)((FirstTaskState + number) * 8);

    private static ulong InterruptGate(ulong handler) =>
        (handler & 0xFFFF) | ((ulong)KernelCode << 16) | (InterruptGatePresent << 40) | ((handler >> 16) << 48);

    private static ulong TaskGate(int number) => ((ulong)SelectorOf(number) << 16) | (TaskGatePresent << 40);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of_fault_tasks")]
    private static extern nuint* FaultTasks();

    [StructLayout(LayoutKind.Sequential, Pack = 2)]
    private struct TablePointer
    {
        public ushort Limit;
        public nuint Base;
    }

    [InlineArray(FirstTaskState + FaultStacks.Count + 1)]
    private struct SegmentDescriptors
    {
        private ulong _first;
    }

    [InlineArray(256)]
    private struct InterruptGates
    {
        private ulong _first;
    }

    [InlineArray(FaultStacks.Count + 1)]
    private struct TaskStates
    {
        private TaskState _first;
    }

    // The fields that are set here; the others the processor alone reads and writes, or they stay zero.
    [StructLayout(LayoutKind.Explicit, Size = 104)]
    private struct TaskState
    {
        [FieldOffset(0x1C)]
        public nuint Root;

        [FieldOffset(0x20)]
        public nuint InstructionPointer;

        [FieldOffset(0x24)]
        public nuint Flags;

        // EBX: where the fault task finds the registers of what it interrupted.
        [FieldOffset(0x34)]
        public nuint Interrupted;

        [FieldOffset(0x38)]
        public nuint StackPointer;

        [FieldOffset(0x48)]
        public ushort ExtraSegment;

        [FieldOffset(0x4C)]
        public ushort CodeSegment;

        [FieldOffset(0x50)]
        public ushort StackSegment;

        [FieldOffset(0x54)]
        public ushort DataSegment;

        [FieldOffset(0x58)]
        public ushort ThreadSegment;

        [FieldOffset(0x5C)]
        public ushort GlobalSegment;

        [FieldOffset(0x66)]
        public ushort PortPermissions;
    }
}
