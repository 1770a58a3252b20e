using System;
using Kernel.Addresses;
using Kernel.Machine;

namespace Boot.Protocols;

/// <summary>Numbers and texts in what the loader has left, at any alignment. What cannot be read ends in a panic.</summary>
/// <typeparam name="TMemory">Where it can be read.</typeparam>
internal static class LoaderData<TMemory>
    where TMemory : struct, ILoaderMemory
{
    /// <summary>The byte at an address.</summary>
    public static byte Read8(PhysicalAddress address)
    {
        Span<byte> bytes = stackalloc byte[1];
        Read(address, bytes);
        return bytes[0];
    }

    /// <summary>The 16 bits at an address, lowest byte first.</summary>
    public static ushort Read16(PhysicalAddress address)
    {
        Span<byte> bytes = stackalloc byte[2];
        Read(address, bytes);
        return (ushort)(bytes[0] | (bytes[1] << 8));
    }

    /// <summary>The 32 bits at an address, lowest byte first.</summary>
    public static uint Read32(PhysicalAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        Read(address, bytes);
        return bytes[0] | ((uint)bytes[1] << 8) | ((uint)bytes[2] << 16) | ((uint)bytes[3] << 24);
    }

    /// <summary>The 64 bits at an address, lowest byte first.</summary>
    public static ulong Read64(PhysicalAddress address) => Read32(address) | ((ulong)Read32(address + sizeof(uint)) << 32);

    /// <summary>Copies a text without its terminating zero; panics when it is longer than <paramref name="text"/>.</summary>
    /// <returns>How many bytes it has.</returns>
    public static int ReadText(PhysicalAddress address, Span<byte> text)
    {
        for (int length = 0; length <= text.Length; length++)
        {
            byte value = Read8(address + (uint)length);
            if (value == 0)
            {
                return length;
            }

            if (length < text.Length)
            {
                text[length] = value;
            }
        }

        Panic.Raise("text of the loader without an end at", address.Value, "a terminating zero within 1024 bytes", "LoaderData.ReadText");
        return 0;
    }

    private static void Read(PhysicalAddress address, Span<byte> bytes)
    {
        if (!TMemory.TryRead(address, bytes))
        {
            Panic.Raise("data of the loader at", address.Value, "an address that the boot tables show", "LoaderData.Read");
        }
    }
}
