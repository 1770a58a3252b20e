using System;
using Boot.Processor;

namespace Boot.Devices;

/// <summary>The first serial port (a 16550): where the guest talks to the host. Writes wait until the device takes them.</summary>
/// <remarks>Port numbers and bits: National Semiconductor PC16550D data sheet, table II.</remarks>
internal static class SerialLine
{
    private const ushort Base = 0x3F8;
    private const ushort InterruptEnable = Base + 1;
    private const ushort FifoControl = Base + 2;
    private const ushort LineControl = Base + 3;
    private const ushort ModemControl = Base + 4;
    private const ushort LineStatus = Base + 5;

    private const byte DivisorAccess = 1 << 7;
    private const byte EightBitsNoParityOneStop = 0b11;
    private const byte TransmitterEmpty = 1 << 5;

    private static bool s_insideLine;

    /// <summary>Sets 115200 baud, 8 bits, no parity, one stop bit, FIFOs on, interrupts off.</summary>
    public static void Initialise()
    {
        Instructions.Out8(InterruptEnable, 0);
        Instructions.Out8(LineControl, DivisorAccess);
        Instructions.Out8(Base, 1);
        Instructions.Out8(InterruptEnable, 0);
        Instructions.Out8(LineControl, EightBitsNoParityOneStop);
        Instructions.Out8(FifoControl, 0x07);
        Instructions.Out8(ModemControl, 0x03);
    }

    /// <summary>Sends one byte.</summary>
    public static void Write(byte value)
    {
        while ((Instructions.In8(LineStatus) & TransmitterEmpty) == 0)
        {
            Instructions.Pause();
        }

        Instructions.Out8(Base, value);
        s_insideLine = value != (byte)'\n';
    }

    /// <summary>Sends text that is ASCII or UTF-8 already.</summary>
    public static void Write(ReadOnlySpan<byte> text)
    {
        foreach (byte value in text)
        {
            Write(value);
        }
    }

    /// <summary>Sends a string; what is not ASCII becomes a question mark.</summary>
    public static void Write(string text) => Write((ReadOnlySpan<char>)text);

    /// <summary>Sends characters; what is not ASCII becomes a question mark.</summary>
    public static void Write(ReadOnlySpan<char> text)
    {
        foreach (char unit in text)
        {
            Write(unit < 0x80 ? (byte)unit : (byte)'?');
        }
    }

    /// <summary>Sends a number in decimal.</summary>
    public static void WriteDecimal(ulong value)
    {
        Span<byte> digits = stackalloc byte[20];
        int start = digits.Length;
        do
        {
            digits[--start] = (byte)('0' + (value % 10));
            value /= 10;
        }
        while (value != 0);

        Write(digits.Slice(start));
    }

    /// <summary>Sends a number as 0x and at least <paramref name="digits"/> hexadecimal digits.</summary>
    public static void WriteHexadecimal(ulong value, int digits = 1)
    {
        Write("0x"u8);
        bool started = false;
        for (int digit = 15; digit >= 0; digit--)
        {
            uint nibble = (uint)(value >> (digit * 4)) & 0xF;
            started |= nibble != 0 || digit < digits;
            if (started)
            {
                Write("0123456789abcdef"u8[(int)nibble]);
            }
        }
    }

    /// <summary>Sends a register or an address as 0x and all of its hexadecimal digits.</summary>
    public static void WriteAddress(nuint value) => WriteHexadecimal(value, 2 * nuint.Size);

    /// <summary>Ends the line if one was begun, so that what follows stands at its start.</summary>
    public static void StartLine()
    {
        if (s_insideLine)
        {
            Write((byte)'\n');
        }
    }

    /// <summary>Sends text and ends the line.</summary>
    public static void WriteLine(ReadOnlySpan<byte> text)
    {
        Write(text);
        Write((byte)'\n');
    }
}
