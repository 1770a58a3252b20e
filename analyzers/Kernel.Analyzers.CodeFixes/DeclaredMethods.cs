using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Finds the static methods that a fix may call.</summary>
internal static class DeclaredMethods
{
    /// <summary>The static methods of the compilation, and of what it refers to and knows the contract, that can be called by their type's name.</summary>
    public static IEnumerable<IMethodSymbol> Of(Compilation compilation, string contract, CancellationToken cancellation) =>
        compilation.SourceModule.ReferencedAssemblySymbols
            .Where(assembly => assembly.GetTypeByMetadataName($"{Contract.Namespace}.{contract}") is not null)
            .Prepend(compilation.Assembly)
            .SelectMany(assembly => In(assembly.GlobalNamespace, cancellation));

    private static IEnumerable<IMethodSymbol> In(INamespaceOrTypeSymbol container, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (ISymbol member in container.GetMembers())
        {
            switch (member)
            {
                case IMethodSymbol { IsStatic: true, IsAbstract: false, IsGenericMethod: false, MethodKind: MethodKind.Ordinary } method:
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
