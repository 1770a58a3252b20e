using System;
using System.Runtime.InteropServices;
using Kernel.Addresses;
using Kernel.Machine;

namespace Kernel.Benchmarks;

/// <summary>Physical memory as one block of the process's, every page of it touched and dirty before anything is measured.</summary>
/// <remarks>Its base is a constant for the optimising compiler, as the direct map's is in the kernel: a read-only static of a type that is initialised by then.</remarks>
internal readonly unsafe struct ArenaMemory : IPhysicalMemory
{
    /// <summary>Enough for the tables of 1 Mi pages of 4 KiB and of 2 MiB.</summary>
    public const ulong Bytes = 64UL << 20;

    private static readonly byte* s_base = Reserve();

    public static void* PointerTo(PhysicalAddress address) => s_base + address.Value;

    /// <summary>Makes every byte of the arena something that a page table must not contain.</summary>
    public static void Soil() => new Span<byte>(s_base, (int)Bytes).Fill(0xA5);

    private static byte* Reserve() => (byte*)NativeMemory.AlignedAlloc((nuint)Bytes, 1 << 21);
}
