using System;
using System.Collections.Generic;

namespace Kernel.Runner;

/// <summary>The machine to boot and what its guest is to do.</summary>
public sealed record GuestMachine
{
    /// <summary>The architecture that the image is for.</summary>
    public Architecture Architecture { get; init; } = Architecture.X64;

    /// <summary>The kernel image.</summary>
    public required string Image { get; init; }

    /// <summary>What puts the image into memory.</summary>
    public Loader Loader { get; init; } = Loader.Qemu;

    /// <summary>The files that the loader puts into memory beside the image.</summary>
    public FileList Modules { get; init; }

    /// <summary>How much memory the machine has.</summary>
    public MemorySize Memory { get; init; } = new(512UL << 20);

    /// <summary>QEMU's name of the processor, with features after commas: <c>max</c>, <c>qemu64,+smep</c>.</summary>
    public string CpuModel { get; init; } = "max";

    /// <summary>Whether the processor offers 57-bit virtual addresses; the kernel then uses five-level tables.</summary>
    public bool FiveLevelPaging { get; init; }

    /// <summary>The page tables that the kernel is told to use.</summary>
    public PagingChoice Paging { get; init; }

    /// <summary>Whether the kernel must do as if the processor had no INVLPG.</summary>
    public bool WithoutInvlpg { get; init; }

    /// <summary>Whether guest time is the count of executed instructions, the same on every run.</summary>
    public bool CountInstructions { get; init; }

    /// <summary>Whether the machine waits for a debugger on <see cref="DebuggerPort"/> before its first instruction.</summary>
    public bool WaitForDebugger { get; init; }

    /// <summary>
    /// What the guest runs: <c>suite</c>, <c>bench</c> or <c>fatal:</c> and the name of an end it must come to.
    /// </summary>
    public string Scenario { get; init; } = SuiteScenario;

    /// <summary>Text that the description of a test must contain for the test to run; null runs all of them.</summary>
    public string? Filter { get; init; }

    /// <summary>The scenario that runs the test suites.</summary>
    public const string SuiteScenario = "suite";

    /// <summary>
    /// The scenario that measures instructions per page; it means something only with <see cref="CountInstructions"/>.
    /// </summary>
    public const string BenchScenario = "bench";

    /// <summary>The local TCP port of QEMU's debugger stub.</summary>
    public const int DebuggerPort = 1234;

    /// <summary>
    /// The key=value words that the guest finds as its command line. A space inside the filter travels as a plus sign.
    /// </summary>
    public string GuestCommandLine => string.Join(' ', GuestWords);

    /// <summary>The words of <see cref="GuestCommandLine"/>.</summary>
    public IEnumerable<string> GuestWords
    {
        get
        {
            yield return $"run={Scenario}";
            if (Filter is not null)
            {
                yield return $"filter={Filter.Replace(' ', '+')}";
            }

            if (Paging != PagingChoice.Usual)
            {
                yield return $"paging={(Paging == PagingChoice.Pae ? CommandLine.Pae : CommandLine.TwoLevel)}";
            }

            if (WithoutInvlpg)
            {
                yield return "invlpg=off";
            }
        }
    }

    /// <summary>
    /// Whether <paramref name="filter"/> survives the journey: printable ASCII, and no plus sign, which would arrive as a space.
    /// </summary>
    public static bool IsFilterTransportable(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        foreach (char letter in filter)
        {
            if (letter is < ' ' or > '~' or '+')
            {
                return false;
            }
        }

        return filter.Length > 0;
    }
}
