using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Flow.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Rules.Locks;

/// <summary>KMEM301 to KMEM305: guarded state, methods that rely on a lock, and the life of locks and guards, checked in one pass over every body.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LockAnalyzer : RuleAnalyzer
{
    /// <summary>The property of a finding that holds the lock as an expression, for the fix; missing where some path may hold it already.</summary>
    public const string LockProperty = "Lock";

    public LockAnalyzer()
        : base([LockRules.Unguarded, LockRules.NoSuchLock, LockRules.Missing, LockRules.Held, LockRules.OtherGuard,
            LockRules.DemandsMore, LockRules.StillHeld, LockRules.GivenAway, LockRules.NotHeld, LockRules.ReleasedTwice,
            LockRules.TakenTwice, LockRules.TakenByCallee, LockRules.DisposedTwice, LockRules.Discarded, LockRules.Copied,
            LockRules.ReadOnlyLock, LockRules.NotTaken, LockRules.NotReleased, LockRules.NoLockToTake, LockRules.NoLockToHold, Unproven.Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        string[] contracts = [Contract.GuardedBy, Contract.RequiresLock, Contract.ExcludesLock, Contract.Acquires, Contract.Lock, Contract.LockGuard];
        if (contracts.Any(contract => Contract.IsDeclared(start.Compilation, contract)))
        {
            bool areContracted = LockWords.AreContracted(start.Compilation, start.CancellationToken);
            LockedBodies bodies = new(LockWords.Of(areContracted));
            start.RegisterOperationBlockAction(bodies.Analyze);
            start.RegisterCompilationEndAction(bodies.AnalyzeCallers);
            start.RegisterOperationAction(GuardMisuse.Check, GuardMisuse.Kinds);
            start.RegisterSymbolAction(GuardMisuse.CheckMember, SymbolKind.Field, SymbolKind.Property);
            if (areContracted)
            {
                start.RegisterSymbolAction(AnalyzeMember, SymbolKind.Field, SymbolKind.Property);
                start.RegisterSymbolAction(AnalyzeMethod, SymbolKind.Method);
            }
        }
    }

    /// <summary>A guard must exist.</summary>
    private static void AnalyzeMember(SymbolAnalysisContext context)
    {
        if (Contract.Find(context.Symbol, Contract.GuardedBy) is { } attribute
            && attribute.Text is { } name
            && LockContracts.GuardOf(context.Symbol) is null)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                LockRules.NoSuchLock, context.Symbol.Locations[0], context.Symbol.Name, name,
                    context.Symbol.ContainingType.Name));
        }
    }

    /// <summary>An override must not demand what its base does not.</summary>
    private static void AnalyzeMethod(SymbolAnalysisContext context)
    {
        var method = (IMethodSymbol)context.Symbol;
        FindLock(context, method, Contract.RequiresLock, LockRules.NoLockToHold);
        FindLock(context, method, Contract.ExcludesLock, LockRules.NoLockToHold);
        FindLock(context, method, Contract.Acquires, LockRules.NoLockToTake);
        FindLock(context, method, Contract.Releases, LockRules.NoLockToTake);
        Compare(context, method, Contract.RequiresLock, "requires");
        Compare(context, method, Contract.ExcludesLock, "must not be called while holding");
    }

    // An interface or an abstract method may name the lock of whatever implements it; a property says it once for both of its accessors.
    private static void FindLock(SymbolAnalysisContext context, IMethodSymbol method, string contract, DiagnosticDescriptor rule)
    {
        if (method.IsAbstract || method is { MethodKind: MethodKind.PropertySet, AssociatedSymbol: IPropertySymbol { GetMethod: not null } })
        {
            return;
        }

        foreach (ContractMark own in LockContracts.OwnOf(method, contract))
        {
            ISymbol member = method.AssociatedSymbol ?? method;
            if (own.Text is { } name && LockContracts.MemberNamed(method.ContainingType, name) is null && member.Locations.Length > 0
                && !(rule == LockRules.NoLockToTake && method.Parameters.Any(parameter => parameter.Name == name)))
            {
                context.ReportDiagnostic(Diagnostic.Create(rule, member.Locations[0], member.Name, name, method.ContainingType.Name));
            }
        }
    }

    private static void Compare(SymbolAnalysisContext context, IMethodSymbol method, string contract, string verb)
    {
        foreach (ContractMark own in LockContracts.OwnOf(method, contract))
        {
            string? name = own.Text;
            foreach (IMethodSymbol inherited in InheritedContracts.InheritedBy(method))
            {
                bool said = LockContracts.OwnOf(inherited, contract).Any(attribute => attribute.Text == name);
                ISymbol member = method.AssociatedSymbol ?? method;
                if (!said && member.Locations.Length > 0)
                {
                    context.ReportDiagnostic(Diagnostic.Create(
                        LockRules.DemandsMore, member.Locations[0], inherited.Locations, member.Name, name, Describe(inherited),
                            verb));
                    return;
                }
            }
        }
    }

    private static string Describe(IMethodSymbol method) =>
        $"{method.ContainingType.Name}.{(method.AssociatedSymbol ?? method).Name}";
}
