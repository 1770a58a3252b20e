namespace Boot.Processor;

/// <content>Where this architecture's image is linked.</content>
internal static partial class LinkerSymbols
{
    /// <summary>What the linker adds to the physical address of everything but the boot code.</summary>
    public static nuint ImageBase => 0xC000_0000;
}
