using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>Knows the methods that take over a guard which they are given by value.</summary>
internal static class GuardTakers
{
    /// <summary>Whether the method of the parameter disposes what it is given, by hand or by <c>using</c>.</summary>
    public static bool Dispose(IParameterSymbol parameter, CancellationToken cancellation)
    {
        foreach (SyntaxReference reference in parameter.ContainingSymbol.OriginalDefinition.DeclaringSyntaxReferences)
        {
            foreach (SyntaxNode node in reference.GetSyntax(cancellation).DescendantNodes())
            {
                ExpressionSyntax? disposed = node switch
                {
                    InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Dispose" } access } => access.Expression,
                    UsingStatementSyntax { Expression: var resource } => resource,
                    _ => null,
                };
                if (disposed is IdentifierNameSyntax name && name.Identifier.ValueText == parameter.Name)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
