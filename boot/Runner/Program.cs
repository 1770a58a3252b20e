using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Kernel.Runner;

/// <summary>The entry point of <c>kernel-run</c>.</summary>
public static class Program
{
    /// <summary>Reads the options and does what they say; the result is an <see cref="ExitCode"/>.</summary>
    public static async Task<int> Main(string[] arguments)
    {
        CommandLine commandLine = new();
        ParseResult parsed = commandLine.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return Refuse(parsed.Errors.Select(static error => error.Message).Distinct(StringComparer.Ordinal));
        }

        if (parsed.Action is not null)
        {
            // --help and --version bring their own action; the command itself has none.
            return await parsed.InvokeAsync().ConfigureAwait(false);
        }

        RunnerOptions options = commandLine.Interpret(parsed);
        if (MachineRules.Broken(options.Machine).ToList() is { Count: > 0 } broken)
        {
            return Refuse(broken);
        }

        using CancellationTokenSource interruption = new();
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, interruption);
        using PosixSignalRegistration termination = OnSignal(PosixSignal.SIGTERM, interruption);
        Presentation presentation = Presentation.On(Console.Out, Console.IsOutputRedirected);
        try
        {
            Application application = new(options, presentation);
            return (int)await application.RunAsync(interruption.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (interruption.IsCancellationRequested)
        {
            presentation.Refuse("interrupted; what was running has been ended", "");
            return (int)ExitCode.Interrupted;
        }
    }

    private static int Refuse(IEnumerable<string> reasons)
    {
        Presentation.On(Console.Error, Console.IsErrorRedirected)
            .Refuse(string.Join("; ", reasons), "nothing was started; --help lists the options");
        return (int)ExitCode.WrongOption;
    }

    /// <summary>A guest must not live on when this tool is told to end.</summary>
    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource interruption) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            interruption.Cancel();
        });
}
