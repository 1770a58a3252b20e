using System.Collections.Generic;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kernel.Analyzers.Scopes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values;

/// <summary>Everything below one outermost operation, read once: the body of a member, an initializer or an attribute.</summary>
internal sealed class Body
{
    private readonly VariableWrites _writes = new();
    private readonly Dictionary<ISymbol, List<ILocalReferenceOperation>> _uses = new(SymbolEqualityComparer.Default);

    private Body(IOperation root)
    {
        ImmutableArray<IOperation>.Builder operations = ImmutableArray.CreateBuilder<IOperation>();
        foreach (IOperation operation in root.DescendantsAndSelf())
        {
            operations.Add(operation);
            _writes.Read(operation);
            switch (operation.Kind)
            {
                case OperationKind.LocalReference:
                    AddUse((ILocalReferenceOperation)operation);
                    break;
                case OperationKind.Branch:
                    HasGoto |= ((IBranchOperation)operation).BranchKind == BranchKind.GoTo;
                    break;
            }
        }

        Operations = operations.ToImmutable();
    }

    /// <summary>The operations, each before those below it.</summary>
    public ImmutableArray<IOperation> Operations { get; }

    /// <summary>Whether control jumps to a label: that makes a loop that no loop statement shows.</summary>
    public bool HasGoto { get; }

    /// <summary>The body around an operation, read the first time that a rule asks.</summary>
    public static Body Around(IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return CompilationScope.Memory<Readings>().Bodies.GetValue(operation, static root => new Body(root));
    }

    /// <summary>All writes to the local or the parameter, in the order of the text.</summary>
    public IReadOnlyList<VariableWrite> WritesTo(ISymbol variable) => _writes.To(variable);

    /// <summary>Wherever the local stands, in the order of the text.</summary>
    public IReadOnlyList<ILocalReferenceOperation> UsesOf(ILocalSymbol local) =>
        _uses.TryGetValue(local, out List<ILocalReferenceOperation>? uses) ? uses : [];

    /// <summary>The value of a local that is written once, where it is declared, and never aliased; else null.</summary>
    public IOperation? OnlyValueOf(ILocalSymbol local) =>
        WritesTo(local) is [{ IsAlias: false, Place: IVariableDeclaratorOperation, Value: var value }] ? value : null;

    private void AddUse(ILocalReferenceOperation use)
    {
        if (!_uses.TryGetValue(use.Local, out List<ILocalReferenceOperation>? uses))
        {
            _uses.Add(use.Local, uses = []);
        }

        uses.Add(use);
    }

    // A body goes with its operations: what was read of it is of no use to anybody else.
    private sealed class Readings
    {
        public ConditionalWeakTable<IOperation, Body> Bodies { get; } = new();
    }
}
