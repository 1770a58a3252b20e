using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Guests;

/// <summary>A machine that waits for gdb, with a client in gdb's place that knows one command.</summary>
public sealed class DebuggerTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Theory]
    [MemberData(nameof(GuestConfiguration.EachImage), MemberType = typeof(GuestConfiguration))]
    public async Task A_waiting_machine_runs_no_instruction_until_the_debugger_says_so(GuestConfiguration on)
    {
        GuestMachine machine = on.Machine with { WaitForDebugger = true };
        bool told = false;
        List<string> early = [];
        Task<GuestRun> run = GuestRun.StartAsync(QemuCommand.For(machine), _patience, line =>
        {
            if (!told)
            {
                early.Add(line.Text);
            }
        });

        using TcpClient client = await ConnectAsync(run);
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Empty(early);
        told = true;
        // "c", continue, in a packet of gdb's protocol: its checksum is its only letter.
        await client.GetStream().WriteAsync("+$c#63"u8.ToArray());

        Assert.Equal(ExitCode.AllPassed, (await run).Verdict.ExitCode);
    }

    public static TheoryData<GuestConfiguration, string> SymbolNames => new()
    {
        { GuestConfiguration.FourLevel, "PageMapper.Map.cs" },
        { GuestConfiguration.FourLevel, "Entry.cs" },
        { GuestConfiguration.FourLevel, ".debug_line" },
        { GuestConfiguration.FourLevel, "kernel_start" },
        { GuestConfiguration.TwoLevel, "Boot_Boot_Guest_Tap__End" },
        { GuestConfiguration.TwoLevel, "kernel_start" },
    };

    [Theory]
    [MemberData(nameof(SymbolNames))]
    public async Task The_image_names_its_symbols_and_if_it_can_its_sources(GuestConfiguration on, string name)
    {
        byte[] image = await File.ReadAllBytesAsync(on.Machine.Image);

        Assert.True(image.AsSpan().IndexOf(Encoding.ASCII.GetBytes(name)) >= 0, $"'{name}' is not in the image");
    }

    private static async Task<TcpClient> ConnectAsync(Task<GuestRun> run)
    {
        while (!run.IsCompleted)
        {
            TcpClient client = new();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, GuestMachine.DebuggerPort);
                return client;
            }
            catch (SocketException)
            {
                client.Dispose();
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException((await run).Verdict.Message);
    }
}
