namespace Boot.Guest;

/// <summary>An operation on two 64-bit numbers, and the digest of what it should answer.</summary>
/// <param name="operation">The operation.</param>
/// <param name="expected">The digest of its results.</param>
internal readonly unsafe struct WideOperation(delegate*<ulong, ulong, ulong> operation, uint expected)
{
    private readonly delegate*<ulong, ulong, ulong> _operation = operation;

    /// <summary>The digest of the results where the operation does what it should.</summary>
    public uint Expected { get; } = expected;

    /// <summary>The digest of the results here.</summary>
    public uint Compute()
    {
        OperandSequence operands = default;
        uint digest = 0;
        for (int count = 0; count < OperandSequence.Count; count++)
        {
            operands.Next(out ulong left, out ulong right);

            // SAFETY: the pointer is one of the methods of WideOperations.
            digest = OperandSequence.Digest(digest, _operation(left, right));
        }

        return digest;
    }
}
