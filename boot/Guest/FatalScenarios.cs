using System;
using System.Runtime.CompilerServices;
using Boot.Devices;
using Boot.Processor;
using Kernel.Addresses;
using Kernel.Machine;

namespace Boot.Guest;

/// <summary>Ways for the guest to end badly on request, so that the host's judgement can be tested: <c>run=fatal:name</c>.</summary>
internal static unsafe class FatalScenarios
{
    private const ulong FirstAbove32Bits = 1ul << 32;

    private static nuint s_sink;
    private static ulong s_wide;

    /// <summary>Ends the guest as <paramref name="name"/> says; a panic when there is no such scenario.</summary>
    public static void Run(ReadOnlySpan<byte> name)
    {
        SerialLine.Write("# fatal scenario: "u8);
        SerialLine.WriteLine(name);
        if (name.SequenceEqual("panic"u8))
        {
            Panic.Raise("a panic that was asked for", 42, "nothing else", "FatalScenarios.Run");
        }

        if (name.SequenceEqual("double-fault"u8))
        {
            Instructions.FaultOnAbsentStack();
        }

        if (name.SequenceEqual("stack-overflow"u8))
        {
            s_sink = Deeper(0);
        }

        if (name.SequenceEqual("triple-fault"u8))
        {
            DescriptorTables.Unload();
            Instructions.Breakpoint();
        }

        if (name.SequenceEqual("page-fault"u8))
        {
            // SAFETY: none wanted: the page 3 GiB below the top is absent, and the fault is what was asked for.
            s_sink = Unsafe.ReadUnaligned<nuint>((void*)unchecked((nuint)0 - 0xC000_0000));
        }

        if (name.SequenceEqual("narrowing"u8))
        {
            s_sink = CheckedNarrowing.ToUInt32(PhysicalAddress.FromValue(FirstAbove32Bits));
        }

        if (name.SequenceEqual("divide-error"u8))
        {
            Instructions.DivideByZero();
        }

        if (name.SequenceEqual("overflow"u8))
        {
            s_wide = checked(Wide(ulong.MaxValue) * Wide(2));
        }

        if (name.SequenceEqual("signed-overflow"u8))
        {
            s_wide = unchecked((ulong)checked((long)Wide(1ul << 62) * (long)Wide(2)));
        }

        if (name.SequenceEqual("division-by-zero"u8))
        {
            s_wide = Wide(ulong.MaxValue) / Wide(0);
        }

        if (name.SequenceEqual("division-overflow"u8))
        {
            s_wide = unchecked((ulong)((long)Wide(1ul << 63) / (long)Wide(ulong.MaxValue)));
        }

        while (name.SequenceEqual("hang"u8))
        {
            Instructions.Pause();
        }

        Panic.Raise("fatal scenario, length of its name", (ulong)name.Length, "a name that exists", "FatalScenarios.Run");
    }

    // What a compiler cannot see through, so that it has to make the code that fails.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong Wide(ulong value) => value;

    // Not a tail call: each call keeps its value until the deeper one has come back.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nuint Deeper(nuint depth) => Deeper(depth + 1) + depth + s_sink;
}
