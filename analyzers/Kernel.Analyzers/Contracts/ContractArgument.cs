namespace Kernel.Analyzers.Contracts;

/// <summary>An argument of a contract that a vocabulary says.</summary>
/// <param name="name">The name in <c>name = value</c>; null where only the value stands.</param>
/// <param name="value">A text, a number or a truth value; the number of an enum's member.</param>
public readonly struct ContractArgument(string? name, object value)
{
    /// <summary>The name in <c>name = value</c>; null where only the value stands.</summary>
    public string? Name { get; } = name;

    /// <summary>A text, a number or a truth value; the number of an enum's member.</summary>
    public object Value { get; } = value;
}
