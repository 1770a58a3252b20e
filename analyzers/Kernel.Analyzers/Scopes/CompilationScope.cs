using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Kernel.Analyzers.Contracts.Vocabularies;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Scopes;

/// <summary>What one rule or fix knows of one compilation wherever it looks: the vocabulary, and what it has found out before.</summary>
/// <remarks>
/// Whoever asks whether a symbol carries a contract has nothing but the symbol, and one of another assembly may belong to many
/// compilations. So each action of a rule, and each look of a fix, runs in its compilation's scope on its thread, and in none after it.
/// </remarks>
public sealed class CompilationScope
{
    [ThreadStatic]
    private static CompilationScope? t_current;

    private readonly ConcurrentDictionary<Type, object> _memories = new();
    private readonly Vocabulary? _vocabulary;

    /// <summary>A scope for the compilation.</summary>
    /// <param name="compilation">The compilation.</param>
    /// <param name="files">Its additional files: those that are vocabularies give contracts.</param>
    /// <param name="cancellation">Ends the reading of them.</param>
    public CompilationScope(Compilation compilation, IEnumerable<AdditionalText> files, CancellationToken cancellation) =>
        _vocabulary = Contracts.Vocabularies.Vocabulary.Of(compilation, files, cancellation);

    /// <summary>What holds on this thread beside the attributes; null where no file says anything, or no rule or fix is running.</summary>
    internal static Vocabulary? Vocabulary => t_current?._vocabulary;

    /// <summary>What somebody remembers of this compilation, each kind of it once; a new one where no rule or fix is running.</summary>
    /// <typeparam name="T">The memory, which only who fills it knows. It is asked from several threads.</typeparam>
    internal static T Memory<T>()
        where T : class, new() =>
        t_current is { } scope ? (T)scope._memories.GetOrAdd(typeof(T), static _ => new T()) : new T();

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
