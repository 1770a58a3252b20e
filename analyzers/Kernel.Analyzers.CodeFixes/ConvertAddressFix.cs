using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>Fixes KMEM206 where the address type has a member for it: <c>Unsafe.BitCast&lt;Address, ulong&gt;(x)</c> becomes <c>x.Value</c>, its reverse <c>new Address(x)</c>.</summary>
/// <remarks>Only where a value is taken, not a reference to it, and between an address type and the integer that it is made of.</remarks>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ConvertAddressFix))]
[Shared]
public sealed class ConvertAddressFix : DocumentFix
{
    private static readonly ImmutableArray<string> s_factories = ["FromValue", "FromRaw", "FromAddress", "Create"];

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["KMEM206"];

    private protected override IEnumerable<Change> ChangesFor(
        SyntaxNode node, Diagnostic diagnostic, SemanticModel model, CancellationToken cancellation)
    {
        if (node is not InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } call
            || !IsValue(call)
            || model.GetSymbolInfo(call, cancellation).Symbol is not IMethodSymbol { Name: "BitCast" or "As", TypeArguments.Length: 2 } method
            || arguments[0].Expression is not { } given)
        {
            yield break;
        }

        (ITypeSymbol from, ITypeSymbol to) = (method.TypeArguments[0], method.TypeArguments[1]);
        if (Contract.Has(from, Contract.AddressValue) && !Contract.Has(to, Contract.AddressValue))
        {
            if (RawMember(from, to, call.SpanStart, model) is { } member)
            {
                yield return new Change($"Take '{member}'", nameof(ConvertAddressFix), call, pass => pass.Replace(call, current =>
                    SyntaxFactory.MemberAccessExpression(
                        SyntaxKind.SimpleMemberAccessExpression,
                        SyntaxFactory.ParenthesizedExpression(Given(current).WithoutTrivia()).WithAdditionalAnnotations(Simplifier.Annotation),
                        SyntaxFactory.IdentifierName(member))));
            }
        }
        else if (Contract.Has(to, Contract.AddressValue) && !Contract.Has(from, Contract.AddressValue)
            && Maker(to, from, call.SpanStart, model) is { } maker)
        {
            yield return new Change($"Convert it with '{maker}'", nameof(ConvertAddressFix), call, pass => pass.Replace(call, current =>
                SyntaxFactory.ParseExpression($"{maker}({Given(current).WithoutTrivia()})")));
        }
    }

    private static ExpressionSyntax Given(InvocationExpressionSyntax call) => call.ArgumentList.Arguments[0].Expression;

    private static bool IsValue(InvocationExpressionSyntax call) => Expressions.Outside(call).Parent is not (RefExpressionSyntax
        or MemberAccessExpressionSyntax
        or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression or (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression }
        or PostfixUnaryExpressionSyntax
        or ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None })
        && !(Expressions.Outside(call).Parent is AssignmentExpressionSyntax assignment && assignment.Left == Expressions.Outside(call));

    /// <summary>The only field or property that yields the number.</summary>
    private static string? RawMember(ITypeSymbol address, ITypeSymbol number, int position, SemanticModel model)
    {
        ISymbol[] members =
        [
            .. address.GetMembers().Where(member => member is IPropertySymbol { IsIndexer: false, IsStatic: false, GetMethod: not null } property
                    && SymbolEqualityComparer.Default.Equals(property.Type, number)
                || member is IFieldSymbol { IsStatic: false, IsImplicitlyDeclared: false } field && SymbolEqualityComparer.Default.Equals(field.Type, number)),
        ];
        members = [.. members.Where(member => Contract.Has(member, Contract.AddressValue) && model.IsAccessible(position, member))];
        return members.Length == 1 ? members[0].Name : null;
    }

    /// <summary>The constructor, or the only factory that takes the number as it is.</summary>
    private static string? Maker(ITypeSymbol address, ITypeSymbol number, int position, SemanticModel model)
    {
        IMethodSymbol[] makers =
        [
            .. address.GetMembers().OfType<IMethodSymbol>().Where(method => method.Parameters.Length == 1
                && method.Parameters[0].RefKind == RefKind.None
                && SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, number)
                && model.IsAccessible(position, method)
                && (method.MethodKind == MethodKind.Constructor
                    || (method is { IsStatic: true, MethodKind: MethodKind.Ordinary, IsGenericMethod: false }
                        && SymbolEqualityComparer.Default.Equals(method.ReturnType, address)
                        && (Contract.Has(method.Parameters[0], Contract.AddressValue) || s_factories.Contains(method.Name))))),
        ];
        string type = address.ToMinimalDisplayString(model, position);
        return makers.FirstOrDefault(maker => maker.MethodKind == MethodKind.Constructor) is not null ? $"new {type}"
            : makers.Length == 1 ? $"{type}.{makers[0].Name}"
            : null;
    }
}
