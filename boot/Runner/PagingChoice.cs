namespace Kernel.Runner;

/// <summary>The page tables that the kernel is told to use, where it can use more than one kind without a change of the processor.</summary>
public enum PagingChoice
{
    /// <summary>It is told nothing and takes what is usual for its architecture.</summary>
    Usual,

    /// <summary>Two levels and entries of four bytes.</summary>
    TwoLevel,

    /// <summary>Three levels and entries of eight bytes, which reach beyond 4 GiB and can forbid execution.</summary>
    Pae,
}
