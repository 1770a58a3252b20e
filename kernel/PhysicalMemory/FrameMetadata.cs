using System.Threading;
using Kernel.Machine;

namespace Kernel.PhysicalMemory;

/// <summary>What is known about one frame, in 16 bytes beside it rather than in it. The first frame of an allocation speaks for all of it.</summary>
/// <remarks>
/// <para>
/// The reference count decides who owns the frame. It goes from unused to 1 by one compare-and-swap, which only one
/// claimant can win; purpose and owner are written after that, and the count is stored once more with release semantics, so
/// whoever is handed the frame afterwards and reads the count with acquire semantics sees them. Whoever finds the count at 1
/// by himself may still see those of before: they are for holders, or for who has the allocator's lock (strat9, <c>MetaSlot</c>; Asterinas OSTD, <c>frame/meta.rs</c>).
/// </para>
/// <para>
/// State, order and links are the buddy allocator's, under its lock. A frame that is free has links and needs no owner; one
/// that is allocated has an owner and a size and needs no links: they share their place.
/// </para>
/// </remarks>
internal struct FrameMetadata
{
    /// <summary>The size of a slot in bytes.</summary>
    public const int Bytes = 16;

    /// <summary>The link that leads nowhere.</summary>
    public const uint NoFrame = uint.MaxValue;

    private const int Unused = -1;

    private int _references;
    private FrameState _state;
    private FramePurpose _purpose;
    private byte _order;
    private uint _nextOrOwner;
    private uint _previousOrFrames;

    /// <summary>How many hold the frame; 0 if nobody does.</summary>
    public readonly uint References
    {
        get
        {
            int references = Volatile.Read(in _references);
            return references == Unused ? 0 : (uint)references;
        }
    }

    /// <summary>What the buddy allocator knows about the frame.</summary>
    public readonly FrameState State => _state;

    /// <summary>The order of the free block that begins here.</summary>
    public readonly int Order => _order;

    /// <summary>The first frame of the next free block of the same order.</summary>
    public readonly uint Next => _nextOrOwner;

    /// <summary>The first frame of the previous free block of the same order.</summary>
    public readonly uint Previous => _previousOrFrames;

    /// <summary>How many frames the allocation has that begins here.</summary>
    public readonly uint Frames => _previousOrFrames;

    /// <summary>What the allocation is used for. Meaningful to who holds a reference.</summary>
    public readonly FramePurpose Purpose => _purpose;

    /// <summary>Whose the allocation is. Meaningful to who holds a reference.</summary>
    public readonly FrameOwner Owner => FrameOwner.Process(_nextOrOwner);

    /// <summary>Makes a slot out of whatever the memory held: unused and not managed.</summary>
    public void Initialise()
    {
        this = default;
        _references = Unused;
    }

    /// <summary>The buddy allocator may have the frame some day.</summary>
    public void BecomeSetAside() => _state = FrameState.SetAside;

    /// <summary>The buddy allocator has the frame, inside of something.</summary>
    public void BecomeInside() => _state = FrameState.Inside;

    /// <summary>A free block begins here, first in its list.</summary>
    public void BecomeFree(int order, uint next)
    {
        _state = FrameState.Free;
        _order = (byte)order;
        _nextOrOwner = next;
        _previousOrFrames = NoFrame;
    }

    /// <summary>An allocation of that many frames begins here.</summary>
    public void BecomeAllocated(uint frames)
    {
        _state = FrameState.Allocated;
        _previousOrFrames = frames;
    }

    /// <summary>Links the free block that begins here to the next.</summary>
    public void LinkNext(uint next) => _nextOrOwner = next;

    /// <summary>Links the free block that begins here to the previous.</summary>
    public void LinkPrevious(uint previous) => _previousOrFrames = previous;

    /// <summary>Claims the allocation that begins here for its first holder, or returns false if somebody holds it.</summary>
    public bool TryClaim(FramePurpose purpose, FrameOwner owner)
    {
        if (Interlocked.CompareExchange(ref _references, 1, Unused) != Unused)
        {
            return false;
        }

        _purpose = purpose;
        _nextOrOwner = owner.Number;
        Volatile.Write(ref _references, 1);
        return true;
    }

    /// <summary>Lets go of an allocation that has one holder, or returns false if it has more, or none.</summary>
    public bool TryRelease() => Interlocked.CompareExchange(ref _references, Unused, 1) == 1;

    /// <summary>One more holder. The caller is one, so the frame cannot go away meanwhile.</summary>
    public void Share()
    {
        while (true)
        {
            int references = Volatile.Read(in _references);
            if (references is Unused or int.MaxValue)
            {
                Panic.Raise("frame references", References, "a frame that is held, by fewer than 2^31 - 1", "FrameMetadata.Share");
            }

            if (Interlocked.CompareExchange(ref _references, references + 1, references) == references)
            {
                return;
            }
        }
    }

    /// <summary>One holder fewer, unless the caller is the last: then nothing changes and the result is false.</summary>
    public bool TryUnshare()
    {
        while (true)
        {
            int references = Volatile.Read(in _references);
            if (references == Unused)
            {
                Panic.Raise("frame references", 0, "a frame that is held", "FrameMetadata.TryUnshare");
            }

            if (references == 1)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _references, references - 1, references) == references)
            {
                return true;
            }
        }
    }
}
