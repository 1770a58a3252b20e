namespace Boot.Guest;

/// <summary>64-bit numbers, over edge and random operands, against results from the host.</summary>
internal static unsafe class WideArithmeticTests
{
    /// <summary>Runs the suite.</summary>
    public static void Run()
    {
        Tap.Test("64-bit products are the host's, over edge and random operands", &Products);
        Tap.Test("64-bit products that are checked for overflow are the host's", &CheckedProducts);
        Tap.Test("64-bit quotients and remainders are the host's", &Division);
        Tap.Test("signed 64-bit quotients and remainders are the host's", &SignedDivision);
        Tap.Test("64-bit shifts by any count are the host's", &Shifts);
        Tap.Test("indivisible changes of 64 bits leave and answer what the host's do", &Interlocked);
        Tap.Test("volatile reads see all 64 bits of volatile writes", &Volatile);
    }

    private static void Products() => Same(WideOperations.Product, "digest of the products");

    private static void CheckedProducts()
    {
        Same(WideOperations.CheckedProduct, "digest of the unsigned products");
        Same(WideOperations.CheckedSignedProduct, "digest of the signed products");
    }

    private static void Division()
    {
        Same(WideOperations.Quotient, "digest of the quotients");
        Same(WideOperations.Remainder, "digest of the remainders");
    }

    private static void SignedDivision()
    {
        Same(WideOperations.SignedQuotient, "digest of the quotients");
        Same(WideOperations.SignedRemainder, "digest of the remainders");
    }

    private static void Shifts()
    {
        Same(WideOperations.ShiftUp, "digest of the shifts up");
        Same(WideOperations.ShiftDown, "digest of the shifts down");
        Same(WideOperations.ShiftDownSigned, "digest of the shifts down with the sign");
    }

    private static void Interlocked()
    {
        Same(WideOperations.InterlockedSum, "digest of the sums");
        Same(WideOperations.InterlockedExchange, "digest of the exchanges");
    }

    private static void Volatile() => Same(WideOperations.VolatileCell, "digest of what was read");

    private static void Same(WideOperation operation, string what) => Check.Equal(operation.Expected, (ulong)operation.Compute(), what);
}
