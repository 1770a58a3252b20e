using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Flow;

/// <summary>Tells calls that an analysis can see into from those of which only a contract, or a name, says what they do.</summary>
internal static class OpaqueCalls
{
    /// <summary>Whether the body that runs is in this compilation, or is the framework's and so does nothing to a machine.</summary>
    public static bool IsReadable(IMethodSymbol method)
    {
        method = method.OriginalDefinition;
        if (method.MethodKind == MethodKind.DelegateInvoke || method.IsAbstract || method.IsExtern)
        {
            return false;
        }

        if (method.DeclaringSyntaxReferences.IsEmpty)
        {
            return method.IsImplicitlyDeclared || IsOfFramework(method);
        }

        return !(method.IsVirtual || method.IsOverride) || method.IsSealed || method.ContainingType is { IsSealed: true } or { TypeKind: TypeKind.Struct };
    }

    private static bool IsOfFramework(IMethodSymbol method)
    {
        INamespaceSymbol? space = method.ContainingNamespace;
        while (space is { ContainingNamespace: { IsGlobalNamespace: false } outer })
        {
            space = outer;
        }

        return space is { Name: "System" };
    }
}
