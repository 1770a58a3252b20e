namespace Boot.Processor;

/// <summary>The two 8259A interrupt controllers: moved out of the exceptions' vectors, and silenced.</summary>
/// <remarks>The firmware leaves the timer on vector 8, where it would look like a double fault (Intel 8259A data sheet, ICW2).</remarks>
internal static class InterruptController
{
    private const ushort FirstCommand = 0x20;
    private const ushort FirstData = 0x21;
    private const ushort SecondCommand = 0xA0;
    private const ushort SecondData = 0xA1;

    /// <summary>Moves the sixteen lines to vectors 32 to 47 and masks them all.</summary>
    public static void Silence()
    {
        const byte InitialiseCascade = 0x11;
        const byte Mode8086 = 0x01;

        Instructions.Out8(FirstCommand, InitialiseCascade);
        Instructions.Out8(SecondCommand, InitialiseCascade);
        Instructions.Out8(FirstData, 32);
        Instructions.Out8(SecondData, 40);
        Instructions.Out8(FirstData, 1 << 2);
        Instructions.Out8(SecondData, 2);
        Instructions.Out8(FirstData, Mode8086);
        Instructions.Out8(SecondData, Mode8086);
        Instructions.Out8(FirstData, 0xFF);
        Instructions.Out8(SecondData, 0xFF);
    }
}
