using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow;

/// <summary>Finds the declarations that speak of certain types: a value of such a type in a body comes from one of them, or is named in it.</summary>
/// <param name="isSuch">Whether the type is one of them.</param>
internal sealed class TypeMentions(Func<ITypeSymbol?, bool> isSuch)
{
    private readonly Dictionary<ITypeSymbol, bool> _known = new(SymbolEqualityComparer.Default);

    /// <summary>The types of the assemblies, and their members.</summary>
    public static IEnumerable<ISymbol> DeclarationsIn(IEnumerable<IAssemblySymbol> assemblies)
    {
        Stack<INamespaceOrTypeSymbol> pending = new();
        foreach (IAssemblySymbol assembly in assemblies)
        {
            pending.Push(assembly.GlobalNamespace);
        }

        while (pending.Count > 0)
        {
            foreach (ISymbol member in pending.Pop().GetMembers())
            {
                if (member is INamespaceOrTypeSymbol inner)
                {
                    pending.Push(inner);
                }

                if (member is not INamespaceSymbol)
                {
                    yield return member;
                }
            }
        }
    }

    /// <summary>Whether the declaration is of such a type, takes or gives one.</summary>
    public bool AreIn(ISymbol declaration)
    {
        switch (declaration)
        {
            case ITypeSymbol type:
                return Mentions(type);
            case IFieldSymbol field:
                return Mentions(field.Type);
            case IPropertySymbol property:
                return Mentions(property.Type) || AreIn(property.Parameters);
            case IMethodSymbol method:
                return Mentions(method.ReturnType) || AreIn(method.Parameters);
            default:
                return false;
        }
    }

    private bool AreIn(ImmutableArray<IParameterSymbol> parameters)
    {
        foreach (IParameterSymbol parameter in parameters)
        {
            if (Mentions(parameter.Type))
            {
                return true;
            }
        }

        return false;
    }

    private bool Mentions(ITypeSymbol type)
    {
        if (_known.TryGetValue(type, out bool known))
        {
            return known;
        }

        // A delegate may speak of itself.
        _known[type] = false;
        bool mentions = isSuch(type) || type switch
        {
            IArrayTypeSymbol array => Mentions(array.ElementType),
            IPointerTypeSymbol pointer => Mentions(pointer.PointedAtType),
            IFunctionPointerTypeSymbol { Signature: var signature } => AreIn(signature),
            INamedTypeSymbol named => IsGiven(named) || (named is { DelegateInvokeMethod: { } invoke } && AreIn(invoke)),
            _ => false,
        };
        _known[type] = mentions;
        return mentions;
    }

    private bool IsGiven(INamedTypeSymbol type)
    {
        foreach (ITypeSymbol argument in type.TypeArguments)
        {
            if (Mentions(argument))
            {
                return true;
            }
        }

        return false;
    }
}
