using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Paging;

/// <summary>
/// The mapper's operations with the page size as a number, the level of the leaf, so that a theory can run through the sizes.
/// </summary>
/// <remarks>A level above all leaves stands for a page of 1 GiB.</remarks>
public static class PageOperations
{
    /// <summary>Maps a page of the size that a leaf at <paramref name="level"/> has.</summary>
    public static TableChange<MapError> Map<TMode, TMemory>(
        this ref PageMapper<TMode, TMemory, CountingFrames> mapper,
        int level, VirtualAddress address, PhysicalAddress frame, PageAttributes attributes)
        where TMode : struct, IPagingMode
        where TMemory : struct, IPhysicalMemory => ShiftAt<TMode>(level) switch
        {
            Size4KiB.Shift => mapper.Map(Page<Size4KiB>.FromStart(address), Frame<Size4KiB>.FromStart(frame), attributes),
            Size2MiB.Shift => mapper.Map(Page<Size2MiB>.FromStart(address), Frame<Size2MiB>.FromStart(frame), attributes),
            Size4MiB.Shift => mapper.Map(Page<Size4MiB>.FromStart(address), Frame<Size4MiB>.FromStart(frame), attributes),
            _ => mapper.Map(Page<Size1GiB>.FromStart(address), Frame<Size1GiB>.FromStart(frame), attributes),
        };

    /// <summary>Unmaps a page of that size.</summary>
    public static TableChange<UnmapError> Unmap<TMode, TMemory>(
        this ref PageMapper<TMode, TMemory, CountingFrames> mapper,
        int level, VirtualAddress address, out PhysicalAddress frame)
        where TMode : struct, IPagingMode
        where TMemory : struct, IPhysicalMemory => ShiftAt<TMode>(level) switch
        {
            Size4KiB.Shift => Unmap<TMode, TMemory, Size4KiB>(ref mapper, address, out frame),
            Size2MiB.Shift => Unmap<TMode, TMemory, Size2MiB>(ref mapper, address, out frame),
            Size4MiB.Shift => Unmap<TMode, TMemory, Size4MiB>(ref mapper, address, out frame),
            _ => Unmap<TMode, TMemory, Size1GiB>(ref mapper, address, out frame),
        };

    /// <summary>Protects a page of that size.</summary>
    public static TableChange<ProtectError> Protect<TMode, TMemory>(
        this ref PageMapper<TMode, TMemory, CountingFrames> mapper,
        int level, VirtualAddress address, PageAttributes attributes)
        where TMode : struct, IPagingMode
        where TMemory : struct, IPhysicalMemory => ShiftAt<TMode>(level) switch
        {
            Size4KiB.Shift => mapper.Protect(Page<Size4KiB>.FromStart(address), attributes),
            Size2MiB.Shift => mapper.Protect(Page<Size2MiB>.FromStart(address), attributes),
            Size4MiB.Shift => mapper.Protect(Page<Size4MiB>.FromStart(address), attributes),
            _ => mapper.Protect(Page<Size1GiB>.FromStart(address), attributes),
        };

    /// <summary>Splits a page of that size.</summary>
    public static TableChange<SplitError> Split<TMode, TMemory>(
        this ref PageMapper<TMode, TMemory, CountingFrames> mapper, int level, VirtualAddress address)
        where TMode : struct, IPagingMode
        where TMemory : struct, IPhysicalMemory => ShiftAt<TMode>(level) switch
        {
            Size4KiB.Shift => mapper.Split(Page<Size4KiB>.FromStart(address)),
            Size2MiB.Shift => mapper.Split(Page<Size2MiB>.FromStart(address)),
            Size4MiB.Shift => mapper.Split(Page<Size4MiB>.FromStart(address)),
            _ => mapper.Split(Page<Size1GiB>.FromStart(address)),
        };

    private static TableChange<UnmapError> Unmap<TMode, TMemory, TSize>(
        ref PageMapper<TMode, TMemory, CountingFrames> mapper, VirtualAddress address, out PhysicalAddress frame)
        where TMode : struct, IPagingMode
        where TMemory : struct, IPhysicalMemory
        where TSize : struct, IPageSize
    {
        TableChange<UnmapError> change = mapper.Unmap(Page<TSize>.FromStart(address), out Frame<TSize> unmapped);
        frame = unmapped.Start;
        return change;
    }

    private static int ShiftAt<TMode>(int level) where TMode : struct, IPagingMode => Places<TMode>.Hardware.ShiftAt(level);
}
