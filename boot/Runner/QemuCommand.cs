using System;
using System.Collections.Generic;
using System.Linq;

namespace Kernel.Runner;

/// <summary>
/// The program and the arguments that start a <see cref="GuestMachine"/>. Pure: nothing is looked up or started.
/// </summary>
public sealed class QemuCommand
{
    private QemuCommand(string program, IReadOnlyList<string> arguments)
    {
        Program = program;
        Arguments = arguments;
    }

    /// <summary>What to start: a path, or a name to be found on PATH.</summary>
    public string Program { get; }

    /// <summary>One entry per argument, unquoted.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>Builds the command for <paramref name="machine"/>.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="disc">The disc that <see cref="Loader.Grub"/> starts from; null for <see cref="Loader.Qemu"/>.</param>
    /// <param name="program">The emulator to start instead of the one that is on PATH for the machine's architecture.</param>
    public static QemuCommand For(GuestMachine machine, string? disc = null, string? program = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        if (disc is null != machine.Loader is Loader.Qemu)
        {
            throw new ArgumentException($"{machine.Loader} starts {(disc is null ? "only" : "not")} from a disc", nameof(disc));
        }

        List<string> arguments =
        [
            // Emulated, also where /dev/kvm exists: only the emulator's translation cache is known to go stale when a flush is
            // missing.
            "-accel", "tcg",
            // Neither the user's configuration nor devices that nobody asked for: without a network card no boot ROM is needed.
            "-no-user-config", "-nodefaults",
            "-display", "none",
            // A triple fault ends QEMU (with status 0) instead of booting again for ever.
            "-no-reboot",
            "-serial", "stdio",
            "-device", $"isa-debug-exit,iobase=0x{GuestExit.Port:x},iosize=4",
            "-m", machine.Memory.ToString(),
            "-cpu", Processor(machine),
        ];
        if (machine.CountInstructions)
        {
            arguments.AddRange(["-icount", "shift=0"]);
        }

        if (machine.WaitForDebugger)
        {
            arguments.AddRange(["-gdb", $"tcp:127.0.0.1:{GuestMachine.DebuggerPort}", "-S"]);
        }

        arguments.AddRange(disc is null ? ByItself(machine) : FromDisc(disc));
        return new QemuCommand(program ?? machine.Architecture.Emulator.Program, arguments);
    }

    private static string Processor(GuestMachine machine) =>
        machine.Architecture.HasFiveLevelPaging
            ? $"{machine.CpuModel},la57={(machine.FiveLevelPaging ? "on" : "off")}"
            : machine.CpuModel;

    private static IEnumerable<string> ByItself(GuestMachine machine)
    {
        string[] kernel = ["-kernel", machine.Image, "-append", machine.GuestCommandLine];
        if (machine.Modules.Files.Count == 0)
        {
            return kernel;
        }

        // For a Multiboot image the value is a list between commas, and a comma in a name is doubled; for any other it is a name.
        IEnumerable<string> modules = machine.Architecture.StartsByMultiboot
            ? machine.Modules.Files.Select(static file => file.Replace(",", ",,", StringComparison.Ordinal))
            : machine.Modules.Files;
        return kernel.Concat(["-initrd", string.Join(',', modules)]);
    }

    /// <summary>GRUB sets the graphics mode that the image asks for, so there is a screen; nobody looks at it.</summary>
    private static IEnumerable<string> FromDisc(string disc) => ["-vga", "std", "-boot", "d", "-cdrom", disc];

    /// <summary>The line to type in another terminal while the machine waits for a debugger.</summary>
    /// <param name="image">The image, which holds the symbols.</param>
    /// <param name="sources">The folder that the symbols call <c>/_</c>, so that the result of a build does not depend on where
    /// it ran; null if the symbols name no sources.</param>
    public static string DebuggerLine(string image, string? sources)
    {
        string substitution = sources is null ? "" : $"-ex {Quote($"set substitute-path /_ {sources}")} ";
        return $"gdb {Quote(image)} {substitution}-ex 'target remote 127.0.0.1:{GuestMachine.DebuggerPort}'";
    }

    /// <summary>The command as one would type it into a shell.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(Program).Select(Quote));

    private static bool IsPlain(char letter) =>
        char.IsAsciiLetterOrDigit(letter) || "-_=.,:/+@%".Contains(letter, StringComparison.Ordinal);

    private static string Quote(string word) =>
        word.Length > 0 && word.All(IsPlain)
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
