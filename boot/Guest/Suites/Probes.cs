using System.Threading;
using Boot.Processor;
using Kernel.Addresses;

namespace Boot.Guest;

/// <summary>Single accesses by the processor itself, each of which may fault.</summary>
internal static unsafe class Probes
{
    private static ulong s_address;
    private static ulong s_value;

    /// <summary>Reads eight bytes.</summary>
    public static FaultRecord Read(VirtualAddress address, out ulong value)
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
        s_value = 0;
        FaultRecord record = Faults.Expect(ExceptionVector.PageFault, &ReadHalfNow);
        value = (uint)s_value;
        return record;
    }

    /// <summary>Reads eight bytes and forgets them.</summary>
    public static FaultRecord Read(VirtualAddress address) => Read(address, out _);

    /// <summary>Writes eight bytes.</summary>
    public static FaultRecord Write(VirtualAddress address, ulong value)
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
    public static FaultRecord ReadOutside(ulong address)
    {
        s_address = address;
        return Faults.Expect(ExceptionVector.GeneralProtection, &ReadNow);
    }

    // SAFETY: none of the four is safe; the fault that follows is what is asked for, and it is recovered.
    private static void ReadNow() => s_value = Volatile.Read(ref *(ulong*)s_address);

    private static void ReadHalfNow() => s_value = Volatile.Read(ref *(uint*)s_address);

    private static void WriteNow() => Volatile.Write(ref *(ulong*)s_address, s_value);

    private static void ExecuteNow() => ((delegate*<void>)s_address)();
}
