namespace Boot.Protocols;

/// <summary>What the bits of a pixel mean. The numbers are Multiboot's.</summary>
internal enum FrameBufferKind : byte
{
    /// <summary>The number of a colour in a palette.</summary>
    Indexed = 0,

    /// <summary>Red, green and blue.</summary>
    DirectColour = 1,

    /// <summary>Not a pixel but a character and its attributes (EGA text).</summary>
    Text = 2,
}
