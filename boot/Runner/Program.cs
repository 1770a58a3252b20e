using System;
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
            string[] messages = [.. parsed.Errors.Select(static error => error.Message).Distinct(StringComparer.Ordinal)];
            Presentation.On(Console.Error, Console.IsErrorRedirected)
                .Refuse(string.Join("; ", messages), "nothing was started; --help lists the options");
            return (int)ExitCode.WrongOption;
        }

        if (parsed.Action is not null)
        {
            // --help and --version bring their own action; the command itself has none.
            return await parsed.InvokeAsync().ConfigureAwait(false);
        }

        using CancellationTokenSource interruption = new();
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, interruption);
        using PosixSignalRegistration termination = OnSignal(PosixSignal.SIGTERM, interruption);
        Presentation presentation = Presentation.On(Console.Out, Console.IsOutputRedirected);
        try
        {
            Application application = new(commandLine.Interpret(parsed), presentation);
            return (int)await application.RunAsync(interruption.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (interruption.IsCancellationRequested)
        {
            presentation.Refuse("interrupted; what was running has been ended", "");
            return (int)ExitCode.Interrupted;
        }
    }

    /// <summary>A guest must not live on when this tool is told to end.</summary>
    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource interruption) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            interruption.Cancel();
        });
}
