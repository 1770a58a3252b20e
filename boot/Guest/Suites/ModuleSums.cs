using System;
using System.Runtime.CompilerServices;
using Boot.Protocols;
using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;

namespace Boot.Guest;

/// <summary>What the loader's modules held before anything else ran, as a sum of each: whoever writes into one shows.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal static unsafe class ModuleSums<TMode>
    where TMode : struct, IPagingMode
{
    private static Sums s_sums;

    private static ReadOnlySpan<LoadedModule> Modules => Entry.Information.Modules;

    /// <summary>Remembers what the modules hold.</summary>
    public static void Remember()
    {
        for (int index = 0; index < Modules.Length; index++)
        {
            s_sums[index] = SumOf(Modules[index]);
        }
    }

    /// <summary>Checks that they still hold it.</summary>
    public static void CheckUnchanged()
    {
        for (int index = 0; index < Modules.Length; index++)
        {
            Check.Equal(s_sums[index], SumOf(Modules[index]), "sum of a module's bytes");
        }
    }

    // The prime and the start of FNV-1a, which notices bytes that have changed places.
    private static ulong SumOf(LoadedModule module)
    {
        ulong sum = 0xCBF2_9CE4_8422_2325;
        for (PhysicalAddress at = module.Range.Start; at < module.Range.End; at += 1)
        {
            // SAFETY: the direct map shows modules as it shows all memory within reach; AddressOf panics for the rest.
            sum = unchecked((sum ^ *(byte*)DirectMap<TMode>.AddressOf(at).ToPointer()) * 0x100_0000_01B3);
        }

        return sum;
    }

    [InlineArray(BootInformation.MaximumModules)]
    private struct Sums
    {
        private ulong _first;
    }
}
