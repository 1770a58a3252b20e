using System;
using System.Runtime.CompilerServices;
using Kernel.Analyzers.Contracts.Vocabularies;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Scopes;

/// <summary>What one rule knows of one compilation wherever it looks: the vocabulary, and the bodies that it has read.</summary>
/// <remarks>
/// Whoever asks whether a symbol carries a contract has nothing but the symbol, and one of another assembly may belong to many
/// compilations. So each action of a rule runs in its compilation's scope on its thread, and in none after it.
/// </remarks>
/// <param name="vocabulary">The contracts that additional files give; null where no file is a vocabulary.</param>
internal sealed class CompilationScope(Vocabulary? vocabulary)
{
    [ThreadStatic]
    private static CompilationScope? t_current;

    // A body goes with its operations: what was read of it is of no use to anybody else.
    private readonly ConditionalWeakTable<IOperation, Body> _bodies = new();

    private readonly Vocabulary? _vocabulary = vocabulary;

    /// <summary>What holds on this thread beside the attributes; null where no file says anything, or no rule is running.</summary>
    public static Vocabulary? Vocabulary => t_current?._vocabulary;

    /// <summary>The body below this operation, read the first time that a rule asks.</summary>
    public static Body BodyBelow(IOperation root) => t_current is { } scope ? scope._bodies.GetValue(root, Body.Read) : Body.Read(root);

    /// <summary>Runs an action in this scope.</summary>
    public void Around<TContext>(Action<TContext> action, TContext context)
    {
        CompilationScope? outer = t_current;
        t_current = this;
        try
        {
            action(context);
        }
        finally
        {
            t_current = outer;
        }
    }
}
