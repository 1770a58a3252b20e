using Kernel.Addresses;

namespace Kernel.Benchmarks.Frames;

/// <summary>Allocates one frame and frees it at once, with two neighbours that stay: no block is split, none is joined.</summary>
internal sealed class FramePairs() : FrameWorkload("frame-pairs")
{
    private Frame<Size4KiB> _first;
    private Frame<Size4KiB> _last;
    private ulong _sum;

    public override void Prepare()
    {
        base.Prepare();
        _sum = 0;

        // Of four neighbours the second and the fourth stay allocated, so the third is free and its buddy is not.
        bool taken = Pool.TryTake(0, out Frame<Size4KiB> one) & Pool.TryTake(0, out _first)
            & Pool.TryTake(0, out Frame<Size4KiB> three) & Pool.TryTake(0, out _last);
        Require(taken && Pool.TryReturn(one, 0) && Pool.TryReturn(three, 0));
    }

    public override void Run()
    {
        FramePool pool = Pool;
        ulong sum = 0;
        for (int block = 0; block < Blocks; block++)
        {
            Require(pool.TryTake(0, out Frame<Size4KiB> frame));
            Require(pool.TryReturn(frame, 0));
            sum += frame.Start.FrameNumber;
        }

        _sum = sum;
    }

    public override void Verify()
    {
        Require(_sum != 0);
        Require(Pool.TryReturn(_first, 0) && Pool.TryReturn(_last, 0));
        base.Verify();
    }
}
