using System;

namespace Boot.Processor;

/// <summary>The exceptions of the architecture (AMD64 APM volume 2, 8.2; Intel SDM volume 3A, 6.15).</summary>
internal enum ExceptionVector : byte
{
    /// <summary>#DE.</summary>
    DivideError = 0,

    /// <summary>NMI.</summary>
    NonMaskable = 2,

    /// <summary>#BP.</summary>
    Breakpoint = 3,

    /// <summary>#UD.</summary>
    InvalidOpcode = 6,

    /// <summary>#DF.</summary>
    DoubleFault = 8,

    /// <summary>#GP.</summary>
    GeneralProtection = 13,

    /// <summary>#PF.</summary>
    PageFault = 14,

    /// <summary>#MC.</summary>
    MachineCheck = 18,
}

/// <summary>What the manuals call the exceptions.</summary>
internal static class ExceptionNames
{
    /// <summary>How many vectors the architecture keeps for exceptions.</summary>
    public const uint Count = 32;

    /// <summary>The name of an exception's vector.</summary>
    public static string Of(nuint vector) => vector switch
    {
        0 => "#DE divide error",
        1 => "#DB debug",
        2 => "NMI non-maskable interrupt",
        3 => "#BP breakpoint",
        4 => "#OF overflow",
        5 => "#BR bound range exceeded",
        6 => "#UD invalid opcode",
        7 => "#NM device not available",
        8 => "#DF double fault",
        10 => "#TS invalid TSS",
        11 => "#NP segment not present",
        12 => "#SS stack-segment fault",
        13 => "#GP general protection",
        14 => "#PF page fault",
        16 => "#MF x87 floating-point error",
        17 => "#AC alignment check",
        18 => "#MC machine check",
        19 => "#XM SIMD floating-point exception",
        20 => "#VE virtualization exception",
        21 => "#CP control protection",
        28 => "#HV hypervisor injection",
        29 => "#VC VMM communication",
        30 => "#SX security exception",
        _ => "reserved exception",
    };
}

/// <summary>The bits of a page fault's error code (AMD64 APM volume 2, 8.4.2; Intel SDM volume 3A, 4.7).</summary>
[Flags]
internal enum PageFaultCode : ulong
{
    /// <summary>A read of an absent page by the kernel.</summary>
    None = 0,

    /// <summary>The page was present: rights were missing. Clear: no page was there.</summary>
    Present = 1 << 0,

    /// <summary>A write.</summary>
    Write = 1 << 1,

    /// <summary>By ring 3.</summary>
    User = 1 << 2,

    /// <summary>An entry on the way had a reserved bit set.</summary>
    ReservedBit = 1 << 3,

    /// <summary>An instruction fetch.</summary>
    Fetch = 1 << 4,

    /// <summary>A protection key forbade it.</summary>
    ProtectionKey = 1 << 5,

    /// <summary>A shadow-stack access.</summary>
    ShadowStack = 1 << 6,
}
