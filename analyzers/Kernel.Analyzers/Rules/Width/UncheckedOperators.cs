using System.Linq;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>Says of the <c>+</c> of an address type whether it lets the sum wrap.</summary>
internal static class UncheckedOperators
{
    /// <summary>Whether the operator is one of an address type and its source only adds: no check, no call, nothing that could fail.</summary>
    public static bool Adds(IBinaryOperation sum, Compilation compilation, CancellationToken cancellation) =>
        !compilation.Options.CheckOverflow
        && sum.OperatorMethod is { } method
        && AddressTypes.IsDeclared(method.ContainingType)
        && AddressTypes.IsDeclared(method.ReturnType)
        && OnlyAdds(method, cancellation)
        && !ChecksWhatItIsGiven(method.ContainingType, cancellation);

    private static bool OnlyAdds(IMethodSymbol method, CancellationToken cancellation)
    {
        foreach (SyntaxReference reference in method.OriginalDefinition.DeclaringSyntaxReferences)
        {
            SyntaxNode body = reference.GetSyntax(cancellation);
            return !CanFail(body) && body.DescendantNodes().Any(node => node.IsKind(SyntaxKind.AddExpression));
        }

        return false;
    }

    private static bool ChecksWhatItIsGiven(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.OriginalDefinition.InstanceConstructors.Any(constructor =>
            constructor.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(cancellation) is ConstructorDeclarationSyntax body && CanFail(body)));

    private static bool CanFail(SyntaxNode body) => body.DescendantNodes().Any(node => node is IfStatementSyntax or ConditionalExpressionSyntax
        or SwitchExpressionSyntax or SwitchStatementSyntax or CheckedExpressionSyntax or CheckedStatementSyntax or ThrowExpressionSyntax
        or ThrowStatementSyntax or InvocationExpressionSyntax);
}
