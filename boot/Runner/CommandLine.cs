using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;

namespace Kernel.Runner;

/// <summary>The options of <c>boot/run.sh</c>, their help and their checks.</summary>
public sealed partial class CommandLine
{
    private const string QemuLoader = "qemu";
    private const string GrubLoader = "grub";

    /// <summary>How <see cref="PagingChoice.TwoLevel"/> is called, here and on the guest's command line.</summary>
    internal const string TwoLevel = "two-level";

    /// <summary>How <see cref="PagingChoice.Pae"/> is called, here and on the guest's command line.</summary>
    internal const string Pae = "pae";

    private readonly Option<Architecture> _architecture = new("--arch")
    {
        Description = "The architecture to build and boot: x64 or x86",
        HelpName = "ARCH",
        DefaultValueFactory = static _ => Architecture.X64,
        CustomParser = ParseArchitecture,
    };

    private readonly Option<MemorySize> _memory = new("--memory")
    {
        Description = "The guest's memory, from 32M to 1024G (x86: 64G)",
        HelpName = "SIZE",
        DefaultValueFactory = static _ => new MemorySize(512UL << 20),
        CustomParser = ParseMemory,
    };

    private readonly Option<string> _cpuModel = new("--cpu-model")
    {
        Description = "QEMU's name of the processor, with features after commas: max, qemu64, max,smep=off",
        HelpName = "MODEL",
        DefaultValueFactory = static _ => "max",
    };

    private readonly Option<bool> _fiveLevel = new("--la57")
    {
        Description = "Give the processor 57-bit addresses: five-level page tables",
    };

    private readonly Option<string?> _paging = new("--paging")
    {
        Description = "The kernel's page tables: two-level, or pae for three levels with NX (x86) [default: two-level]",
        HelpName = "MODE",
    };

    private readonly Option<bool> _withoutInvlpg = new("--no-invlpg")
    {
        Description = "Let the kernel do without INVLPG and global pages, as on an 80386 (x86)",
    };

    private readonly Option<string> _loader = new("--loader")
    {
        Description = "What loads the image: qemu itself, or grub from a disc, with a framebuffer (x86)",
        HelpName = "LOADER",
        DefaultValueFactory = static _ => QemuLoader,
    };

    private readonly Option<string[]> _modules = new("--module")
    {
        Description = "Load FILE beside the image; x86 takes any number of them",
        HelpName = "FILE",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<bool> _debugger = new("--gdb")
    {
        Description = "Wait for gdb before the first instruction; no time limit unless --timeout gives one",
    };

    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Description = "How long the guest may take: 90, 90s or 2m [default: 60s]",
        HelpName = "TIME",
        CustomParser = ParseTime,
    };

    private readonly Option<bool> _countInstructions = new("--icount")
    {
        Description = "Let guest time be the count of its instructions; --scenario bench implies it",
    };

    private readonly Option<string?> _serial = new("--serial")
    {
        Description = "Copy the serial line to FILE, byte for byte",
        HelpName = "FILE",
    };

    private readonly Option<string?> _filter = new("--filter")
    {
        Description = "Run only the tests whose description contains TEST",
        HelpName = "TEST",
    };

    private readonly Option<string> _scenario = new("--scenario")
    {
        Description = "What the guest runs: suite, bench, or fatal:NAME to watch it die of NAME (panic, double-fault, ...)",
        HelpName = "WHAT",
        DefaultValueFactory = static _ => GuestMachine.SuiteScenario,
    };

    private readonly Option<bool> _skipBuild = new("--no-build") { Description = "Boot the image as it lies there" };

    private readonly Option<string?> _image = new("--image")
    {
        Description = "Boot FILE instead of the image of this repository",
        HelpName = "FILE",
    };

    private readonly RootCommand _command =
        new("Builds the kernel under its rules, boots it in QEMU and reads its tests from the serial line.");

