using Kernel.Paging;

namespace Kernel.Tests.Paging;

/// <summary>Rights and a cache type that a random run asks for, and why they cannot be had, said without the kernel's code.</summary>
/// <param name="Attributes">What is asked for.</param>
/// <param name="Refusal">No error if the mode can give it.</param>
public readonly record struct ModelRights(PageAttributes Attributes, MapError Refusal)
{
    /// <summary>Whether they are refused, whatever the page.</summary>
    public bool AreRefused => Refusal != MapError.None;
}
