using System;

namespace Kernel.Runner;

/// <summary>How the QEMU process ended, seen from outside.</summary>
public sealed record GuestEnd
{
    /// <summary>The process's exit status; null when the host had to end it or it never started.</summary>
    public int? Status { get; init; }

    /// <summary>The limit that passed before the process ended by itself; null when it did end.</summary>
    public TimeSpan? PassedLimit { get; init; }

    /// <summary>What QEMU wrote to its standard error, trimmed.</summary>
    public string Errors { get; init; } = "";

    /// <summary>From the start of the process to its end.</summary>
    public TimeSpan Elapsed { get; init; }
}
