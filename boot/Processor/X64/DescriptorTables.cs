using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kernel.Addresses;

namespace Boot.Processor;

/// <summary>The segments, the task state with the fault stacks, and the interrupt table. One processor, so one of each.</summary>
/// <remarks>AMD64 APM volume 2, 4.6 and 12.2.5; Intel SDM volume 3A, 3.5 and 7.7.</remarks>
internal static unsafe class DescriptorTables
{
    /// <summary>The kernel's code segment.</summary>
    public const ushort KernelCode = 0x08;

    private const ushort TaskState = 0x28;
    private const ulong InterruptGatePresent = 0x8E;
    private const ulong AvailableTaskStatePresent = 0x89;

    private static SegmentDescriptors s_segments;
    private static TaskStateSegment s_taskState;
    private static InterruptGates s_gates;

    /// <summary>Fills all tables and makes the processor use them. Interrupts are off.</summary>
    public static void Load()
    {
        s_segments[1] = 0x00AF_9A00_0000_FFFF;   // 0x08 kernel code, 64 bits
        s_segments[2] = 0x00CF_9200_0000_FFFF;   // 0x10 kernel data
        s_segments[3] = 0x00CF_F200_0000_FFFF;   // 0x18 user data
        s_segments[4] = 0x00AF_FA00_0000_FFFF;   // 0x20 user code, 64 bits

        for (int number = 1; number <= FaultStacks.Count; number++)
        {
            VirtualRange stack = FaultStacks.StackOf(number);
            ulong top = stack.Start.Value + stack.Length;
            s_taskState.FaultStackHalves[2 * (number - 1)] = unchecked((uint)(top & 0xFFFF_FFFF));
            s_taskState.FaultStackHalves[(2 * number) - 1] = (uint)(top >> 32);
        }

        s_taskState.PortPermissions = (ushort)sizeof(TaskStateSegment);

        // SAFETY: statics are data in the image and never move.
        ulong task = (ulong)Unsafe.AsPointer(ref s_taskState);
        s_segments[5] = (ulong)(uint)(sizeof(TaskStateSegment) - 1) | ((task & 0xFF_FFFF) << 16) | (AvailableTaskStatePresent << 40)
            | (((task >> 24) & 0xFF) << 56);
        s_segments[6] = task >> 32;

        nuint* stubs = LinkerSymbols.InterruptStubs();
        for (int vector = 0; vector < 256; vector++)
        {
            // SAFETY: the assembler wrote 256 stub addresses.
            SetGate(vector, stubs[vector], FaultStacks.NumberFor(vector));
        }

        TablePointer segments = new() { Limit = (ushort)(sizeof(SegmentDescriptors) - 1), Base = (ulong)Unsafe.AsPointer(ref s_segments) };
        TablePointer gates = new() { Limit = (ushort)(sizeof(InterruptGates) - 1), Base = (ulong)Unsafe.AsPointer(ref s_gates) };
        Instructions.LoadDescriptorTables(&segments, &gates, TaskState);
    }

    /// <summary>The processor is about to use the tables under that root. The fault stacks are switched to without a look at it.</summary>
    public static void FollowTableRoot(PhysicalAddress root)
    {
        // A 64-bit task state has no root of its own.
    }

    /// <summary>Takes the interrupt table away: the next exception resets the machine.</summary>
    public static void Unload()
    {
        TablePointer none = default;
        Instructions.LoadInterruptTable(&none);
    }

    private static void SetGate(int vector, ulong handler, byte stack)
    {
        s_gates[vector * 2] = (handler & 0xFFFF) | ((ulong)KernelCode << 16) | ((ulong)stack << 32) | (InterruptGatePresent << 40)
            | (((handler >> 16) & 0xFFFF) << 48);
        s_gates[(vector * 2) + 1] = handler >> 32;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 2)]
    private struct TablePointer
    {
        public ushort Limit;
        public ulong Base;
    }

    [InlineArray(7)]
    private struct SegmentDescriptors
    {
        private ulong _first;
    }

    [InlineArray(512)]
    private struct InterruptGates
    {
        private ulong _first;
    }

    // Seven stacks have room here, low half first; those that no gate names stay zero.
    [InlineArray(14)]
    private struct FaultStackPointers
    {
        private uint _first;
    }

    // Stacks are split in halves because the hardware's layout puts 64-bit fields on 4-byte boundaries.
    [StructLayout(LayoutKind.Explicit, Size = 104)]
    private struct TaskStateSegment
    {
        [FieldOffset(0x24)]
        public FaultStackPointers FaultStackHalves;

        [FieldOffset(0x66)]
        public ushort PortPermissions;
    }
}
