using System.Threading;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>The names of which a body has one if it does something to a lock itself.</summary>
internal static class LockWords
{
    /// <summary>Whether a contract may say something about locks somewhere in the compilation.</summary>
    public static bool AreContracted(Compilation compilation, CancellationToken cancellation) => ContractUse.IsPossible(
        compilation,
        cancellation,
        Contract.GuardedBy,
        Contract.RequiresLock,
        Contract.ExcludesLock,
        Contract.Acquires,
        Contract.Releases,
        Contract.Lock,
        Contract.LockGuard);

    /// <summary>The names of the methods that may take or release a lock without a contract, which can give any name to one.</summary>
    /// <param name="areContracted">Whether there may be contracts.</param>
    public static BodyWords Of(bool areContracted)
    {
        BodyWords words = new();
        if (areContracted)
        {
            words.AddAny();
        }

        words.Add("EnterScope");
        foreach (string name in LockNames.Uses)
        {
            words.Add(name);
        }

        return words;
    }
}
