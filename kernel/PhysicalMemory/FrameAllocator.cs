using Kernel.Addresses;
using Kernel.Contracts;
using Kernel.Machine;
using Kernel.Synchronization;

namespace Kernel.PhysicalMemory;

/// <summary>The kernel's frames: two zones of them behind a spin lock, with a claim on the metadata of everything that it hands out.</summary>
/// <remarks>
/// <para>
/// Every operation takes its own lock and no other, so it may be called under any lock. Interrupts stay disabled meanwhile,
/// which lets interrupt handlers allocate. It never touches frames, except to zero them outside the lock when asked to.
/// </para>
/// <para>
/// An allocation is named by its first frame. It is held by one owner until <see cref="Share"/> adds holders; each of them
/// lets go with <see cref="Release"/>, the last one frees. <see cref="Free"/> is for frames that were never shared, and says so
/// when they were. It lives in one place and is used by reference.
/// </para>
/// <para>
/// A kernel may have more memory than it can touch. What an allocation is for decides where it may lie:
/// <see cref="FramePurposes.NeedsReach"/> names those that come from <see cref="FrameZone.WithinReach"/> or not at all; all
/// others come from <see cref="FrameZone.OutOfReach"/> as long as there is any. (EYN-OS hands out frames that its alias does not
/// cover and writes page tables into them.)
/// </para>
/// </remarks>
/// <typeparam name="TProcessor">The processor.</typeparam>
public struct FrameAllocator<TProcessor> : IFrameSource
    where TProcessor : struct, IProcessor
{
    private SpinLock _lock;

    [GuardedBy(nameof(_lock))]
    private FrameZones _zones;

    [GuardedBy(nameof(_lock))]
    private PurposeCounts _used;

    // Where the slots are never changes after SetUp. What is in them is guarded by the lock, or changed by compare-and-swap.
    private FrameMetadataTable _metadata;

    /// <summary>Takes over everything that the early allocator has left or has handed out, and ends that one's life.</summary>
    /// <remarks>
    /// <para>
    /// What it handed out becomes allocations of one frame each, held once as kernel data, so that page tables from bring-up can
    /// be returned here. The metadata is the last that it hands out: see <see cref="FrameMetadataTable"/> for its size.
    /// </para>
    /// <para>What lies out of reach is taken over too: the frames themselves are not touched.</para>
    /// </remarks>
    /// <typeparam name="TMemory">Shows what lies below its reach's end in one piece, as the direct map does. The zones meet there.</typeparam>
    [ExclusiveAccess("bring-up runs on one processor, and nobody has the allocator before it is set up")]
    public FrameSetUpError SetUp<TMemory>(ref EarlyAllocator early)
        where TMemory : struct, IPhysicalMemory
    {
        FrameSetUpError error = FrameMetadataTable.Create<TMemory>(ref early, out FrameMetadataTable metadata);
        if (error != FrameSetUpError.None)
        {
            return error;
        }

        _metadata = metadata;
        _used = default;
        _zones = new FrameZones(metadata, TMemory.ReachEnd);
        foreach (ref readonly MemoryRegion region in early.Map.Regions)
        {
            if (region.Kind == MemoryRegionKind.Usable)
            {
                _zones.Add(region.Range);
            }
            else if (region.Kind == MemoryRegionKind.KernelData)
            {
                PhysicalRange own = region.Range.Intersect(metadata.Memory);
                Adopt(PhysicalRange.Between(region.Range.Start, own.Start));
                Adopt(PhysicalRange.Between(own.End, region.Range.End));
            }
        }

        early.Close();
        return FrameSetUpError.None;
    }

    /// <summary>Adds memory where the loader or the firmware had placed what nobody needs any more: boot data, modules, ACPI tables.</summary>
    /// <remarks>
    /// Only whole frames of the range are added, and of these only what the memory map said can become usable and was not added
    /// before. So a frame that a module shares with its neighbour stays as it is, and so does what something else claims.
    /// </remarks>
    /// <param name="range">Nothing maps it any more but the direct map.</param>
    /// <param name="token">Interrupts are disabled.</param>
    /// <returns>How many frames were added.</returns>
    public ulong Add(PhysicalRange range, InterruptsDisabled token)
    {
        using SpinLockGuard guard = _lock.Acquire<TProcessor>(token);
        ulong added = 0;
        while (_metadata.TryFindSetAside(range, out PhysicalRange run))
        {
            _zones.Add(run);
            added += run.Length >> Size4KiB.Shift;
            range = PhysicalRange.Between(run.End, range.End);
        }

        return added;
    }

    /// <summary>Allocates one frame.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="token">Interrupts are disabled.</param>
    /// <param name="frame">The frame. It still holds what its last owner left there.</param>
    /// <param name="owner">For whom; the kernel if not given.</param>
    public AllocationError Allocate(FramePurpose purpose, InterruptsDisabled token, [Dirty] out Frame<Size4KiB> frame, FrameOwner owner = default) =>
        Allocate(0, purpose, token, out frame, owner);

    /// <summary>Allocates 2^<paramref name="order"/> frames in a row, aligned to their size.</summary>
    /// <param name="order">0 for one frame, 9 for 2 MiB, up to <see cref="BuddyAllocator.MaximumOrder"/>.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="token">Interrupts are disabled.</param>
    /// <param name="first">The first frame. The memory still holds what its last owner left there.</param>
    /// <param name="owner">For whom; the kernel if not given.</param>
    public AllocationError Allocate(
        int order, FramePurpose purpose, InterruptsDisabled token, [Dirty] out Frame<Size4KiB> first, FrameOwner owner = default) =>
        Allocate(order, purpose.NeedsReach(), purpose, token, out first, owner);

    /// <summary>Allocates 2^<paramref name="order"/> frames in a row, aligned to their size, and zeroes them after the lock is free again.</summary>
    /// <remarks>What <typeparamref name="TMemory"/> cannot touch is not allocated, whatever the purpose.</remarks>
    /// <inheritdoc cref="Allocate(int, FramePurpose, InterruptsDisabled, out Frame{Size4KiB}, FrameOwner)"/>
    /// <typeparam name="TMemory">Where physical memory can be touched: at least as far as the allocator's reach, or through windows.</typeparam>
    /// <param name="order">0 for one frame, 9 for 2 MiB, up to <see cref="BuddyAllocator.MaximumOrder"/>.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="token">Interrupts are disabled.</param>
    /// <param name="first">The first frame. All of the memory is zero.</param>
    /// <param name="owner">For whom; the kernel if not given.</param>
    public AllocationError AllocateZeroed<TMemory>(
        int order, FramePurpose purpose, InterruptsDisabled token, out Frame<Size4KiB> first, FrameOwner owner = default)
        where TMemory : struct, IPhysicalMemory
    {
        bool needsReach = purpose.NeedsReach() || !(TMemory.HasWindows || TMemory.ReachEnd >= _metadata.End);
        AllocationError error = Allocate(order, needsReach, purpose, token, out first, owner);
        if (error == AllocationError.None)
        {
            for (ulong index = 0; index < 1UL << order; index++)
            {
                FrameContents<TMemory>.Clear(first + index);
            }
        }

        return error;
    }

    /// <summary>Allocates any number of frames in a row, all in one zone: for devices, and for large pages.</summary>
    /// <param name="frames">How many.</param>
    /// <param name="alignment">What the first address is a multiple of, in bytes: a power of two, at least 4096.</param>
    /// <param name="below">No byte lies at or above this address: 4 GiB for a device with 32 address bits, 2^52 for no bound.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="token">Interrupts are disabled.</param>
    /// <param name="first">The first frame. The memory still holds what its last owners left there.</param>
    /// <param name="owner">For whom; the kernel if not given.</param>
    public AllocationError AllocateContiguous(
        ulong frames,
        ulong alignment,
        PhysicalAddress below,
        FramePurpose purpose,
        InterruptsDisabled token,
        [Dirty] out Frame<Size4KiB> first,
        FrameOwner owner = default)
    {
        using SpinLockGuard guard = _lock.Acquire<TProcessor>(token);
        AllocationError error = _zones.AllocateRun(frames, alignment, below, purpose.NeedsReach(), out first);
        if (error == AllocationError.None)
        {
            Claim(first, frames, purpose, owner);
        }

        return error;
    }

    /// <summary>Takes back an allocation of 2^<paramref name="order"/> frames that nobody else holds.</summary>
    /// <remarks>Nothing maps it any more, and no processor remembers that something did.</remarks>
    public FreeError Free(Frame<Size4KiB> first, int order, InterruptsDisabled token) =>
        order is < 0 or > BuddyAllocator.MaximumOrder ? FreeError.WrongSize : FreeContiguous(first, 1UL << order, token);

    /// <summary>Takes back an allocation of any number of frames that nobody else holds.</summary>
    /// <remarks>Nothing maps it any more, and no processor remembers that something did.</remarks>
    public FreeError FreeContiguous(Frame<Size4KiB> first, ulong frames, InterruptsDisabled token)
    {
        using SpinLockGuard guard = _lock.Acquire<TProcessor>(token);
        FreeError error = _zones.Check(first, frames);
        if (error != FreeError.None)
        {
            return error;
        }

        ref FrameMetadata metadata = ref MetadataOf(first);
        FramePurpose purpose = metadata.Purpose;
        if (!metadata.TryRelease())
        {
            return FreeError.StillShared;
        }

        _used[(int)purpose] -= frames;
        return _zones.Free(first, frames);
    }

    /// <summary>One more holder of an allocation. The caller is one; panics if nobody is, or if they are too many to count.</summary>
    public readonly void Share(Frame<Size4KiB> first)
    {
        if (!IsManaged(first))
        {
            Panic.Raise("shared frame", first.Start.Value, "a frame of the allocator", "FrameAllocator.Share");
        }

        MetadataOf(first).Share();
    }

    /// <summary>One holder fewer; the last one frees the allocation, whatever its size.</summary>
    /// <remarks>Nothing of the caller's maps it any more, and no processor remembers that something did.</remarks>
    public FreeError Release(Frame<Size4KiB> first, InterruptsDisabled token)
    {
        if (!IsManaged(first))
        {
            return FreeError.NotManaged;
        }

        ref FrameMetadata metadata = ref MetadataOf(first);
        if (metadata.References == 0)
        {
            return FreeError.NotAllocated;
        }

        return metadata.TryUnshare() ? FreeError.None : FreeContiguous(first, metadata.Frames, token);
    }

    /// <summary>What is known about the allocation that begins at <paramref name="first"/>, or false if none does.</summary>
    public bool TryDescribe(Frame<Size4KiB> first, InterruptsDisabled token, out FrameDescription description)
    {
        using SpinLockGuard guard = _lock.Acquire<TProcessor>(token);
        bool allocated = IsManaged(first) && MetadataOf(first).State == FrameState.Allocated;
        description = allocated ? new FrameDescription(in MetadataOf(first)) : default;
        return allocated;
    }

    /// <summary>How the memory is used now.</summary>
    public FrameStatistics GetStatistics(InterruptsDisabled token)
    {
        using SpinLockGuard guard = _lock.Acquire<TProcessor>(token);
        return new FrameStatistics(in _zones, in _used);
    }

    /// <inheritdoc/>
    public bool TryTake(InterruptsDisabled token, [Dirty] out Frame<Size4KiB> frame) =>
        Allocate(FramePurpose.PageTable, token, out frame) == AllocationError.None;

    /// <inheritdoc/>
    /// <remarks>Panics if the frame is not an allocation of one frame that nobody else holds.</remarks>
    public void Return(Frame<Size4KiB> frame, InterruptsDisabled token)
    {
        FreeError error = Free(frame, 0, token);
        if (error != FreeError.None)
        {
            Panic.Raise("frame refused with FreeError", (ulong)error, "a frame taken from here, held once", "FrameAllocator.Return");
        }
    }

    private AllocationError Allocate(
        int order, bool needsReach, FramePurpose purpose, InterruptsDisabled token, [Dirty] out Frame<Size4KiB> first, FrameOwner owner)
    {
        using SpinLockGuard guard = _lock.Acquire<TProcessor>(token);
        AllocationError error = _zones.Allocate(order, needsReach, out first);
        if (error == AllocationError.None)
        {
            Claim(first, 1UL << order, purpose, owner);
        }

        return error;
    }

    [ExclusiveAccess("only SetUp calls this")]
    private void Adopt(PhysicalRange range)
    {
        _zones.Adopt(range);
        for (PhysicalAddress at = range.Start; at < range.End; at += Size4KiB.Bytes)
        {
            Claim(Frame<Size4KiB>.FromStart(at), 1, FramePurpose.KernelData, FrameOwner.Kernel);
        }
    }

    [RequiresLock(nameof(_lock))]
    private void Claim(Frame<Size4KiB> first, ulong frames, FramePurpose purpose, FrameOwner owner)
    {
        if (!MetadataOf(first).TryClaim(purpose, owner))
        {
            Panic.Raise("free frame is held", first.Start.Value, "a frame that nobody holds", "FrameAllocator.Claim");
        }

        _used[(int)purpose] += frames;
    }

    private readonly bool IsManaged(Frame<Size4KiB> frame) =>
        frame.Start.FrameNumber <= uint.MaxValue && _metadata.Covers(CheckedNarrowing.ToUInt32(frame.Start.FrameNumber));

    private readonly ref FrameMetadata MetadataOf(Frame<Size4KiB> frame) =>
        ref _metadata[CheckedNarrowing.ToUInt32(frame.Start.FrameNumber)];
}
