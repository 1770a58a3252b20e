using System;

namespace Kernel.Runner;

/// <summary>What the user asked for, checked.</summary>
public sealed record RunnerOptions
{
    /// <summary>The time limit when none is given.</summary>
    public static TimeSpan DefaultTimeLimit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>The image to boot instead of the one that the build makes; null for that one.</summary>
    public string? Image { get; init; }

    /// <summary>Whether the image is taken as it lies there.</summary>
    public bool SkipBuild { get; init; }

    /// <summary>The file that receives a copy of the serial line, or null.</summary>
    public string? SerialFile { get; init; }

    /// <summary>How long the guest may take; null for ever.</summary>
    public TimeSpan? TimeLimit { get; init; } = DefaultTimeLimit;

    /// <summary>The machine; its image is filled in once it is built.</summary>
    public required GuestMachine Machine { get; init; }
}
