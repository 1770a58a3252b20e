using System;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Paging;

/// <summary>
/// The mapper's operations with the page size as a number, the level of the leaf, so that a theory can run through the sizes.
/// </summary>
public static class PageOperations
{
    /// <summary>Maps a page of the size that a leaf at <paramref name="level"/> has.</summary>
    public static TableChange<MapError> Map<TMode, TMemory>(
        this ref PageMapper<TMode, TMemory, CountingFrames> mapper,
        int level, VirtualAddress address, PhysicalAddress frame, PageAttributes attributes)
        where TMode : struct, IPagingMode
        where TMemory : struct, IPhysicalMemory => level switch
        {
            1 => mapper.Map(Page<Size4KiB>.FromStart(address), Frame<Size4KiB>.FromStart(frame), attributes),
            2 => mapper.Map(Page<Size2MiB>.FromStart(address), Frame<Size2MiB>.FromStart(frame), attributes),
            3 => mapper.Map(Page<Size1GiB>.FromStart(address), Frame<Size1GiB>.FromStart(frame), attributes),
            _ => throw new ArgumentOutOfRangeException(nameof(level)),
        };

    /// <summary>Unmaps a page of that size.</summary>
    public static TableChange<UnmapError> Unmap<TMode, TMemory>(
        this ref PageMapper<TMode, TMemory, CountingFrames> mapper,
        int level, VirtualAddress address, out PhysicalAddress frame)
        where TMode : struct, IPagingMode
        where TMemory : struct, IPhysicalMemory
    {
        TableChange<UnmapError> change;
        switch (level)
        {
            case 1:
                change = mapper.Unmap(Page<Size4KiB>.FromStart(address), out Frame<Size4KiB> small);
                frame = small.Start;
                return change;
            case 2:
                change = mapper.Unmap(Page<Size2MiB>.FromStart(address), out Frame<Size2MiB> large);
                frame = large.Start;
                return change;
            case 3:
                change = mapper.Unmap(Page<Size1GiB>.FromStart(address), out Frame<Size1GiB> huge);
                frame = huge.Start;
                return change;
            default:
                throw new ArgumentOutOfRangeException(nameof(level));
        }
    }

    /// <summary>Protects a page of that size.</summary>
    public static TableChange<ProtectError> Protect<TMode, TMemory>(
        this ref PageMapper<TMode, TMemory, CountingFrames> mapper,
        int level, VirtualAddress address, PageAttributes attributes)
        where TMode : struct, IPagingMode
        where TMemory : struct, IPhysicalMemory => level switch
        {
            1 => mapper.Protect(Page<Size4KiB>.FromStart(address), attributes),
            2 => mapper.Protect(Page<Size2MiB>.FromStart(address), attributes),
            3 => mapper.Protect(Page<Size1GiB>.FromStart(address), attributes),
            _ => throw new ArgumentOutOfRangeException(nameof(level)),
        };

    /// <summary>Splits a page of that size.</summary>
    public static TableChange<SplitError> Split<TMode, TMemory>(
        this ref PageMapper<TMode, TMemory, CountingFrames> mapper, int level, VirtualAddress address)
        where TMode : struct, IPagingMode
        where TMemory : struct, IPhysicalMemory => level switch
        {
            1 => mapper.Split(Page<Size4KiB>.FromStart(address)),
            2 => mapper.Split(Page<Size2MiB>.FromStart(address)),
            3 => mapper.Split(Page<Size1GiB>.FromStart(address)),
            _ => throw new ArgumentOutOfRangeException(nameof(level)),
        };
}
