namespace Kernel.Benchmarks.Frames;

/// <summary>A workload on a frame allocator. One operation is a block allocated and, sooner or later, freed.</summary>
/// <param name="name">How it is called in reports.</param>
internal abstract class FrameWorkload(string name) : Workload(name, Blocks)
{
    /// <summary>How many blocks a run allocates and frees.</summary>
    public const int Blocks = 1 << 16;

    protected FramePool Pool { get; } = new();

    public override void Prepare() => Pool.Start();

    public override void Verify() => Require(Pool.IsAsBefore);
}
