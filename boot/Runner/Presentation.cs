using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Spectre.Console;

namespace Kernel.Runner;

/// <summary>Says what is going on: in colour and with a spinner on a terminal, as plain lines anywhere else.</summary>
public sealed class Presentation
{
    private const int LabelWidth = 9;

    private readonly IAnsiConsole _console;
    private int? _plan;

    /// <summary>Speaks through <paramref name="console"/>.</summary>
    public Presentation(IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(console);
        _console = console;
    }

    /// <summary>A presentation on <paramref name="output"/>; lines are never folded when it is no terminal.</summary>
    public static Presentation On(TextWriter output, bool redirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (redirected)
        {
            console.Profile.Width = int.MaxValue / 4;
            console.Profile.Capabilities.Interactive = false;
            console.Profile.Capabilities.Ansi = false;
        }

        return new Presentation(console);
    }

    /// <summary>
    /// Announces <paramref name="work"/> and does it, on a terminal under a spinner whose text the work may change.
    /// </summary>
    public async Task<T> DuringAsync<T>(string label, string title, Func<Action<string>, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Say(label, title);
        if (!_console.Profile.Capabilities.Interactive)
        {
            return await work(static _ => { }).ConfigureAwait(false);
        }

        return await _console.Status()
            .StartAsync("at it", context => work(text => context.Status(Markup.Escape(Shorten(Printable(text))))))
            .ConfigureAwait(false);
    }

    /// <summary>The kernel was built.</summary>
    public void Built(TimeSpan elapsed, Findings? findings)
    {
        string rules = findings switch
        {
            null => "the compiler left no log of its rules",
            { Suppressed: > 0 } =>
                $"under {findings.Rules.Count} rules, {findings.Standing} findings, {findings.Suppressed} suppressed",
            _ => $"under {findings.Rules.Count} rules, {findings.Standing} findings",
        };
        Say("built", $"{rules}, {Seconds(elapsed)}", findings is { Reported: 0 } ? "green" : "yellow");
    }

    /// <summary>The image that will boot.</summary>
    public void Image(FileInfo image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Say("image", $"{Repository.Shorten(image.FullName)}, {(image.Length + 1023) / 1024} KiB");
    }

    /// <summary>What waits for gdb, and how to reach it.</summary>
    public void WaitingForDebugger(string debuggerLine)
    {
        Say("gdb", "the machine waits before its first instruction; in another terminal:", "yellow");
        _console.WriteLine();
        _console.WriteLine($"    {debuggerLine}");
        _console.WriteLine();
        Say("", "then 'hbreak kernel_start' and 'continue'; hbreak, because the kernel is not mapped before it starts");
    }

    /// <summary>How the machine is described in one line.</summary>
    public static string Describe(GuestMachine machine, TimeSpan? limit)
    {
        ArgumentNullException.ThrowIfNull(machine);
        string levels = machine switch
        {
            { FiveLevelPaging: true } => "five-level",
            { Paging: PagingChoice.TwoLevel } => "two-level",
            { Paging: PagingChoice.Pae } => "three-level, PAE",
            _ => machine.Architecture.UsualPaging,
        };
        string invalidation = machine.WithoutInvlpg ? ", no INVLPG" : "";
        string loader = machine.Loader == Loader.Grub ? ", from a disc with GRUB" : "";
        string modules = machine.Modules.Files.Count switch
        {
            0 => "",
            1 => ", 1 module",
            var count => $", {count} modules",
        };
        string clock = machine.CountInstructions ? ", counting instructions" : "";
        string time = limit is { } span ? $"at most {Seconds(span)}" : "no time limit";
        return $"booting {machine.Architecture}, cpu {machine.CpuModel} ({levels}{invalidation}), {machine.Memory}{modules}{loader}{clock}, {time}";
    }

    /// <summary>One line of the guest.</summary>
    public void Line(TapLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        switch (line.Kind)
        {
            case TapLineKind.Version:
                break;
            case TapLineKind.Plan:
                _plan = line.Number;
                break;
            case TapLineKind.Test:
                Test(line.Test!);
                break;
            case TapLineKind.Detail:
                Say("", $"      {line.Text}", "red");
                break;
            case TapLineKind.Comment when MemoryMapLine.Parse(line.Text) is { } range:
                Say("memory", range.ToString());
                break;
            case TapLineKind.Comment:
                Say("", line.Text);
                break;
            case TapLineKind.BailOut:
                Say("panic", line.Text, "red");
                break;
            default:
                if (line.Text.Length > 0)
                {
                    Say("", line.Text);
                }

                break;
        }
    }

    /// <summary>The spinner's text while the guest is at <paramref name="line"/>.</summary>
    public string Progress(TapLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        string number = line.Test is { } test ? $"test {test.Number}" : "booting";
        return line.Test is not null && _plan is { } plan ? $"{number} of {plan}" : number;
    }

    /// <summary>What came of it.</summary>
    public void Conclude(GuestVerdict verdict, TimeSpan guest, TimeSpan all)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        string times = $"guest {Seconds(guest)}, all {Seconds(all)}";
        if (verdict.ExitCode == ExitCode.AllPassed)
        {
            Say("passed", $"{verdict.Message}; {times}", "green");
            return;
        }

        Say("failed", $"{verdict.Message}; {times}", "red");
        Say("", verdict.Advice);
    }

    /// <summary>Something that ends the work before a guest could start.</summary>
    public void Refuse(string message, string advice)
    {
        Say("error", message, "red");
        if (advice.Length > 0)
        {
            Say("", advice);
        }
    }

    /// <summary>The build's own words.</summary>
    public void BuildErrors(IEnumerable<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        foreach (string error in errors)
        {
            _console.WriteLine(Printable(error));
        }
    }

    private void Test(TapTest test)
    {
        (string label, string colour) = test.Outcome switch
        {
            TapOutcome.Passed => ("ok", "green"),
            TapOutcome.Skipped => ("skipped", "yellow"),
            _ => ("not ok", "red"),
        };
        string reason = test.Outcome == TapOutcome.Skipped ? $" ({test.Reason})" : "";
        Say(label, $"{test.Number,3}  {test.Description}{reason}", colour, colourText: test.Outcome == TapOutcome.Failed);
    }

    private void Say(string label, string text, string colour = "blue", bool colourText = false)
    {
        string shown = Markup.Escape(Printable(text));
        string head = Markup.Escape(label.PadRight(LabelWidth));
        _console.MarkupLine(colourText ? $"[{colour}]{head}{shown}[/]" : $"[{colour}]{head}[/]{shown}");
    }

    private string Shorten(string text)
    {
        int room = Math.Max(20, _console.Profile.Width - 4);
        return text.Length <= room ? text : $"{text[..(room - 1)]}…";
    }

    /// <summary>What a guest sends is data: a control character is shown, not obeyed.</summary>
    private static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        StringBuilder shown = new(text.Length);
        foreach (char letter in text)
        {
            string visible = letter == '\t' ? "    " : $"\\x{(int)letter:x2}";
            shown.Append(char.IsControl(letter) ? visible : letter);
        }

        return shown.ToString();
    }

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds:0.0} s";
}
