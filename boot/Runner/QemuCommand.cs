using System;
using System.Collections.Generic;
using System.Linq;

namespace Kernel.Runner;

/// <summary>
/// The program and the arguments that start a <see cref="GuestMachine"/>. Pure: nothing is looked up or started.
/// </summary>
public sealed class QemuCommand
{
    /// <summary>QEMU's program for the only architecture there is.</summary>
    public const string DefaultProgram = "qemu-system-x86_64";

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
    public static QemuCommand For(GuestMachine machine, string program = DefaultProgram)
    {
        ArgumentNullException.ThrowIfNull(machine);
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
            "-cpu", $"{machine.CpuModel},la57={(machine.FiveLevelPaging ? "on" : "off")}",
        ];
        if (machine.CountInstructions)
        {
            arguments.AddRange(["-icount", "shift=0"]);
        }

        if (machine.WaitForDebugger)
        {
            arguments.AddRange(["-gdb", $"tcp:127.0.0.1:{GuestMachine.DebuggerPort}", "-S"]);
        }

        arguments.AddRange(["-kernel", machine.Image, "-append", machine.GuestCommandLine]);
        return new QemuCommand(program, arguments);
    }

    /// <summary>The line to type in another terminal while the machine waits for a debugger.</summary>
    /// <param name="image">The image, which holds the symbols.</param>
    /// <param name="sources">The folder that the symbols call <c>/_</c>, so that the result of a build does not depend on where
    /// it ran.</param>
    public static string DebuggerLine(string image, string sources)
    {
        string substitution = Quote($"set substitute-path /_ {sources}");
        return $"gdb {Quote(image)} -ex {substitution} -ex 'target remote 127.0.0.1:{GuestMachine.DebuggerPort}'";
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
