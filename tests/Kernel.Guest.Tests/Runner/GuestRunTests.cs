using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class GuestRunTests
{
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_passing_guest_passes()
    {
        GuestRun run = await FakeGuest.RunAsync(FakeGuest.PassingReport + "exit 33");

        Assert.Equal((ExitCode.AllPassed, 33), (run.Verdict.ExitCode, run.End.Status));
        Assert.Equal("TAP version 14\n1..2\nok 1 - first\nok 2 - second\n", run.Output);
    }

    [Theory]
    [InlineData("exit 0", ExitCode.GuestReset)]
    [InlineData("exit 1", ExitCode.NotStarted)]
    [InlineData("exit 35", ExitCode.Incomplete)]
    [InlineData("exit 37", ExitCode.GuestPanicked)]
    [InlineData("kill -9 $$", ExitCode.NotStarted)]
    [InlineData("echo 'not ok 2 - again'; exit 35", ExitCode.TestFailed)]
    public async Task Another_end_is_another_verdict(string end, ExitCode expected) =>
        Assert.Equal(expected, (await FakeGuest.RunAsync(FakeGuest.PassingReport + end)).Verdict.ExitCode);

    [Fact]
    public async Task A_hanging_guest_is_ended_at_its_limit()
    {
        Stopwatch watch = Stopwatch.StartNew();
        GuestRun run = await FakeGuest.RunAsync(FakeGuest.PassingReport + "exec sleep 300", _short);

        Assert.Equal(ExitCode.TimedOut, run.Verdict.ExitCode);
        Assert.Equal((null, _short), (run.End.Status, run.End.PassedLimit));
        Assert.Equal(2, run.Report.Passed);
        Assert.InRange(watch.Elapsed, _short, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task What_a_hanging_guest_started_is_ended_with_it()
    {
        GuestRun run = await FakeGuest.RunAsync("sleep 300 & echo \"$!\"; wait", _short);

        int child = int.Parse(run.Output.Trim(), CultureInfo.InvariantCulture);
        Assert.True(await EndsAsync(child), $"process {child} is still there");
    }

    [Fact]
    public async Task A_guest_that_prints_for_ever_is_ended_and_only_its_beginning_kept()
    {
        GuestRun run = await FakeGuest.RunAsync("exec yes 'a line of noise that goes on and on and on'", TimeSpan.FromSeconds(2));

        Assert.Equal(ExitCode.TimedOut, run.Verdict.ExitCode);
        Assert.InRange(run.Output.Length, 1, GuestRun.KeptOutput);
    }

    [Fact]
    public async Task A_pipe_held_open_by_a_survivor_does_not_hold_up_the_verdict()
    {
        Stopwatch watch = Stopwatch.StartNew();
        GuestRun run = await FakeGuest.RunAsync("sleep 30 & " + FakeGuest.PassingReport + "exit 33");

        Assert.Equal(ExitCode.AllPassed, run.Verdict.ExitCode);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task What_QEMU_complains_of_is_kept()
    {
        GuestRun run = await FakeGuest.RunAsync("echo 'qemu: no such machine' >&2; exit 1");

        Assert.Equal("qemu: no such machine", run.End.Errors);
    }

    [Fact]
    public async Task The_guest_finds_no_input_to_wait_for() =>
        Assert.Equal(33, (await FakeGuest.RunAsync("read word; exit 33")).End.Status);

    [Fact]
    public async Task A_program_that_does_not_exist_is_a_verdict_not_an_exception()
    {
        QemuCommand command = QemuCommand.For(new GuestMachine { Image = "none" }, program: "/nowhere/qemu");

        GuestRun run = await GuestRun.StartAsync(command, null);

        Assert.Equal(ExitCode.NotStarted, run.Verdict.ExitCode);
        Assert.StartsWith("QEMU did not start: /nowhere/qemu", run.Verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_copy_of_the_serial_line_is_exact()
    {
        using FakeGuest guest = new(@"printf 'TAP version 14\r\n\377\000end'; exit 33");
        using MemoryStream copy = new();

        await GuestRun.StartAsync(guest.Command, null, copy: copy);

        Assert.Equal([.. "TAP version 14\r\n"u8, 0xFF, 0, .. "end"u8], copy.ToArray());
    }

    [Fact]
    public async Task Lines_are_seen_while_the_guest_still_runs()
    {
        using FakeGuest guest = new(string.Empty);
        string sign = guest.FileNamed("seen");
        File.WriteAllText(guest.Image, $"echo 'TAP version 14'; while [ ! -e {sign} ]; do sleep 0.05; done; exit 33");

        GuestRun run = await GuestRun.StartAsync(guest.Command, TimeSpan.FromSeconds(60), _ => File.WriteAllText(sign, ""));

        Assert.Equal(33, run.End.Status);
    }

    [Fact]
    public async Task An_interruption_ends_the_guest()
    {
        using FakeGuest guest = new("echo \"# $$\"; exec sleep 300");
        using CancellationTokenSource interruption = new();
        TaskCompletionSource<int> started = new();
        Task<GuestRun> run = GuestRun.StartAsync(
            guest.Command,
            null,
            line => started.TrySetResult(int.Parse(line.Text, CultureInfo.InvariantCulture)),
            cancellation: interruption.Token);

        int process = await started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        interruption.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.True(await EndsAsync(process), $"process {process} is still there");
    }

    [Fact]
    public async Task The_arguments_arrive_one_by_one()
    {
        using FakeGuest guest = new("echo \"$all\"; exit 33");

        GuestRun run = await GuestRun.StartAsync(guest.Command, null);

        Assert.Equal(string.Join(' ', guest.Command.Arguments), run.Output.Trim());
    }

    private static async Task<bool> EndsAsync(int id)
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            // A zombie has ended: it only waits for its parent to look.
            string state = $"/proc/{id}/stat";
            try
            {
                if (!File.Exists(state) || File.ReadAllText(state).Split(')')[^1].TrimStart().StartsWith('Z'))
                {
                    return true;
                }
            }
            catch (IOException)
            {
                return true;
            }

            await Task.Delay(50);
        }

        return false;
    }
}