    /// <summary>Lays the options out.</summary>
    public CommandLine()
    {
        Option[] options =
        [
            _architecture, _memory, _cpuModel, _fiveLevel, _paging, _withoutInvlpg, _loader, _modules, _debugger, _timeout,
            _countInstructions, _serial, _filter, _scenario, _skipBuild, _image,
        ];
        foreach (Option option in options)
        {
            _command.Add(option);
        }

        _cpuModel.Validators.Add(static result => Require(
            result,
            result.GetValueOrDefault<string>() is { Length: > 0 } model && !model.Contains("la57", StringComparison.Ordinal),
            "a model's name is needed, and the width of addresses is chosen with --la57"));
        _paging.Validators.Add(static result => Require(
            result,
            result.GetValueOrDefault<string?>() is TwoLevel or Pae,
            $"'{result.GetValueOrDefault<string?>()}' is none of {TwoLevel} and {Pae}"));
        _loader.Validators.Add(static result => Require(
            result,
            result.GetValueOrDefault<string>() is QemuLoader or GrubLoader,
            $"'{result.GetValueOrDefault<string>()}' is none of {QemuLoader} and {GrubLoader}"));
        _modules.Validators.Add(static result =>
        {
            foreach (string file in result.GetValueOrDefault<string[]>() ?? [])
            {
                Require(result, File.Exists(file), $"there is no file '{file}'");
            }
        });
        _filter.Validators.Add(static result => Require(
            result,
            GuestMachine.IsFilterTransportable(result.GetValueOrDefault<string?>() ?? ""),
            "a filter is printable ASCII without '+' (which stands for a space on the guest's command line)"));
        _scenario.Validators.Add(static result => Require(
            result,
            ScenarioPattern().IsMatch(result.GetValueOrDefault<string>() ?? ""),
            $"'{result.GetValueOrDefault<string>()}' is none of suite, bench and fatal:NAME"));
    }

    /// <summary>Reads <paramref name="arguments"/>.</summary>
    public ParseResult Parse(string[] arguments) => _command.Parse(arguments);

    /// <summary>The options of a parse that has no errors.</summary>
    public RunnerOptions Interpret(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        bool debugger = parsed.GetValue(_debugger);
        string scenario = parsed.GetRequiredValue(_scenario);
        string? image = parsed.GetValue(_image);
        return new RunnerOptions
        {
            Image = image,
            SkipBuild = parsed.GetValue(_skipBuild) || image is not null,
            SerialFile = parsed.GetValue(_serial),
            TimeLimit = parsed.GetValue(_timeout) ?? (debugger ? null : RunnerOptions.DefaultTimeLimit),
            Machine = new GuestMachine
            {
                Architecture = parsed.GetRequiredValue(_architecture),
                Image = image ?? "",
                Loader = parsed.GetRequiredValue(_loader) == GrubLoader ? Loader.Grub : Loader.Qemu,
                Modules = new FileList(parsed.GetRequiredValue(_modules)),
                Memory = parsed.GetValue(_memory),
                CpuModel = parsed.GetRequiredValue(_cpuModel),
                FiveLevelPaging = parsed.GetValue(_fiveLevel),
                Paging = parsed.GetValue(_paging) switch
                {
                    TwoLevel => PagingChoice.TwoLevel,
                    Pae => PagingChoice.Pae,
                    _ => PagingChoice.Usual,
                },
                WithoutInvlpg = parsed.GetValue(_withoutInvlpg),
                CountInstructions = parsed.GetValue(_countInstructions) || scenario == GuestMachine.BenchScenario,
                WaitForDebugger = debugger,
                Scenario = scenario,
                Filter = parsed.GetValue(_filter),
            },
        };
    }

    private static void Require(OptionResult result, bool holds, string otherwise)
    {
        if (!holds)
        {
            result.AddError($"{result.Option.Name}: {otherwise}");
        }
    }

    private static Architecture ParseArchitecture(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Architecture.Find(text) is { } architecture)
        {
            return architecture;
        }

        result.AddError($"--arch: '{text}' is none of {string.Join(" and ", Architecture.All)}");
        return Architecture.X64;
    }

    private static MemorySize ParseMemory(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (!MemorySize.TryParse(text, out MemorySize size))
        {
            result.AddError(
                $"--memory: '{text}' is no size between {MemorySize.Least} and {MemorySize.Most} in whole MiB, such as 512M");
        }

        return size;
    }

    private static TimeSpan? ParseTime(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        Match match = TimePattern().Match(text);
        if (match.Success && int.Parse(match.Groups["count"].ValueSpan, NumberStyles.None) is > 0 and int count)
        {
            return match.Groups["unit"].Value == "m" ? TimeSpan.FromMinutes(count) : TimeSpan.FromSeconds(count);
        }

        result.AddError($"--timeout: '{text}' is no time above zero, such as 90, 90s or 2m");
        return null;
    }

    [GeneratedRegex("^(?<count>[0-9]{1,5})(?<unit>[sm]?)$")]
    private static partial Regex TimePattern();

    [GeneratedRegex("^(suite|bench|fatal:[a-z0-9-]+)$")]
    private static partial Regex ScenarioPattern();
}
