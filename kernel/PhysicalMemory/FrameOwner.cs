using System;

namespace Kernel.PhysicalMemory;

/// <summary>Whose frames they are: the kernel's or a process's.</summary>
public readonly struct FrameOwner : IEquatable<FrameOwner>
{
    private readonly uint _number;

    private FrameOwner(uint number) => _number = number;

    /// <summary>The kernel.</summary>
    public static FrameOwner Kernel => default;

    /// <summary>The number: 0 for the kernel, else the process's.</summary>
    public uint Number => _number;

    /// <summary>The process with that number, from 1; 0 is the kernel.</summary>
    public static FrameOwner Process(uint number) => new(number);

    /// <summary>Whether both are the same owner.</summary>
    public static bool operator ==(FrameOwner left, FrameOwner right) => left._number == right._number;

    /// <summary>Whether they are different owners.</summary>
    public static bool operator !=(FrameOwner left, FrameOwner right) => left._number != right._number;

    /// <inheritdoc/>
    public bool Equals(FrameOwner other) => _number == other._number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FrameOwner other && _number == other._number;

    /// <inheritdoc/>
    public override int GetHashCode() => unchecked((int)_number);
}
