using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Flow;

/// <summary>
/// Looks at the operations of one member where the compiler's own walk comes to them: a rule that only asks whether it has anything to do
/// there does not walk the member again.
/// </summary>
internal abstract class BodyLook
{
    /// <summary>The methods of this compilation that the member calls; null if there are none.</summary>
    public HashSet<ISymbol>? Called { get; private set; }

    /// <summary>Looks at one operation of the member.</summary>
    public void Look(OperationAnalysisContext context) => Look(context.Operation);

    /// <summary>Looks at one operation of the member.</summary>
    protected abstract void Look(IOperation operation);

    /// <summary>Notes that a method is called.</summary>
    protected void AddCalled(IMethodSymbol? method)
    {
        if (method is not null && !method.OriginalDefinition.DeclaringSyntaxReferences.IsEmpty)
        {
            Called ??= new HashSet<ISymbol>(SymbolEqualityComparer.Default);
            Called.Add(BodyCallers.Definition(method));
        }
    }
}
