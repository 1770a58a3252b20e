using System.Runtime.CompilerServices;
using Boot.Devices;
using Boot.Processor;

namespace Boot.Guest;

/// <summary>What a test asserts. A check that fails is kept and the test goes on; the report has what was expected and what was found.</summary>
internal static class Check
{
    private const int Kept = 8;

    private static Failures s_failures;
    private static int s_count;

    /// <summary>Whether no check has failed since the test began.</summary>
    public static bool Passed => s_count == 0;

    /// <summary>Forgets the failures of the test before.</summary>
    public static void Start() => s_count = 0;

    /// <summary>Both values are equal.</summary>
    public static void Equal(ulong expected, ulong actual, string what)
    {
        if (expected != actual)
        {
            Fail(what, expected, actual);
        }
    }

    /// <summary>Both values are equal.</summary>
    public static void Equal(long expected, long actual, string what) => Equal(unchecked((ulong)expected), unchecked((ulong)actual), what);

    /// <summary>The statement is true.</summary>
    public static void True(bool holds, string what)
    {
        if (!holds)
        {
            Fail(what, 1, 0);
        }
    }

    /// <summary>The statement is false.</summary>
    public static void False(bool holds, string what)
    {
        if (holds)
        {
            Fail(what, 0, 1);
        }
    }

    /// <summary>The value is at most <paramref name="limit"/>.</summary>
    public static void AtMost(ulong limit, ulong actual, string what)
    {
        if (actual > limit)
        {
            Fail(what, limit, actual);
        }
    }

    /// <summary>The page fault came, with this error code, for this address.</summary>
    public static void Faulted(FaultRecord record, PageFaultCode code, ulong address)
    {
        True(record.Happened, "a page fault came");
        Equal((ulong)code, record.ErrorCode, "its error code");
        Equal(address, record.Address, "its address");
    }

    /// <summary>The action ran to its end.</summary>
    public static void NoFault(FaultRecord record)
    {
        if (record.Happened)
        {
            Fail("no page fault at this address", 0, record.Address);
        }
    }

    /// <summary>Prints the failures of the test as TAP's YAML block.</summary>
    public static void PrintFailures()
    {
        SerialLine.WriteLine("  ---"u8);
        SerialLine.WriteLine("  failures:"u8);
        int printed = s_count < Kept ? s_count : Kept;
        for (int index = 0; index < printed; index++)
        {
            SerialLine.Write("    - what: \""u8);
            SerialLine.Write(s_failures[index].What);
            SerialLine.WriteLine("\""u8);
            SerialLine.Write("      expected: "u8);
            SerialLine.WriteHexadecimal(s_failures[index].Expected);
            SerialLine.Write("\n      actual: "u8);
            SerialLine.WriteHexadecimal(s_failures[index].Actual);
            SerialLine.WriteLine(""u8);
        }

        if (s_count > printed)
        {
            SerialLine.Write("  more: "u8);
            SerialLine.WriteDecimal((ulong)(s_count - printed));
            SerialLine.WriteLine(""u8);
        }

        SerialLine.WriteLine("  ..."u8);
    }

    private static void Fail(string what, ulong expected, ulong actual)
    {
        if (s_count < Kept)
        {
            s_failures[s_count] = new Failure(what, expected, actual);
        }

        s_count++;
    }

    // A static that holds references would need the managed heap. Literals lie in the image and never move: their address will do.
    private readonly struct Failure(string what, ulong expected, ulong actual)
    {
        private readonly nint _what = Unsafe.As<string, nint>(ref what);

        public string What
        {
            get
            {
                nint what = _what;
                return Unsafe.As<nint, string>(ref what);
            }
        }

        public ulong Expected { get; } = expected;

        public ulong Actual { get; } = actual;
    }

    [InlineArray(Kept)]
    private struct Failures
    {
        private Failure _first;
    }
}
