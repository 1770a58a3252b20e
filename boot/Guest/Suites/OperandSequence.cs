using System;

namespace Boot.Guest;

/// <summary>Pairs of 64-bit numbers, the same wherever they are made: first the edges with each other, then numbers of every width.</summary>
/// <remarks>Made and digested in 32-bit arithmetic alone, so that what is under test is not what tests it. The tests on the host compile this file too.</remarks>
internal struct OperandSequence
{
    /// <summary>How many pairs there are.</summary>
    public const int Count = (EdgeCount * EdgeCount) + 20_000;

    private const int EdgeCount = 16;
    private const uint Prime = 16_777_619;

    private uint _state;
    private int _index;

    private static ReadOnlySpan<ulong> Edges =>
    [
        0, 1, 2, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000,
        0x1_0000_0001, 0x8000_0000_0000, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000,
        0x8000_0000_0000_0001, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_FFFF_FFFE, 0xFFFF_FFFF_FFFF_FFFF,
    ];

    /// <summary>The first pair and, call by call, the others.</summary>
    public void Next(out ulong left, out ulong right)
    {
        int index = _index++;
        if (index < EdgeCount * EdgeCount)
        {
            left = Edges[index & (EdgeCount - 1)];
            right = Edges[index >> 4];
            return;
        }

        left = NextNumber();
        right = NextNumber();
    }

    /// <summary>The digest with a result added.</summary>
    public static uint Digest(uint digest, ulong result)
    {
        digest = unchecked((digest ^ (uint)result) * Prime);
        return unchecked((digest ^ (uint)(result >> 32)) * Prime);
    }

    // Random bits, of which an upper part may be all zeros or all ones.
    private ulong NextNumber()
    {
        uint high = NextBits();
        uint low = NextBits();
        uint shape = NextBits();
        int width = (int)(shape >> 27);
        switch (shape & 7)
        {
            case 0:
                high = 0;
                break;
            case 1:
                high = 0;
                low >>= width;
                break;
            case 2:
                high >>= width;
                break;
            case 3:
                high = uint.MaxValue - (high >> width);
                break;
            case 4:
                high = uint.MaxValue;
                break;
        }

        return ((ulong)high << 32) | low;
    }

    // Marsaglia, "Xorshift RNGs", 32 bits; any state but 0.
    private uint NextBits()
    {
        uint state = _state == 0 ? 2_463_534_242 : _state;
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        _state = state;
        return state;
    }
}
