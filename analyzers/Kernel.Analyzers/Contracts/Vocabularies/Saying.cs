namespace Kernel.Analyzers.Contracts.Vocabularies;

/// <summary>That a declaration, or a part of it, carries a contract.</summary>
/// <param name="part">The ordinal of a parameter, <see cref="Itself"/> or <see cref="Returned"/>.</param>
/// <param name="word">The name of the contract's attribute.</param>
/// <param name="mark">Its arguments.</param>
internal readonly struct Saying(int part, string word, ContractMark mark)
{
    /// <summary>The declaration.</summary>
    public const int Itself = -1;

    /// <summary>What the method returns.</summary>
    public const int Returned = -2;

    /// <summary>The ordinal of a parameter, <see cref="Itself"/> or <see cref="Returned"/>.</summary>
    public int Part { get; } = part;

    /// <summary>The name of the contract's attribute.</summary>
    public string Word { get; } = word;

    /// <summary>Its arguments.</summary>
    public ContractMark Mark { get; } = mark;
}
