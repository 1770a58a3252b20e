using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Flow.Tables;

/// <summary>What the bodies of one compilation say about their pointers; shared by the threads that analyse it.</summary>
internal sealed class TableShapeCache
{
    public ConcurrentDictionary<IMethodSymbol, BodyTables> Bodies { get; } = new(SymbolEqualityComparer.Default);
}

/// <summary>
/// Finds the pointers, spans and references that lead to page-table entries though neither their type nor their name says so: by what
/// the code around them does with the integers that they lead to.
/// </summary>
/// <param name="cache">What is known already.</param>
/// <param name="bodies">The bodies of the compilation.</param>
/// <param name="user">The method that asks; null for an initializer.</param>
internal sealed class TableShapes(TableShapeCache cache, BodySource bodies, IMethodSymbol? user)
{
    private const int MaximumDepth = 8;

    private readonly HashSet<IMethodSymbol> _running = new(SymbolEqualityComparer.Default);

    /// <summary>The same for another method.</summary>
    public TableShapes For(IMethodSymbol? method) => new(cache, bodies, method);

    /// <summary>Whether the integers behind a pointer, span or reference are page-table entries.</summary>
    public bool IsTable(IOperation memory) => TableRoots.Of(memory) switch
    {
        IMethodSymbol method => Returns(method),
        { } root => user is not null && TablesOf(user) is { } tables && tables.Contains(root),
        null => user is not null && memory is IFlowCaptureReferenceOperation && TablesOf(user) is { } tables
            && tables.Has(EntryText.LastName(memory.Syntax)),
    };

    /// <summary>What the body of the method that asks says.</summary>
    public BodyTables Own => user is null ? BodyTables.None : TablesOf(user) ?? BodyTables.None;

    /// <summary>Whether a method of this compilation returns a pointer or reference to page-table entries.</summary>
    public bool Returns(IMethodSymbol method) =>
        TableRoots.CanReturn(method) && !method.DeclaringSyntaxReferences.IsEmpty && TablesOf(method) is { ReturnsTable: true };

    /// <summary>Whether a method of this compilation uses what a parameter leads to as page-table entries.</summary>
    public bool Takes(IMethodSymbol method, int ordinal)
    {
        IMethodSymbol definition = (method.PartialImplementationPart ?? method).OriginalDefinition;
        return !definition.DeclaringSyntaxReferences.IsEmpty && ordinal < definition.Parameters.Length
            && TablesOf(definition) is { } tables && tables.Contains(definition.Parameters[ordinal]);
    }

    /// <summary>Whether a method of this compilation returns a pointer made from the address in the entry that it is given first.</summary>
    public bool Decodes(IMethodSymbol method) =>
        TableRoots.CanReturn(method) && !method.DeclaringSyntaxReferences.IsEmpty && TablesOf(method) is { } tables && tables.Decodes(0);

    private BodyTables? TablesOf(IMethodSymbol method)
    {
        while (method.ContainingSymbol is IMethodSymbol outer)
        {
            method = outer;
        }

        method = (method.PartialImplementationPart ?? method).OriginalDefinition;
        if (cache.Bodies.TryGetValue(method, out BodyTables? known))
        {
            return known;
        }

        if (_running.Count >= MaximumDepth || !_running.Add(method))
        {
            return null;
        }

        ImmutableArray<IOperation> roots = bodies.OperationsOf(method);
        BodyTables tables = roots.IsEmpty ? BodyTables.None : new TableEvidence(method, this).Read(roots);
        _running.Remove(method);

        // What was found below a method that is still being read may lack what that method says.
        return _running.Count == 0 ? cache.Bodies.GetOrAdd(method, tables) : tables;
    }
}

/// <summary>What one body says about its pointers.</summary>
internal sealed class BodyTables(ImmutableHashSet<ISymbol> tables, ImmutableHashSet<string> walked, ImmutableHashSet<int> decoded, bool returnsTable)
{
    /// <summary>A body that says nothing.</summary>
    public static BodyTables None { get; } = new([], [], [], false);

    /// <summary>Whether it returns a pointer to entries.</summary>
    public bool ReturnsTable { get; } = returnsTable;

    /// <summary>Whether the local, parameter, field or property leads to entries.</summary>
    public bool Contains(ISymbol symbol) => tables.Contains(symbol);

    /// <summary>Whether the body goes on to the table that the entry, as it names it, leads to.</summary>
    public bool Walks(string entry) => walked.Contains(entry);

    /// <summary>Whether it returns a pointer made from the address in the entry that is given to this parameter.</summary>
    public bool Decodes(int ordinal) => decoded.Contains(ordinal);

    /// <summary>Whether something of this name does, where the control-flow graph has put its value aside.</summary>
    public bool Has(string name)
    {
        foreach (ISymbol table in tables)
        {
            if (table.Name == name)
            {
                return true;
            }
        }

        return false;
    }
}
