using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow;

/// <summary>The bodies of the compilation's own methods, wherever they are declared.</summary>
internal sealed class BodySource(Compilation compilation, CancellationToken cancellation)
{
    private readonly SortedSet<string> _unread = new(StringComparer.Ordinal);

    /// <summary>The compilation that the bodies belong to.</summary>
    public Compilation Compilation { get; } = compilation;

    /// <summary>Asks to stop.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Notes that a body was not read because the chain of calls to it is too long, or too many were read before.</summary>
    public void LeaveUnread(IMethodSymbol method) => _unread.Add(method.Name);

    /// <summary>The methods that were left unread since this was last asked, by name.</summary>
    public IReadOnlyCollection<string> TakeUnread()
    {
        string[] unread = [.. _unread];
        _unread.Clear();
        return unread;
    }

    /// <summary>What a piece of source of this compilation means; null for other source.</summary>
    public IOperation? OperationOf(SyntaxNode syntax)
    {
        if (!Compilation.ContainsSyntaxTree(syntax.SyntaxTree))
        {
            return null;
        }

        // A summary needs the body of a method in another file than the one that is being reported on; the compilation keeps
        // the models that it hands out, and every result is kept for the compilation.
#pragma warning disable RS1030
        return Compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, Cancellation);
#pragma warning restore RS1030
    }

    /// <summary>The graph of a method with a body in this compilation; null for any other.</summary>
    public ControlFlowGraph? GraphOf(IMethodSymbol method)
    {
        IMethodSymbol definition = (method.PartialImplementationPart ?? method).OriginalDefinition;
        if (IsIntrinsic(definition))
        {
            return null;
        }

        foreach (SyntaxReference reference in definition.DeclaringSyntaxReferences)
        {
            if (GraphOf(reference.GetSyntax(Cancellation)) is { } graph)
            {
                return graph;
            }
        }

        return null;
    }

    // The body that a core library gives such a method calls the method itself: the compiler puts something else in its place.
    private static bool IsIntrinsic(IMethodSymbol method)
    {
        foreach (AttributeData attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "IntrinsicAttribute", ContainingNamespace.Name: "CompilerServices" })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The graph of a whole body or initializer of this compilation; null for other source.</summary>
    public ControlFlowGraph? GraphOf(SyntaxNode syntax) => OperationOf(syntax) is { Parent: null } operation ? Create(operation) : null;

    /// <summary>The graph of a method that is called, which may be a local function of the caller or of a method around it.</summary>
    public ControlFlowGraph? GraphOf(IMethodSymbol method, ControlFlowGraph caller)
    {
        if (method.MethodKind != MethodKind.LocalFunction)
        {
            return method.MethodKind == MethodKind.AnonymousFunction ? null : GraphOf(method);
        }

        for (ControlFlowGraph? graph = caller; graph is not null; graph = graph.Parent)
        {
            if (graph.LocalFunctions.Contains(method))
            {
                return graph.GetLocalFunctionControlFlowGraph(method, Cancellation);
            }
        }

        return null;
    }

    /// <summary>What the source of a method of this compilation consists of; nothing for any other.</summary>
    public ImmutableArray<IOperation> OperationsOf(IMethodSymbol method)
    {
        ImmutableArray<IOperation>.Builder found = ImmutableArray.CreateBuilder<IOperation>();
        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
        {
            if (OperationOf(reference.GetSyntax(Cancellation)) is { } operation)
            {
                found.Add(operation);
            }
        }

        return found.ToImmutable();
    }

    private ControlFlowGraph? Create(IOperation operation) => operation switch
    {
        IMethodBodyOperation { BlockBody: null, ExpressionBody: null } => null,
        IMethodBodyOperation body => ControlFlowGraph.Create(body, Cancellation),
        IConstructorBodyOperation body => ControlFlowGraph.Create(body, Cancellation),
        IBlockOperation body => ControlFlowGraph.Create(body, Cancellation),
        IFieldInitializerOperation initializer => ControlFlowGraph.Create(initializer, Cancellation),
        IPropertyInitializerOperation initializer => ControlFlowGraph.Create(initializer, Cancellation),
        _ => null,
    };
}
