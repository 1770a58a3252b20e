using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>Compares the loop that changes entries to the loop that flushes them.</summary>
internal static class FlushLoops
{
    /// <summary>Whether both loops count to the same end, and the one that flushes begins above where the one with the change does.</summary>
    public static bool StartsLater(StatementSyntax flushing, SyntaxNode change) =>
        flushing is ForStatementSyntax flushes && Count(flushes) is { } later
        && change.FirstAncestorOrSelf<ForStatementSyntax>() is { } changes && Count(changes) is { } earlier
        && later.Start > earlier.Start && later.End == earlier.End;

    // The condition and the step without the name of the counter.
    private static (long Start, string End)? Count(ForStatementSyntax loop)
    {
        if (loop.Declaration is not { Variables: [{ Initializer.Value: LiteralExpressionSyntax { Token.Value: IConvertible start } } counter] } || start is string)
        {
            return null;
        }

        string name = counter.Identifier.ValueText;
        string rest = string.Concat(loop.Condition?.DescendantTokens().Concat(loop.Incrementors.SelectMany(static step => step.DescendantTokens()))
            .Select(token => token.ValueText == name ? "#" : token.ValueText + " ") ?? []);
        return EntryPlaces.BitsOf(start) is { } bits and <= int.MaxValue ? ((long)bits, rest) : null;
    }
}
