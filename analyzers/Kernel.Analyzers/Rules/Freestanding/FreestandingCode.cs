using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Freestanding;

/// <summary>Says which code runs without a managed runtime: files so marked in <c>.editorconfig</c>, but no member marked <c>[Hosted]</c>.</summary>
internal static class FreestandingCode
{
    /// <summary>Whether the rules for freestanding code hold for the operation.</summary>
    /// <remarks>Arguments of attributes are data for the compiler and never run.</remarks>
    public static bool Holds(OperationAnalysisContext context) =>
        Holds(context.Options, context.Operation.Syntax.SyntaxTree, context.ContainingSymbol) && !IsInAttribute(context.Operation);

    /// <summary>Whether the rules for freestanding code hold for a member declared in the file.</summary>
    public static bool Holds(AnalyzerOptions options, SyntaxTree tree, ISymbol? member) =>
        RuleOptions.IsFreestanding(options, tree) && !Contract.HasAround(member, Contract.Hosted);

    /// <summary>Whether the operation is part of a <c>throw</c>, which is one mistake with everything in it.</summary>
    public static bool IsThrown(IOperation operation)
    {
        for (IOperation? current = operation; current is not null and not IBlockOperation; current = current.Parent)
        {
            if (current is IThrowOperation)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsInAttribute(IOperation operation)
    {
        for (IOperation? current = operation; current is not null; current = current.Parent)
        {
            if (current is IAttributeOperation)
            {
                return true;
            }
        }

        return false;
    }
}
