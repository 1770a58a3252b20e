// The kernel that the samples of the rule pages stand in. Each sample is the inside of a class of this namespace; the tests
// compile it with this file, run every rule over both, and hold the page to what it says.
using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using Kernel.Contracts;

namespace SampleKernel;

public static class Layout
{
    /// <summary>The bits of an entry that are the address of a frame.</summary>
    public const ulong FrameMask = 0x000F_FFFF_FFFF_F000;

    /// <summary>Where the kernel's half of the address space begins to be out of reach of programs.</summary>
    public const ulong UserLimit = 0x0000_8000_0000_0000;
}

[AddressValue(AddressKind.Physical)]
public readonly struct PhysicalAddress
{
    public PhysicalAddress(ulong value) => Value = value;

    [AddressValue]
    public ulong Value { get; }

    public static PhysicalAddress FromValue([AddressValue] ulong value) => new(value);

    public bool TryAdd(ulong size, out PhysicalAddress end)
    {
        end = this;
        if (size > ulong.MaxValue - Value)
        {
            return false;
        }

        end = new(Value + size);
        return true;
    }
}

[AddressValue(AddressKind.Virtual)]
public readonly struct VirtualAddress
{
    public VirtualAddress(ulong value) => Value = value;

    [AddressValue]
    public ulong Value { get; }

    public static VirtualAddress FromValue([AddressValue] ulong value) => new(value);
}

/// <summary>A frame that was zeroed before anything could see it.</summary>
[OwnerMade]
public readonly struct PageTableFrame
{
    private readonly ulong _number;

    private PageTableFrame(PhysicalAddress start) => _number = start.Value >> 12;

    public PhysicalAddress Start => new(_number << 12);

    public static bool TryAllocate(out PageTableFrame table)
    {
        table = default;
        if (!Frames.TryTake(out PhysicalAddress frame))
        {
            return false;
        }

        Frames.Clear(frame);
        table = new(frame);
        return true;
    }
}

public static unsafe class Frames
{
    /// <summary>A frame as its last owner left it.</summary>
    public static extern bool TryTake([Dirty] out PhysicalAddress frame);

    public static extern void Clear([Zeroes] PhysicalAddress frame);

    public static extern void Free([FreesFrame] PhysicalAddress frame);
}

public static class Tables
{
    /// <summary>From here on the processor walks through the frame.</summary>
    public static extern void Link(int index, [RequiresZeroed] PhysicalAddress frame);

    public static void Link(int index, PageTableFrame table) => Link(index, table.Start);
}

public static unsafe class DirectMap
{
    public static extern VirtualAddress AddressOf(PhysicalAddress address);

    public static extern PhysicalAddress PhysicalOf(VirtualAddress address);
}

public static class Panic
{
    [DoesNotReturn]
    public static void Raise(string what)
    {
        while (true)
        {
        }
    }
}

public static unsafe class Narrow
{
    [CheckedNarrowing]
    public static uint ToUInt32(ulong value)
    {
        uint narrowed = (uint)value;
        if (narrowed != value)
        {
            Panic.Raise("more than 32 bits");
        }

        return narrowed;
    }

    [CheckedNarrowing]
    public static uint ToUInt32(void* pointer) => ToUInt32((ulong)pointer);

    [CheckedNarrowing]
    public static nuint ToNative(ulong value)
    {
        nuint narrowed = (nuint)value;
        if (narrowed != value)
        {
            Panic.Raise("wider than a pointer");
        }

        return narrowed;
    }
}

/// <summary>How a device is told an address: in two halves.</summary>
public struct Descriptor
{
    public uint Low;
    public uint High;
}

/// <summary>Proves by being there that interrupts are disabled.</summary>
[InterruptToken]
public readonly ref struct InterruptsOff;

/// <summary>Interrupts are disabled until it is disposed.</summary>
public ref struct InterruptScope
{
    private bool _enabledBefore;

    public InterruptsOff Token { get; private set; }

    [TrustedContext("interrupts have just been disabled")]
    public static InterruptScope Enter() => new() { _enabledBefore = Cpu.DisableInterrupts(), Token = default };

    [EnablesInterrupts]
    public void Dispose()
    {
        if (_enabledBefore)
        {
            Cpu.EnableInterrupts();
        }
    }
}

[Lock]
public struct SpinLock
{
    private int _taken;

    [Acquires]
    [UnscopedRef]
    public Guard Acquire(InterruptsOff token)
    {
        while (Interlocked.Exchange(ref _taken, 1) != 0)
        {
        }

        return new Guard(ref _taken);
    }
}

/// <summary>A lock without a guard.</summary>
[Lock]
public struct Gate
{
    private int _taken;

    [Acquires]
    public void Enter()
    {
        while (Interlocked.Exchange(ref _taken, 1) != 0)
        {
        }
    }

    [Releases]
    public void Exit() => Volatile.Write(ref _taken, 0);
}

[LockGuard]
public readonly ref struct Guard
{
    private readonly ref int _taken;

    internal Guard(ref int taken) => _taken = ref taken;

    public void Dispose() => Volatile.Write(ref _taken, 0);
}

public static unsafe class Cpu
{
    /// <summary>Whether they were enabled before.</summary>
    public static extern bool DisableInterrupts();

    [EnablesInterrupts]
    public static extern void EnableInterrupts();

    [Flushes]
    public static extern void InvalidatePage(VirtualAddress address);

    public static extern void WriteCr3(ulong root);

    public static extern void Halt();
}

[MustUse]
public enum MapError
{
    None,
    OutOfFrames,
    OutOfRange,
    Misaligned,
}

/// <summary>What is owed when an entry has been changed.</summary>
[MustUse]
[OwesFlush]
public readonly struct Flush
{
    private readonly VirtualAddress _page;

    public Flush(VirtualAddress page) => _page = page;

    public void Now() => Cpu.InvalidatePage(_page);
}

public static class Mapper
{
    public static extern MapError Map(VirtualAddress page, PhysicalAddress frame);

    public static extern Flush Unmap(VirtualAddress page);

    public static extern (Flush Flush, MapError Error) Protect(VirtualAddress page, bool writable);
}

[Flags]
public enum PageFlags
{
    None = 0,
    Writable = 2,
    User = 4,
}

public static class Programs
{
    public static extern void MapPage(VirtualAddress page, PhysicalAddress frame, PageFlags flags);
}
