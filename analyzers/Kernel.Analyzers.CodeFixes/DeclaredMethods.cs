using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Finds the static methods that a fix may call.</summary>
internal static class DeclaredMethods
{
    /// <summary>
    /// The static methods that can be called by their type's name: of the compilation, of what it refers to and knows the contract, and
    /// those that a vocabulary gives it to. Whether a method has the contract is for the fix to ask.
    /// </summary>
    public static IEnumerable<IMethodSymbol> Of(Compilation compilation, string contract, CancellationToken cancellation) =>
        compilation.SourceModule.ReferencedAssemblySymbols
            .Where(assembly => assembly.GetTypeByMetadataName($"{Contract.Namespace}.{contract}") is not null)
            .Prepend(compilation.Assembly)
            .SelectMany(assembly => In(assembly.GlobalNamespace, cancellation))
            .Concat(Contract.SaidOfMethods(contract).Where(IsCallable))
            .Distinct<IMethodSymbol>(SymbolEqualityComparer.Default);

    private static bool IsCallable(IMethodSymbol method) =>
        method is { IsStatic: true, IsAbstract: false, IsGenericMethod: false, MethodKind: MethodKind.Ordinary };

    private static IEnumerable<IMethodSymbol> In(INamespaceOrTypeSymbol container, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (ISymbol member in container.GetMembers())
        {
            switch (member)
            {
                case IMethodSymbol method when IsCallable(method):
                    yield return method;
                    break;
                case INamespaceOrTypeSymbol inner:
                    foreach (IMethodSymbol method in In(inner, cancellation))
                    {
                        yield return method;
                    }

                    break;
            }
        }
    }
}
