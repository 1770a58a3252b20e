using System.Collections.Generic;
using System.Linq;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Says whether a call means the same at another place.</summary>
internal sealed class StatementOrder(SemanticModel model)
{
    /// <summary>Whether a statement that only calls something can be done after these others.</summary>
    public bool MayComeAfter(StatementSyntax moved, IEnumerable<StatementSyntax> passed) =>
        moved is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call }
        && ReadsOnlyVariables(call)
        && passed.All(statement => !Leaves(statement) && !Releases(statement) && !Writes(statement, VariablesOf(call)));

    // What stands in memory may have changed by then; a local or a parameter changes where its name is written.
    private bool ReadsOnlyVariables(InvocationExpressionSyntax call) => call.ArgumentList.Arguments.All(argument =>
        argument.RefKindKeyword.IsKind(SyntaxKind.None)
        && argument.Expression.DescendantNodesAndSelf().All(node => node is not ExpressionSyntax expression || expression switch
        {
            LiteralExpressionSyntax or ParenthesizedExpressionSyntax or BinaryExpressionSyntax or CastExpressionSyntax or TypeSyntax
                when expression is not SimpleNameSyntax => true,
            PrefixUnaryExpressionSyntax unary => unary.Kind() is SyntaxKind.BitwiseNotExpression or SyntaxKind.UnaryMinusExpression,
            MemberAccessExpressionSyntax member => member.IsKind(SyntaxKind.SimpleMemberAccessExpression),
            SimpleNameSyntax name => IsStable(name),
            _ => false,
        }));

    private bool IsStable(SimpleNameSyntax name) => model.GetSymbolInfo(name).Symbol switch
    {
        ILocalSymbol { IsRef: false } or IParameterSymbol { RefKind: RefKind.None } => true,
        INamespaceOrTypeSymbol => true,
        IFieldSymbol field => field.IsConst || (IsPartOfValue(name) && field.ContainingType.IsValueType),
        IPropertySymbol property => IsPartOfValue(name) && property.ContainingType.IsValueType,
        _ => false,
    };

    private static bool IsPartOfValue(SimpleNameSyntax name) => name.Parent is MemberAccessExpressionSyntax member && member.Name == name;

    private ISymbol[] VariablesOf(SyntaxNode node) =>
    [
        .. node.DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => model.GetSymbolInfo(name).Symbol)
            .Where(symbol => symbol is ILocalSymbol or IParameterSymbol).OfType<ISymbol>().Distinct(SymbolEqualityComparer.Default).OfType<ISymbol>(),
    ];

    private static bool Leaves(SyntaxNode statement) => statement.DescendantNodesAndSelf().Any(node =>
        node is ReturnStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax or YieldStatementSyntax
            or ThrowStatementSyntax or ThrowExpressionSyntax or LabeledStatementSyntax or LocalFunctionStatementSyntax);

    private bool Releases(SyntaxNode statement) => statement.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(call =>
        model.GetSymbolInfo(call).Symbol is IMethodSymbol { Name: "Dispose" } or IMethodSymbol { Name: "Exit" } or null
        || Contract.Has(model.GetSymbolInfo(call).Symbol, Contract.Releases));

    private bool Writes(SyntaxNode statement, IReadOnlyCollection<ISymbol> variables) => statement.DescendantNodesAndSelf().Any(node =>
        (node switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left,
            PostfixUnaryExpressionSyntax { RawKind: not (int)SyntaxKind.SuppressNullableWarningExpression } step => step.Operand,
            PrefixUnaryExpressionSyntax
            {
                RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression or (int)SyntaxKind.AddressOfExpression,
            } step => step.Operand,
            ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } argument => argument.Expression,
            RefExpressionSyntax reference => reference.Expression,
            _ => null,
        })?.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
            .Any(name => !IsPartOfValue(name) && variables.Contains(model.GetSymbolInfo(name).Symbol, SymbolEqualityComparer.Default)) == true
        && !IsWriteThroughPointer(node));

    // `*pte = 0` and `table[i] = 0` change what the variable leads to, not the variable.
    private static bool IsWriteThroughPointer(SyntaxNode node) => node is AssignmentExpressionSyntax
    {
        Left: PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PointerIndirectionExpression } or ElementAccessExpressionSyntax
            or MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.PointerMemberAccessExpression },
    };
}
