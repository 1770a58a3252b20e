using System.Threading;
using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;

namespace Boot.Guest;

/// <summary>Single accesses by the processor itself, each of which may fault.</summary>
internal static unsafe class Probes
{
    private static nuint s_address;
    private static nuint s_value;
    private static uint s_half;

    /// <summary>What a page fault says of a fetch: nothing special where neither NX nor SMEP makes a difference between fetch and read.</summary>
    public static PageFaultCode FetchCode =>
        (ThisProcessor.PagingFeatures & PagingFeatures.NoExecute) != 0 || ProcessorFeatures.HasExecutionPrevention
            ? PageFaultCode.Fetch
            : PageFaultCode.None;

    /// <summary>Reads a word as wide as a register.</summary>
    public static FaultRecord Read(VirtualAddress address, out nuint value)
    {
        s_address = address.Value;
        s_value = 0;
        FaultRecord record = Faults.Expect(ExceptionVector.PageFault, &ReadNow);
        value = s_value;
        return record;
    }

    /// <summary>Reads four bytes, as device registers want it.</summary>
    public static FaultRecord ReadHalf(VirtualAddress address, out uint value)
    {
        s_address = address.Value;
        s_half = 0;
        FaultRecord record = Faults.Expect(ExceptionVector.PageFault, &ReadHalfNow);
        value = s_half;
        return record;
    }

    /// <summary>Reads a word as wide as a register and forgets them.</summary>
    public static FaultRecord Read(VirtualAddress address) => Read(address, out _);

    /// <summary>Writes a word as wide as a register.</summary>
    public static FaultRecord Write(VirtualAddress address, nuint value)
    {
        s_address = address.Value;
        s_value = value;
        return Faults.Expect(ExceptionVector.PageFault, &WriteNow);
    }

    /// <summary>Calls what lies at the address: it is to be a return instruction, or to fault.</summary>
    public static FaultRecord Execute(VirtualAddress address)
    {
        s_address = address.Value;
        return Faults.Expect(ExceptionVector.PageFault, &ExecuteNow);
    }

    /// <summary>Reads at an address that need not be canonical, expecting a general protection fault.</summary>
    public static FaultRecord ReadOutside(nuint address)
    {
        s_address = address;
        return Faults.Expect(ExceptionVector.GeneralProtection, &ReadNow);
    }

    // SAFETY: none of the four is safe; the fault that follows is what is asked for, and it is recovered.
    private static void ReadNow() => s_value = Volatile.Read(ref *(nuint*)s_address);

    private static void ReadHalfNow() => s_half = Volatile.Read(ref *(uint*)s_address);

    private static void WriteNow() => Volatile.Write(ref *(nuint*)s_address, s_value);

    private static void ExecuteNow() => ((delegate*<void>)s_address)();
}
