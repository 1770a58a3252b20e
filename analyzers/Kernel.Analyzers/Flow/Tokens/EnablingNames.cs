using System;
using System.Collections.Generic;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Tokens;

/// <summary>
/// The names of the methods of a compilation that may enable interrupts, by what their text calls: only these are worth binding.
/// </summary>
internal sealed class EnablingNames
{
    private readonly HashSet<string> _names = [];

    public EnablingNames(Compilation compilation, CancellationToken cancellation)
    {
        if (!IsPossible(compilation, cancellation))
        {
            return;
        }

        Dictionary<string, HashSet<string>> callers = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (SyntaxNode node in tree.GetRoot(cancellation).DescendantNodes())
            {
                switch (node)
                {
                    case AttributeSyntax { Name: var name, Parent.Parent: MethodDeclarationSyntax marked }
                        when name.ToString().IndexOf("EnablesInterrupts", StringComparison.Ordinal) >= 0:
                        _names.Add(marked.Identifier.ValueText);
                        break;
                    case InvocationExpressionSyntax call when NameOf(call.Expression) is { } called && OwnerOf(node) is { } caller:
                        if (!callers.TryGetValue(called, out HashSet<string>? known))
                        {
                            callers.Add(called, known = []);
                        }

                        known.Add(caller);
                        break;
                }
            }
        }

        Stack<string> pending = new();
        foreach (string called in callers.Keys)
        {
            if (_names.Contains(called) || InterruptContracts.SpeaksOfState(called) || InterruptContracts.IsInstructionName(called))
            {
                pending.Push(called);
            }
        }

        while (pending.Count > 0)
        {
            if (callers.TryGetValue(pending.Pop(), out HashSet<string>? above))
            {
                foreach (string caller in above)
                {
                    if (_names.Add(caller))
                    {
                        pending.Push(caller);
                    }
                }
            }
        }
    }

    /// <summary>Whether a method of that name may enable interrupts.</summary>
    public bool Contains(string name) => _names.Contains(name);

    // Something has to let interrupts in by its contract, or to be the instruction that does.
    private static bool IsPossible(Compilation compilation, CancellationToken cancellation)
    {
        if (ContractUse.IsPossible(compilation, cancellation, Contract.EnablesInterrupts))
        {
            return true;
        }

        BodyWords instructions = new();
        foreach (string name in InterruptContracts.InstructionNames)
        {
            instructions.Add(name);
        }

        return SourceWords.Any(compilation, cancellation, instructions.AreIn);
    }

    private static string? NameOf(ExpressionSyntax called) => called switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => null,
    };

    private static string? OwnerOf(SyntaxNode node)
    {
        for (SyntaxNode? current = node.Parent; current is not null; current = current.Parent)
        {
            switch (current)
            {
                case LocalFunctionStatementSyntax function:
                    return function.Identifier.ValueText;
                case MethodDeclarationSyntax method:
                    return method.Identifier.ValueText;
                case PropertyDeclarationSyntax property:
                    return property.Identifier.ValueText;
                case IndexerDeclarationSyntax:
                    return "this[]";
                case BaseTypeDeclarationSyntax:
                    return null;
            }
        }

        return null;
    }
}
