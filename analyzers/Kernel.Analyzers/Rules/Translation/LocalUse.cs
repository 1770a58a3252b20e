using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Translation;

/// <summary>Says whether what a statement wrote into a local is read again on any path.</summary>
internal static class LocalUse
{
    /// <summary>Whether no path from the end of the statement, whose last act is to write the local, reads it before it is written again.</summary>
    public static bool IsNeverReadAfter(ILocalSymbol local, IOperation statement) =>
        FlowOf(statement) is { Succeeded: true } flow
        && !flow.DataFlowsOut.Contains(local, SymbolEqualityComparer.Default)
        && !flow.Captured.Contains(local, SymbolEqualityComparer.Default)
        && !flow.UnsafeAddressTaken.Contains(local, SymbolEqualityComparer.Default);

    /// <summary>Whether neither the statement, which declares the local somewhere inside, nor anything after it reads the local.</summary>
    public static bool IsNeverReadIn(ILocalSymbol local, IOperation statement) =>
        IsNeverReadAfter(local, statement)
        && FlowOf(statement) is { } flow
        && !flow.ReadInside.Contains(local, SymbolEqualityComparer.Default);

    /// <summary>The plain declaration statement of a local; null for <c>using</c>, <c>fixed</c>, <c>for</c> and <c>foreach</c>, which use it.</summary>
    public static IOperation? DeclarationOf(IVariableDeclaratorOperation declarator) =>
        declarator.Parent is IVariableDeclarationOperation { Parent: IVariableDeclarationGroupOperation { Parent: not IUsingDeclarationOperation } group }
        && group.Syntax is LocalDeclarationStatementSyntax
            ? group
            : null;

    /// <summary>The statement that ends in this expression, where it is a simple one.</summary>
    public static IOperation? StatementAround(IOperation expression)
    {
        IOperation? current = expression;
        while (current is not (null or IExpressionStatementOperation or IVariableDeclarationGroupOperation or IReturnOperation))
        {
            if (current is IAnonymousFunctionOperation or IBlockOperation or IConditionalOperation { Syntax: StatementSyntax })
            {
                // The condition of an `if`: the local may be read in the arms, so all of the `if` is looked at.
                break;
            }

            current = current.Parent;
        }

        return current is IAnonymousFunctionOperation or IBlockOperation ? null : current;
    }

    private static DataFlowAnalysis? FlowOf(IOperation statement) =>
        statement.Syntax is StatementSyntax syntax ? statement.SemanticModel?.AnalyzeDataFlow(syntax) : null;
}
