using System.Diagnostics.CodeAnalysis;
using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.PhysicalMemory;
using Kernel.Synchronization;

namespace Kernel.Paging;

/// <summary>The kernel's page tables, locked: as long as this lives, nobody else changes them. Used with <c>using</c>.</summary>
/// <typeparam name="TMode">The paging mode.</typeparam>
/// <typeparam name="TProcessor">The processor.</typeparam>
/// <typeparam name="TMemory">Where physical memory can be touched.</typeparam>
/// <typeparam name="TFrames">Where new tables get their frames.</typeparam>
[LockGuard]
public ref struct KernelTableSession<TMode, TProcessor, TMemory, TFrames>
    where TMode : struct, IPagingMode
    where TProcessor : struct, IProcessor
    where TMemory : struct, IPhysicalMemory
    where TFrames : struct, IFrameSource
{
    private readonly SpinLockGuard _guard;
    private PageMapper<TMode, TMemory, TFrames> _mapper;

    internal KernelTableSession(SpinLockGuard guard, PageMapper<TMode, TMemory, TFrames> mapper)
    {
        _guard = guard;
        _mapper = mapper;
    }

    /// <summary>What changes the tables. It cannot outlive the session.</summary>
    [UnscopedRef]
    public ref PageMapper<TMode, TMemory, TFrames> Mapper => ref _mapper;

    /// <summary>Makes sure that the direct map shows a range that is not RAM: device registers, firmware tables, a frame buffer.</summary>
    /// <remarks>
    /// The range grows to whole 4 KiB frames. What is shown already must be shown with that cache type: two cache types for
    /// the same memory corrupt it. The mapping is not executable, where entries can say so.
    /// </remarks>
    /// <param name="range">The physical range.</param>
    /// <param name="cache">How accesses go through the caches.</param>
    /// <returns>
    /// <see cref="MapError.AbovePhysicalWidth"/> or <see cref="MapError.OutsideDirectMap"/> for a range that cannot be shown;
    /// <see cref="MapError.MappedDifferently"/> if part of it is shown with another cache type or other rights;
    /// <see cref="MapError.OutOfFrames"/>; <see cref="MapError.RootEntryFixed"/> where the root entries do not reach that far;
    /// <see cref="MapError.EntryInUse"/> or <see cref="MapError.MalformedEntry"/> for a tree that somebody else has written into.
    /// Nothing has changed then.
    /// </returns>
    [MustUse]
    public MapError EnsureMapped(PhysicalRange range, CacheType cache)
    {
        PhysicalRange whole = range.GrowTo<Size4KiB>();
        MapError error = DirectMap<TMode>.FindPlaceFor<TProcessor>(whole, out VirtualRange shown);
        return error == MapError.None
            ? _mapper.MapMissing(shown, whole.Start, PageAttributes.KernelData.With(cache).For<TMode>(TProcessor.PagingFeatures)).Flush<TProcessor>()
            : error;
    }

    /// <summary>Lets the tables be changed by others again.</summary>
    public void Dispose() => _guard.Dispose();
}
