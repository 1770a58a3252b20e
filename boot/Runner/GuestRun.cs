using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Kernel.Runner;

/// <summary>One guest, from start to end: what came over the serial line, how QEMU ended, and the verdict on both.</summary>
/// <param name="End">How the process ended.</param>
/// <param name="Report">What the guest reported.</param>
/// <param name="Output">The serial line as text, cut off after <see cref="KeptOutput"/> bytes.</param>
public sealed record GuestRun(GuestEnd End, TapReport Report, string Output)
{
    /// <summary>How much of the serial output is kept, 4 MiB: a guest that prints in a loop must not exhaust the host.</summary>
    public const int KeptOutput = 4 << 20;

    /// <summary>How long the pipes may stay open after the process has ended, held by a child of it that lives on.</summary>
    private static readonly TimeSpan _pipeGrace = TimeSpan.FromSeconds(2);

    /// <summary>What the run amounts to.</summary>
    public GuestVerdict Verdict => GuestVerdict.Of(End, Report);

    /// <summary>
    /// Starts <paramref name="command"/> and waits for its end, at most for <paramref name="limit"/> (null: for ever).
    /// </summary>
    /// <param name="command">What to start.</param>
    /// <param name="limit">The time after which the process and everything it started are killed.</param>
    /// <param name="onLine">Sees each line of the guest as soon as it is complete.</param>
    /// <param name="copy">Receives the serial line byte for byte; null for no copy.</param>
    /// <param name="cancellation">Kills the process as the limit does, and makes the call end with the usual exception.</param>
    public static async Task<GuestRun> StartAsync(
        QemuCommand command,
        TimeSpan? limit,
        Action<TapLine>? onLine = null,
        Stream? copy = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        TapReader reader = new(onLine);
        using MemoryStream kept = new();
        Stopwatch watch = Stopwatch.StartNew();
        using Process process = new() { StartInfo = Describe(command) };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            GuestEnd unstarted = new() { Errors = $"{command.Program}: {error.Message}", Elapsed = watch.Elapsed };
            return new GuestRun(unstarted, reader.Finish(), "");
        }

        using CancellationTokenSource pipes = new();
        process.StandardInput.Close();
        Task serial = PumpAsync(process.StandardOutput.BaseStream, reader, kept, copy, pipes.Token);
        StringBuilder errors = new();
        Task standardError = CollectAsync(process.StandardError, errors, pipes.Token);

        bool inTime = await WaitAsync(process, limit, cancellation).ConfigureAwait(false);
        pipes.CancelAfter(_pipeGrace);
        await Task.WhenAll(serial, standardError).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();

        GuestEnd end = new()
        {
            Status = inTime ? process.ExitCode : null,
            PassedLimit = inTime ? null : limit,
            Errors = errors.ToString().Trim(),
            Elapsed = watch.Elapsed,
        };
        return new GuestRun(end, reader.Finish(), Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length));
    }

    private static ProcessStartInfo Describe(QemuCommand command)
    {
        ProcessStartInfo start = new(command.Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in command.Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Waits for the end, and brings it about when the time has passed or the user has had enough.</summary>
    /// <returns>Whether the process ended by itself.</returns>
    private static async Task<bool> WaitAsync(Process process, TimeSpan? limit, CancellationToken cancellation)
    {
        using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (limit is { } span)
        {
            time.CancelAfter(span);
        }

        try
        {
            await process.WaitForExitAsync(time.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            return false;
        }
    }

    private static async Task PumpAsync(
        Stream source, TapReader reader, MemoryStream kept, Stream? copy, CancellationToken cancellation)
    {
        byte[] buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await source.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                reader.Feed(buffer.AsSpan(0, count));
                kept.Write(buffer, 0, (int)Math.Min(count, KeptOutput - kept.Length));
                if (copy is not null)
                {
                    await copy.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
                    await copy.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process is gone; whoever inherited its pipe has nothing to tell us.
        }
    }

    private static async Task CollectAsync(StreamReader source, StringBuilder text, CancellationToken cancellation)
    {
        char[] buffer = new char[1024];
        try
        {
            int count;
            while ((count = await source.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                text.Append(buffer, 0, Math.Min(count, KeptOutput - text.Length));
            }
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
    }
}
