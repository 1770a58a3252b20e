using System;
using Kernel.Addresses;

namespace Kernel.Benchmarks.Paging;

/// <summary>Which addresses are looked up, all of them in mapped pages, at any byte of the page.</summary>
internal static class Lookups
{
    /// <summary>How many there are.</summary>
    public const int Count = 1 << 16;

    private const int Seed = 20251;

    /// <summary>In pages chosen at random: what the caches hold decides.</summary>
    public static ulong[] Random()
    {
        Random random = new(Seed);
        return Choose(_ => random.Next(PageTree.Pages), random);
    }

    /// <summary>In one page after another: the walk alone decides.</summary>
    public static ulong[] Consecutive() => Choose(index => index, new Random(Seed));

    private static ulong[] Choose(Func<int, int> page, Random random)
    {
        ulong[] addresses = new ulong[Count];
        for (int index = 0; index < addresses.Length; index++)
        {
            addresses[index] = PageTree.FirstPage
                + ((ulong)page(index) << Size4KiB.Shift)
                + (ulong)random.Next((int)Size4KiB.Bytes);
        }

        return addresses;
    }
}
