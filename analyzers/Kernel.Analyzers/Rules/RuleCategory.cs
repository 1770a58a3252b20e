namespace Kernel.Analyzers.Rules;

/// <summary>What the rules of one hundred are about.</summary>
public static class RuleCategory
{
    /// <summary>KMEM0xx: how the rules themselves are set up.</summary>
    public const string Configuration = "Kernel.Configuration";

    /// <summary>KMEM1xx: frames and the zeroing that they need.</summary>
    public const string Zeroing = "Kernel.Zeroing";

    /// <summary>KMEM2xx: the width and the kind of addresses.</summary>
    public const string Width = "Kernel.Width";

    /// <summary>KMEM3xx: locks.</summary>
    public const string Locks = "Kernel.Locks";

    /// <summary>KMEM4xx: interrupts.</summary>
    public const string Interrupts = "Kernel.Interrupts";

    /// <summary>KMEM5xx: translation caches and page-table entries.</summary>
    public const string Translation = "Kernel.Translation";

    /// <summary>KMEM6xx: code without a runtime.</summary>
    public const string Freestanding = "Kernel.Freestanding";
}
