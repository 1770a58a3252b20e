namespace Kernel.Benchmarks;

/// <summary>Something that is measured: many operations of one kind in a row, from a state that is the same every time.</summary>
/// <param name="name">How it is called in reports.</param>
/// <param name="operations">How many operations one run makes.</param>
internal abstract class Workload(string name, int operations)
{
    public string Name { get; } = name;

    public int Operations { get; } = operations;

    /// <summary>Restores the state that a run begins with. Not measured.</summary>
    public abstract void Prepare();

    /// <summary>The operations. Each is checked; one that is refused fails the run.</summary>
    public abstract void Run();

    /// <summary>Fails unless the run has done what it is measured for. Not measured.</summary>
    public abstract void Verify();

    public override string ToString() => Name;

    /// <summary>Fails the run unless the condition holds.</summary>
    protected void Require(bool condition)
    {
        if (!condition)
        {
            throw new WorkloadFailedException(Name);
        }
    }
}
