using System;

namespace Kernel.Tests.SimulatedMachine;

/// <summary>The error code that a page fault pushes (Intel SDM volume 3A, 4.7).</summary>
[Flags]
public enum PageFaultCode : uint
{
    /// <summary>A supervisor read of something that is not mapped.</summary>
    None = 0,

    /// <summary>The translation is there; the rights or a reserved bit are the reason.</summary>
    Present = 1 << 0,

    /// <summary>It was a write.</summary>
    Write = 1 << 1,

    /// <summary>Ring 3 did it.</summary>
    User = 1 << 2,

    /// <summary>A reserved bit is set in an entry on the way.</summary>
    ReservedBit = 1 << 3,

    /// <summary>It was an instruction fetch.</summary>
    InstructionFetch = 1 << 4,
}
