using System;
using System.Collections.Generic;
using Kernel.Addresses;

namespace Kernel.Benchmarks.Frames;

/// <summary>Allocates many single frames and then frees them all: every block is split to the bottom and joined to the top.</summary>
/// <param name="name">How it is called in reports.</param>
/// <param name="lastFirst">Whether they are freed in the reverse order, or in the same.</param>
internal sealed class FrameBatches(string name, bool lastFirst) : FrameWorkload(name)
{
    private readonly Frame<Size4KiB>[] _taken = new Frame<Size4KiB>[Blocks];

    public override void Prepare()
    {
        base.Prepare();
        Array.Clear(_taken);
    }

    public override void Run()
    {
        FramePool pool = Pool;
        for (int block = 0; block < _taken.Length; block++)
        {
            Require(pool.TryTake(0, out _taken[block]));
        }

        for (int block = 0; block < _taken.Length; block++)
        {
            Require(pool.TryReturn(_taken[lastFirst ? _taken.Length - 1 - block : block], 0));
        }
    }

    public override void Verify()
    {
        Require(new HashSet<Frame<Size4KiB>>(_taken).Count == Blocks);
        base.Verify();
    }
}
