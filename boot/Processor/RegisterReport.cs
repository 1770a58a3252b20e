using System;
using Boot.Devices;

namespace Boot.Processor;

/// <content>How a row of registers looks.</content>
internal static partial class RegisterReport
{
    private static void PrintRow(
        ReadOnlySpan<byte> first, nuint firstValue, ReadOnlySpan<byte> second, nuint secondValue, ReadOnlySpan<byte> third, nuint thirdValue)
    {
        SerialLine.Write("# "u8);
        PrintRegister(first, firstValue);
        PrintRegister(second, secondValue);
        PrintRegister(third, thirdValue);
        SerialLine.WriteLine(""u8);
    }

    private static void PrintRegister(ReadOnlySpan<byte> name, nuint value)
    {
        SerialLine.Write((byte)' ');
        SerialLine.Write(name);
        SerialLine.Write((byte)' ');
        SerialLine.WriteAddress(value);
    }
}
