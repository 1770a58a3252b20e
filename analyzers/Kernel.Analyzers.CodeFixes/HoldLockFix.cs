using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Rules.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM301 and a missing lock of KMEM302: a <c>using</c> guard goes before the statement.</summary>
/// <remarks>
/// Offered where the lock can be named, and each parameter of its acquiring method is of a type that exactly one parameter of the
/// method around has, each type parameter one of the same name. One guard serves all mistakes after it in its block; where the lock is
/// taken again further down, the guard lives no longer than the statement.
/// </remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(HoldLockFix))]
[Shared]
public sealed class HoldLockFix : DocumentFix
{
    private const string Title = "Hold the lock";

    /// <summary>What a guard is called where nothing else is.</summary>
    internal const string GuardName = "guard";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM301", "KMEM302"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (!diagnostic.Properties.TryGetValue(LockAnalyzer.LockProperty, out string? held)
            || held is null
            || StatementPlaces.Around(node) is not { } statement
            || Taking(statement.SpanStart, held, model) is not var (acquire, call))
        {
            yield break;
        }

        LaterUses uses = new(held, acquire, model);
        if (!StatementPlaces.Neighbours(statement).Any(later => later.SpanStart >= statement.SpanStart && uses.In(later)))
        {
            string type = acquire.ReturnType.ToMinimalDisplayString(model, statement.SpanStart);
            yield return new Change(Title, Title, node, pass =>
            {
                if (pass.ClaimHold(held, statement, toEndOfBlock: true))
                {
                    pass.InsertBefore(statement, $"using {type} {pass.NewName(statement, GuardName)} = {call};");
                }
            });
        }
        else if (statement is not LocalDeclarationStatementSyntax && !uses.In(statement))
        {
            // Held no longer than the statement: what comes after it takes the lock itself.
            yield return new Change(Title, Title, statement, pass =>
            {
                if (pass.ClaimHold(held, statement, toEndOfBlock: false))
                {
                    pass.Wrap(statement, current =>
                        SyntaxFactory.UsingStatement(null, SyntaxFactory.ParseExpression(call), SyntaxFactory.Block(current)));
                }
            });
        }
    }

    /// <summary>The call that takes the lock, and the type of its guard; null where the lock cannot be taken without knowing more.</summary>
    private static (IMethodSymbol Acquire, string Call)? Taking(int position, string held, SemanticModel model)
    {
        ExpressionSyntax expression = SyntaxFactory.ParseExpression(held);
        ITypeSymbol? type = model.GetSpeculativeTypeInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Type;
        if (model.GetSpeculativeSymbolInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Symbol is null
            || type is null
            || Acquiring(type) is not { } acquire
            || (acquire.ReturnType.IsRefLikeType && IsResumed(position, model))
            || !StatementPlaces.TypeParametersAreInScope(acquire.TypeParameters, model, position)
            || Arguments(acquire, model, position) is not { } arguments)
        {
            return null;
        }

        return (acquire, $"{held}.{acquire.Name}{StatementPlaces.TypeArguments(acquire)}({string.Join(", ", arguments)})");
    }

    // A method that goes on later keeps no ref struct meanwhile.
    private static bool IsResumed(int position, SemanticModel model) => model.GetEnclosingSymbol(position) is IMethodSymbol method
        && (method.IsAsync || method.DeclaringSyntaxReferences.Any(body => body.GetSyntax().DescendantNodes().Any(node => node is YieldStatementSyntax)));

    private static IMethodSymbol? Acquiring(ITypeSymbol type)
    {
        IMethodSymbol[] methods = type.GetMembers().OfType<IMethodSymbol>()
            .Where(method => Contract.Find(method, Contract.Acquires) is { } acquires
                && acquires.Text is null
                && Contract.Has(method.ReturnType, Contract.LockGuard))
            .ToArray();
        return methods.Length == 1 ? methods[0] : null;
    }

    private static IReadOnlyList<string>? Arguments(IMethodSymbol acquire, SemanticModel model, int position)
    {
        ImmutableArray<IParameterSymbol> around = model.GetEnclosingSymbol(position) is IMethodSymbol method ? method.Parameters
            : [];
        List<string> arguments = [];
        foreach (IParameterSymbol parameter in acquire.Parameters)
        {
            IParameterSymbol[] fitting = around
                .Where(given => given.RefKind != RefKind.Out && SymbolEqualityComparer.Default.Equals(given.Type, parameter.Type))
                .ToArray();
            if (fitting.Length != 1 || parameter.RefKind is RefKind.Ref or RefKind.Out)
            {
                return null;
            }

            arguments.Add(fitting[0].Name);
        }

        return arguments;
    }

    /// <summary>Says where the lock is taken by others: there the guard may not live any more.</summary>
    private sealed class LaterUses(string held, IMethodSymbol acquire, SemanticModel model)
    {
        private readonly string _name = held.Substring(held.LastIndexOf('.') + 1);

        public bool In(SyntaxNode node) => node.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>().Any(call =>
            Takes(call)
            || (model.GetSymbolInfo(call).Symbol is IMethodSymbol method
                && (Contract.Has(method, Contract.ExcludesLock)
                    || method.DeclaringSyntaxReferences.Any(body =>
                        body.GetSyntax().DescendantNodes().OfType<InvocationExpressionSyntax>().Any(Takes)))));

        private bool Takes(InvocationExpressionSyntax call) => call.Expression is MemberAccessExpressionSyntax taken
            && taken.Name.Identifier.ValueText == acquire.Name
            && (taken.Expression as MemberAccessExpressionSyntax)?.Name is var member
            && (member ?? taken.Expression as SimpleNameSyntax)?.Identifier.ValueText == _name;
    }
}
