namespace Kernel.Machine;

/// <summary>What a panic has to say.</summary>
/// <param name="found">What is true now.</param>
/// <param name="value">The value that is wrong.</param>
/// <param name="expected">What had to be true.</param>
/// <param name="where">The type and member that found it.</param>
public readonly struct PanicReport(string found, ulong value, string expected, string where)
{
    /// <summary>What is true now.</summary>
    public string Found { get; } = found;

    /// <summary>The value that is wrong.</summary>
    public ulong Value { get; } = value;

    /// <summary>What had to be true.</summary>
    public string Expected { get; } = expected;

    /// <summary>The type and member that found it.</summary>
    public string Where { get; } = where;
}
