namespace Kernel.Analyzers.Rules.Width;

/// <summary>Which space an address is one of.</summary>
internal enum AddressKind
{
    /// <summary>Nobody says.</summary>
    Unknown,

    /// <summary>What the memory bus sees.</summary>
    Physical,

    /// <summary>What a program sees.</summary>
    Virtual,
}
