using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>The changes that one or more fixes make to a document.</summary>
internal sealed class FixPass
{
    private readonly DocumentEditor _editor;
    private readonly HashSet<SyntaxNode> _claimed = [];
    private readonly HashSet<StatementSyntax> _divided = [];
    private readonly List<(TextSpan Scope, string What)> _held = [];
    private readonly List<(TextSpan Scope, string Name)> _names = [];
    private readonly string _lineEnd;

    private FixPass(DocumentEditor editor)
    {
        _editor = editor;
        _lineEnd = editor.OriginalRoot.DescendantTrivia()
            .Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia)).Select(trivia => trivia.ToString()).FirstOrDefault() ?? "\n";
    }

    /// <summary>The document as it was before.</summary>
    public SyntaxNode Root => _editor.OriginalRoot;

    /// <summary>What it meant before.</summary>
    public SemanticModel Model => _editor.SemanticModel;

    public SyntaxGenerator Generator => _editor.Generator;

    public static async Task<FixPass> BeginAsync(Document document, CancellationToken cancellation) =>
        new(await DocumentEditor.CreateAsync(document, cancellation).ConfigureAwait(false));

    /// <summary>Whether nothing has claimed the node before.</summary>
    public bool Claim(SyntaxNode target) => _claimed.Add(target);

    /// <summary>Whether nothing is held at the statement yet; then it is, from there to the end of the statement or of its block.</summary>
    public bool ClaimHold(string what, StatementSyntax statement, bool toEndOfBlock)
    {
        if (_held.Any(known => known.What == what && known.Scope.Contains(statement.Span)))
        {
            return false;
        }

        _held.Add((toEndOfBlock ? BlockOf(statement).Span : statement.Span, what));
        return true;
    }

    /// <summary>Replaces a node by what is made of its current form, and keeps the trivia around it.</summary>
    public void Replace<TNode>(TNode node, Func<TNode, SyntaxNode> change)
        where TNode : SyntaxNode =>
        _editor.ReplaceNode(node, (current, _) => change((TNode)current).WithTriviaFrom(current));

    /// <summary>Replaces a statement by one with it inside, where the comment behind it stays.</summary>
    public void Wrap(StatementSyntax statement, Func<StatementSyntax, StatementSyntax> around) => _editor.ReplaceNode(statement, (current, _) =>
        around((StatementSyntax)current.WithoutLeadingTrivia())
            .WithLeadingTrivia(current.GetLeadingTrivia())
            .WithTrailingTrivia(SyntaxFactory.EndOfLine(_lineEnd))
            .WithAdditionalAnnotations(Formatter.Annotation));

    /// <summary>Gives an expression a wider type: a literal by its suffix, anything else by a cast.</summary>
    public void Widen(ExpressionSyntax expression, ITypeSymbol type)
    {
        string? suffix = type.SpecialType switch
        {
            SpecialType.System_UInt64 => "UL",
            SpecialType.System_Int64 => "L",
            _ => null,
        };
        if (suffix is not null && expression is LiteralExpressionSyntax { Token.Text: var digits })
        {
            Replace(expression, _ => SyntaxFactory.ParseExpression(digits.TrimEnd('u', 'U', 'l', 'L') + suffix));
        }
        else
        {
            Cast(expression, type);
        }
    }

    /// <summary>Casts an expression, first to one type and then to the next.</summary>
    public void Cast(ExpressionSyntax expression, params ITypeSymbol[] types) => Replace(expression, current =>
        types.Aggregate(
            (SyntaxNode)current.WithoutTrivia(),
            (inner, type) => Generator.CastExpression(type, inner).WithAdditionalAnnotations(Simplifier.Annotation)));

    /// <summary>Takes away a cast whose operand has its type now.</summary>
    public void Uncast(CastExpressionSyntax cast) => Replace(cast, static current => SyntaxFactory
        .ParenthesizedExpression(Expressions.Inside(current.Expression).WithoutTrivia()).WithAdditionalAnnotations(Simplifier.Annotation));

    /// <summary>Puts a statement before another.</summary>
    /// <remarks>A comment right above the other statement stays with it; empty lines and directives come first.</remarks>
    public void InsertBefore(StatementSyntax statement, string text)
    {
        SyntaxTriviaList leading = statement.GetLeadingTrivia();
        int comments = StatementPlaces.CommentsOf(leading);
        StatementSyntax inserted = Statement(text, statement);
        if (_divided.Add(statement))
        {
            inserted = inserted.WithLeadingTrivia(leading.Take(comments));
            _editor.ReplaceNode(statement, (current, _) => current.WithLeadingTrivia(leading.Skip(comments)));
        }

        _editor.InsertBefore(StatementPlaces.Listed(statement), [Listed(statement, inserted)]);
    }

    /// <summary>Puts a statement after another.</summary>
    public void InsertAfter(StatementSyntax statement, string text) =>
        _editor.InsertAfter(StatementPlaces.Listed(statement), [Listed(statement, Statement(text, statement))]);

    /// <summary>Takes a statement from its place and puts it after another, with the comments above it.</summary>
    public void MoveAfter(StatementSyntax statement, StatementSyntax other)
    {
        SyntaxTriviaList leading = statement.GetLeadingTrivia();
        StatementSyntax moved = statement
            .WithLeadingTrivia(leading.Skip(StatementPlaces.CommentsOf(leading)))
            .WithAdditionalAnnotations(Formatter.Annotation);
        _editor.InsertAfter(StatementPlaces.Listed(other), [Listed(other, moved)]);
        _editor.RemoveNode(StatementPlaces.Listed(statement), SyntaxRemoveOptions.KeepDirectives);
    }

    /// <summary>A name for a new local of the block that the statement is in.</summary>
    public string NewName(StatementSyntax statement, string wanted)
    {
        SyntaxNode scope = BlockOf(statement);
        string name = wanted;
        for (int number = 2; !IsFree(name, scope, statement.SpanStart); number++)
        {
            name = wanted + number;
        }

        _names.Add((scope.Span, name));
        return name;
    }

    public Document ChangedDocument() => _editor.GetChangedDocument();

    private bool IsFree(string name, SyntaxNode scope, int position) =>
        Model.LookupSymbols(position, name: name).IsEmpty
        && !scope.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name)
        && !_names.Any(given => given.Name == name && given.Scope.OverlapsWith(scope.Span));

    private static SyntaxNode BlockOf(StatementSyntax statement) => StatementPlaces.Listed(statement).Parent!;

    // On a line of its own, unless the block is written in one.
    private StatementSyntax Statement(string text, StatementSyntax beside) => SyntaxFactory.ParseStatement(text)
        .WithTrailingTrivia(beside.GetTrailingTrivia().Any(SyntaxKind.EndOfLineTrivia) ? SyntaxFactory.EndOfLine(_lineEnd) : SyntaxFactory.Space)
        .WithAdditionalAnnotations(Formatter.Annotation);

    private static SyntaxNode Listed(StatementSyntax beside, StatementSyntax statement) =>
        beside.Parent is GlobalStatementSyntax ? SyntaxFactory.GlobalStatement(statement) : statement;
}
