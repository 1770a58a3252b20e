using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Flushes;

/// <summary>The methods whose callers are in the compilation too, so that what they owe is found there.</summary>
internal sealed class CalledMethods
{
    private readonly HashSet<IMethodSymbol> _called = new(SymbolEqualityComparer.Default);

    public bool Contains(IMethodSymbol method) => _called.Contains(BodyCallers.Definition(method));

    /// <summary>Those of the methods that something else than the method itself calls directly.</summary>
    public static CalledMethods Among(IEnumerable<IMethodSymbol> methods, Compilation compilation,
        CancellationToken cancellation)
    {
        CalledMethods found = new();
        HashSet<IMethodSymbol> sought = new(SymbolEqualityComparer.Default);
        HashSet<string> names = [];
        foreach (IMethodSymbol method in methods)
        {
            if (!method.IsAbstract && (!(method.IsVirtual || method.IsOverride) || method.IsSealed || method.ContainingType.IsSealed))
            {
                sought.Add(BodyCallers.Definition(method));
                names.Add(method.Name);
            }
        }

        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            found.Search(tree, compilation, sought, names, cancellation);
        }

        return found;
    }

    private void Search(SyntaxTree tree, Compilation compilation, HashSet<IMethodSymbol> sought, HashSet<string> names,
        CancellationToken cancellation)
    {
        SemanticModel? model = null;
        foreach (SyntaxNode node in tree.GetRoot(cancellation).DescendantNodes())
        {
            if (node is not InvocationExpressionSyntax call || !names.Contains(EntryText.LastName(call)))
            {
                continue;
            }

            // All trees are searched only for findings that there are, once, at the end.
#pragma warning disable RS1030
            model ??= compilation.GetSemanticModel(tree);
#pragma warning restore RS1030
            if (model.GetSymbolInfo(call, cancellation).Symbol is IMethodSymbol method && sought.Contains(BodyCallers.Definition(method))
                && !IsIn(call, BodyCallers.Definition(method), cancellation))
            {
                _called.Add(BodyCallers.Definition(method));
            }
        }
    }

    private static bool IsIn(SyntaxNode call, IMethodSymbol method, CancellationToken cancellation)
    {
        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
        {
            if (reference.SyntaxTree == call.SyntaxTree && reference.GetSyntax(cancellation).Span.Contains(call.Span))
            {
                return true;
            }
        }

        return false;
    }
}
