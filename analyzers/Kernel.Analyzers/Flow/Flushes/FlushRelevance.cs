using System.Collections.Concurrent;
using System.Collections.Generic;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Says quickly which bodies can owe a flush at all: what is known of types and methods is kept for the compilation.</summary>
internal sealed class FlushRelevance
{
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _debts = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _owing = new(SymbolEqualityComparer.Default);

    /// <summary>Whether the body itself changes an entry, makes a value that stands for a flush, or is told that it owes one.</summary>
    /// <param name="block">The body.</param>
    /// <param name="shapes">Tells pointers to entries from others.</param>
    /// <param name="called">Receives the methods of this compilation that it calls: they may owe one to it.</param>
    public bool Matters(IOperation block, TableShapes shapes, HashSet<ISymbol> called)
    {
        foreach (IOperation operation in block.Descendants())
        {
            switch (operation)
            {
                case IInvocationOperation call:
                    if (Matters(call, shapes, called))
                    {
                        return true;
                    }

                    break;
                case IObjectCreationOperation { Type: var type } when IsDebt(type):
                    return true;
                case IAssignmentOperation or IIncrementOrDecrementOperation when EntryPlaces.Changes(operation, shapes):
                    return true;
                case IVariableDeclaratorOperation { Symbol: { IsUsing: true, Type: var disposed } }:
                    AddDispose(disposed, called);
                    break;
                case IUsingOperation { Resources.Type: { } disposed }:
                    AddDispose(disposed, called);
                    break;
            }
        }

        return false;
    }

    private bool Matters(IInvocationOperation call, TableShapes shapes, HashSet<ISymbol> called)
    {
        IMethodSymbol method = call.TargetMethod.OriginalDefinition;
        if (IsDebt(call.TargetMethod.ReturnType) || _owing.GetOrAdd(method, TranslationNames.OwesByContract) || EntryPlaces.Changes(call, shapes))
        {
            return true;
        }

        if (method.DeclaringSyntaxReferences.IsEmpty)
        {
            return false;
        }

        foreach (IParameterSymbol parameter in call.TargetMethod.Parameters)
        {
            if (parameter.RefKind is RefKind.Ref or RefKind.Out && IsDebt(parameter.Type))
            {
                return true;
            }
        }

        BodyCallers.Add(method, called);
        return false;
    }

    // The end of a `using` calls what its text does not name.
    private static void AddDispose(ITypeSymbol disposed, HashSet<ISymbol> called)
    {
        foreach (ISymbol member in disposed.OriginalDefinition.GetMembers("Dispose"))
        {
            BodyCallers.Add(member as IMethodSymbol, called);
        }
    }

    private bool IsDebt(ITypeSymbol? type) => type is not null && _debts.GetOrAdd(type, TranslationNames.IsDebt);
}
