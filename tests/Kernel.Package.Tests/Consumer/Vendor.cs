namespace Vendor;

public static class Pool
{
    public static ulong Take() => 0x2000;

    public static void Wipe(ulong frame) => System.ArgumentOutOfRangeException.ThrowIfZero(frame);
}
