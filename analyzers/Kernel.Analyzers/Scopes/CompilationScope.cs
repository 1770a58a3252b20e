using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using Kernel.Analyzers.Contracts.Vocabularies;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Scopes;

/// <summary>What one rule or fix knows of one compilation wherever it looks: the vocabulary, and the bodies that it has read.</summary>
/// <remarks>
/// Whoever asks whether a symbol carries a contract has nothing but the symbol, and one of another assembly may belong to many
/// compilations. So each action of a rule, and each look of a fix, runs in its compilation's scope on its thread, and in none after it.
/// </remarks>
public sealed class CompilationScope
{
    [ThreadStatic]
    private static CompilationScope? t_current;

    // A body goes with its operations: what was read of it is of no use to anybody else.
    private readonly ConditionalWeakTable<IOperation, Body> _bodies = new();

    private readonly ConcurrentDictionary<ITypeSymbol, bool> _entries = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _debts = new(SymbolEqualityComparer.Default);
    private readonly Vocabulary? _vocabulary;

    /// <summary>A scope for the compilation.</summary>
    /// <param name="compilation">The compilation.</param>
    /// <param name="files">Its additional files: those that are vocabularies give contracts.</param>
    /// <param name="cancellation">Ends the reading of them.</param>
    public CompilationScope(Compilation compilation, IEnumerable<AdditionalText> files, CancellationToken cancellation) =>
        _vocabulary = Contracts.Vocabularies.Vocabulary.Of(compilation, files, cancellation);

    /// <summary>What holds on this thread beside the attributes; null where no file says anything, or no rule or fix is running.</summary>
    internal static Vocabulary? Vocabulary => t_current?._vocabulary;

    /// <summary>The body below this operation, read the first time that a rule asks.</summary>
    internal static Body BodyBelow(IOperation root) => t_current is { } scope ? scope._bodies.GetValue(root, Body.Read) : Body.Read(root);

    /// <summary>Whether values of the type are page-table entries, found out the first time that a rule asks.</summary>
    internal static bool IsEntry(ITypeSymbol type, Func<ITypeSymbol, bool> find) => t_current is { } scope ? scope._entries.GetOrAdd(type, find) : find(type);

    /// <summary>Whether a value of the type stands for a flush that is owed, found out the first time that a rule asks.</summary>
    internal static bool IsDebt(ITypeSymbol type, Func<ITypeSymbol, bool> find) => t_current is { } scope ? scope._debts.GetOrAdd(type, find) : find(type);

    /// <summary>Runs an action in this scope.</summary>
    public void Around<TContext>(Action<TContext> action, TContext context)
    {
        // Looked up once: the thread's own fields are far away, and this is done for millions of operations.
        ref CompilationScope? current = ref t_current;
        CompilationScope? outer = current;
        current = this;
        try
        {
            action(context);
        }
        finally
        {
            current = outer;
        }
    }
}
