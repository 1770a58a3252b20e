using System;
using System.Collections.Generic;
using System.Linq;

namespace Kernel.Runner;

/// <summary>What a machine cannot be: options that are right one by one and wrong together.</summary>
public static class MachineRules
{
    /// <summary>What <paramref name="machine"/> breaks, a sentence each that begins with the option.</summary>
    public static IEnumerable<string> Broken(GuestMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return from rule in _rules where rule.Breaks(machine) select rule.Sentence(machine);
    }

    private static readonly (Func<GuestMachine, bool> Breaks, Func<GuestMachine, string> Sentence)[] _rules =
    [
        (
            static machine => machine.FiveLevelPaging && !machine.Architecture.HasFiveLevelPaging,
            static machine => $"--la57: an {machine.Architecture} processor has 32-bit addresses; five-level tables are for x64"
        ),
        (
            static machine => machine.Paging != PagingChoice.Usual && !machine.Architecture.HasPagingChoice,
            static machine =>
                $"--paging: {machine.Architecture} has {machine.Architecture.UsualPaging} tables, or five-level ones with --la57; the choice is for x86"
        ),
        (
            static machine => machine.WithoutInvlpg && !machine.Architecture.CanLackInvlpg,
            static machine => $"--no-invlpg: every {machine.Architecture} processor has INVLPG; doing without is for x86"
        ),
        (
            static machine => machine.Memory.Bytes > machine.Architecture.MostMemory.Bytes,
            static machine =>
                $"--memory: an {machine.Architecture} processor addresses {machine.Architecture.MostMemory}, not {machine.Memory}"
        ),
        (
            static machine => machine.Loader == Loader.Grub && !machine.Architecture.StartsByMultiboot,
            static machine => $"--loader: the {machine.Architecture} image has no Multiboot header for GRUB; QEMU loads it"
        ),
        (
            // It puts a backslash before each of these.
            static machine => machine.Loader == Loader.Grub && machine.Filter?.AsSpan().IndexOfAny('\'', '"', '\\') >= 0,
            static _ => "--filter: GRUB hands on no quote and no backslash as it is"
        ),
        (
            static machine => machine.Modules.Files.Count > 1 && !machine.Architecture.StartsByMultiboot,
            static machine => $"--module: the {machine.Architecture} image is loaded with one module at most"
        ),
        (
            // QEMU takes what follows the space for the module's command line.
            static machine => machine.Architecture.StartsByMultiboot && machine.Modules.Files.Any(static file => file.Contains(' ')),
            static machine => $"--module: a name with a space does not arrive whole: {machine.Modules}"
        ),
    ];
}
