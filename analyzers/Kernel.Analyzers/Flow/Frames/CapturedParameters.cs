using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>The parameters of a primary constructor: in the other members they are what the object holds, as its fields are.</summary>
internal static class CapturedParameters
{
    /// <summary>Those of a type's primary constructor; none where it has no such constructor.</summary>
    public static ImmutableArray<IParameterSymbol> Of(INamedTypeSymbol type)
    {
        foreach (IMethodSymbol constructor in type.InstanceConstructors)
        {
            foreach (SyntaxReference reference in constructor.DeclaringSyntaxReferences)
            {
                if (reference.GetSyntax() is TypeDeclarationSyntax)
                {
                    return constructor.Parameters;
                }
            }
        }

        return [];
    }
}
