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
/// method around has, each type parameter one of the same name. One guard serves all mistakes after it in its block.
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
        if (diagnostic.Properties.TryGetValue(LockAnalyzer.LockProperty, out string? held)
            && held is not null
            && StatementPlaces.Around(node) is { } statement
            && Taking(statement.SpanStart, held, model) is var (guardType, call))
        {
            yield return new Change(Title, Title, node, pass =>
            {
                if (pass.ClaimFrom(statement, held))
                {
                    pass.InsertBefore(statement, $"using {guardType} {pass.NewName(statement, GuardName)} = {call};");
                }
            });
        }
    }

    /// <summary>The call that takes the lock, and the type of its guard; null where the lock cannot be taken without knowing more.</summary>
    private static (string GuardType, string Call)? Taking(int position, string held, SemanticModel model)
    {
        ExpressionSyntax expression = SyntaxFactory.ParseExpression(held);
        ITypeSymbol? type = model.GetSpeculativeTypeInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Type;
        if (model.GetSpeculativeSymbolInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Symbol is null
            || type is null
            || Acquiring(type) is not { } acquire
            || !StatementPlaces.TypeParametersAreInScope(acquire.TypeParameters, model, position)
            || Arguments(acquire, model, position) is not { } arguments)
        {
            return null;
        }

        return (acquire.ReturnType.ToMinimalDisplayString(model, position),
            $"{held}.{acquire.Name}{StatementPlaces.TypeArguments(acquire)}({string.Join(", ", arguments)})");
    }

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
}
