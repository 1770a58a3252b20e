using Kernel.Machine;
using Kernel.Paging;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Page attributes by name, with what the manual says about each, for theories.</summary>
/// <param name="Attributes">The attributes.</param>
/// <param name="Writable">Bit 1 of a leaf.</param>
/// <param name="User">Bit 2.</param>
/// <param name="Global">Bit 8.</param>
/// <param name="Executable">Bit 63 clear.</param>
public sealed record Rights(PageAttributes Attributes, bool Writable, bool User, bool Global, bool Executable)
{
    private static readonly string[] s_names =
    [
        nameof(PageAttributes.KernelData), nameof(PageAttributes.KernelReadOnly), nameof(PageAttributes.KernelCode),
        nameof(PageAttributes.UserData), nameof(PageAttributes.UserReadOnly), nameof(PageAttributes.UserCode),
        nameof(PageAttributes.WithoutGlobal), nameof(PageAttributes.WithWritingAndExecution),
    ];

    /// <summary>Every combination that the kernel has a name for, and two that differ from them.</summary>
    public static TheoryData<string> Names => [.. s_names];

    /// <summary>Every cache type.</summary>
    public static CacheType[] CacheTypes =>
    [
        CacheType.WriteBack, CacheType.WriteCombining, CacheType.UncachedMinus, CacheType.Uncached, CacheType.WriteProtected,
        CacheType.WriteThrough,
    ];

    /// <summary>Every name with every cache type at every level that has leaves.</summary>
    public static TheoryData<string, CacheType, int> NamesCachesLevels<TMode>() where TMode : struct, IPagingMode
    {
        TheoryData<string, CacheType, int> cases = [];
        foreach (string name in s_names)
        {
            foreach (CacheType cache in CacheTypes)
            {
                foreach (int level in Places<TMode>.LeafLevels)
                {
                    cases.Add(name, cache, level);
                }
            }
        }

        return cases;
    }

    /// <summary>The combination with that name as far as the mode can enforce it: where nothing forbids execution it is allowed.</summary>
    public static Rights Named<TMode>(string name) where TMode : struct, IPagingMode
    {
        Rights named = Named(name);
        return named with
        {
            Attributes = named.Attributes.For<TMode>(Places<TMode>.Hardware.Features),
            Executable = named.Executable || !Places<TMode>.Hardware.ForbidsExecution,
        };
    }

    /// <summary>The combination with that name.</summary>
    public static Rights Named(string name) => name switch
    {
        nameof(PageAttributes.KernelData) => new(PageAttributes.KernelData, true, false, true, false),
        nameof(PageAttributes.KernelReadOnly) => new(PageAttributes.KernelReadOnly, false, false, true, false),
        nameof(PageAttributes.KernelCode) => new(PageAttributes.KernelCode, false, false, true, true),
        nameof(PageAttributes.UserData) => new(PageAttributes.UserData, true, true, false, false),
        nameof(PageAttributes.UserReadOnly) => new(PageAttributes.UserReadOnly, false, true, false, false),
        nameof(PageAttributes.UserCode) => new(PageAttributes.UserCode, false, true, false, true),
        nameof(PageAttributes.WithoutGlobal) => new(PageAttributes.KernelData.WithoutGlobal(), true, false, false, false),
        _ => new(PageAttributes.KernelCode.WithWritingAndExecution(), true, false, true, true),
    };

    /// <summary>
    /// The bits of a leaf with these rights at <paramref name="level"/>, put together from the manual's figures.
    /// </summary>
    /// <remarks>Intel SDM volume 3A, tables 4-16, 4-18, 4-20. Kernel pages have accessed and dirty set from the start.</remarks>
    public ulong LeafBits(ulong frame, CacheType cache, int level)
    {
        ulong pat = (ulong)cache;
        return frame | 1
            | (Writable ? 1UL << 1 : 0)
            | (User ? 1UL << 2 : 0)
            | ((pat & 1) != 0 ? 1UL << 3 : 0)
            | ((pat & 2) != 0 ? 1UL << 4 : 0)
            | (User ? 0 : 1UL << 5 | 1UL << 6)
            | (level > 1 ? 1UL << 7 : 0)
            | ((pat & 4) != 0 ? 1UL << (level > 1 ? 12 : 7) : 0)
            | (Global ? 1UL << 8 : 0)
            | (Executable ? 0 : 1UL << 63);
    }
}
