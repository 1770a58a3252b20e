namespace System;

/// <summary>What the compiler asks for to match list patterns; .NET Standard 2.0 does not have it.</summary>
internal readonly struct Index(int value, bool fromEnd = false)
{
    private readonly int _value = value;
    private readonly bool _fromEnd = fromEnd;

    /// <summary>The offset in a list of <paramref name="length"/> elements.</summary>
    public int GetOffset(int length) => _fromEnd ? length - _value : _value;
}
