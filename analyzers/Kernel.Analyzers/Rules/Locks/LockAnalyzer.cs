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

    private const int MaximumRounds = 16;

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
            LockSummaries summaries = new();
            start.RegisterOperationBlockAction(block => AnalyzeBlocks(block, summaries));
            start.RegisterOperationAction(GuardMisuse.Check, GuardMisuse.Kinds);
            start.RegisterSymbolAction(GuardMisuse.CheckMember, SymbolKind.Field, SymbolKind.Property);
            start.RegisterSymbolAction(AnalyzeMember, SymbolKind.Field, SymbolKind.Property);
            start.RegisterSymbolAction(AnalyzeMethod, SymbolKind.Method);
        }
    }

    private static void AnalyzeBlocks(OperationBlockAnalysisContext context, LockSummaries summaries)
    {
        BodySource bodies = new(context.Compilation, context.CancellationToken);
        IMethodSymbol? method = context.OwningSymbol as IMethodSymbol;
        foreach (IOperation block in OperationRoots.BodiesIn(context))
        {
            if (LockUses.AreIn(block, summaries, bodies) || LockPromises.AreMadeBy(method))
            {
                AnalyzeGraph(context, context.GetControlFlowGraph(block), method, context.OwningSymbol, summaries, bodies);
            }
        }
    }

    private static void AnalyzeGraph(OperationBlockAnalysisContext context, ControlFlowGraph graph, IMethodSymbol? method,
        ISymbol? owner, LockSummaries summaries, BodySource bodies, LockState? outside = null)
    {
        HashSet<(SyntaxNode, LockMistake)> reported = [];
        Dictionary<IMethodSymbol, LockState> entries = new(SymbolEqualityComparer.Default);
        Queue<(ControlFlowGraph Graph, IMethodSymbol? Method, LockState? Outside)> pending = new([(graph, method, outside)]);
        for (int round = 0; pending.Count > 0 && round < MaximumRounds * (1 + graph.LocalFunctions.Length); round++)
        {
            (ControlFlowGraph at, IMethodSymbol? function, LockState? state) = pending.Dequeue();
            LockAnalysis analysis = new(at, function, owner, summaries, bodies, state);
            bool isFinished = analysis.Run();
            Unproven.Report(context.ReportDiagnostic, LockRules.All, function ?? context.OwningSymbol, bodies, isFinished);
            if (!isFinished)
            {
                continue;
            }

            foreach ((SyntaxNode place, ISymbol member, LockMistake mistake) in analysis.Undecided)
            {
                if (reported.Add((place, mistake)))
                {
                    string rule = mistake == LockMistake.Unguarded ? LockRules.Unguarded.Id : LockRules.Missing.Id;
                    Unproven.Report(context.ReportDiagnostic, rule, member, place.GetLocation(), "it is not known whose lock it needs here");
                }
            }

            foreach (LockFinding finding in analysis.Findings)
            {
                if (reported.Add((finding.Place, finding.Mistake)))
                {
                    Report(context, finding);
                }
            }

            // A local function is entered with what all its callers hold.
            foreach (KeyValuePair<IMethodSymbol, LockState> call in analysis.LocalCalls)
            {
                LockState entry = entries.TryGetValue(call.Key, out LockState? known) ? known.Join(call.Value) : call.Value;
                if ((known is null || !entry.SameAs(known)) && GraphOf(call.Key, at, context) is { } inner)
                {
                    entries[call.Key] = entry;
                    pending.Enqueue((inner, call.Key, entry));
                }
            }

            // A lambda may run at any time, when nothing is held, unless it is known who calls it.
            foreach ((IMethodSymbol nested, ControlFlowGraph inner) in NestedFunctions.Of(at, context.CancellationToken))
            {
                if (nested.MethodKind == MethodKind.AnonymousFunction && entries.TryGetValue(nested, out _) is false)
                {
                    entries[nested] = new LockState();
                    bool runsHere = analysis.Callbacks.TryGetValue(nested, out LockState? held);
                    AnalyzeGraph(context, inner, nested, runsHere ? owner : null, summaries, bodies, held);
                }
            }
        }

        if (pending.Count > 0)
        {
            ISymbol about = method ?? context.OwningSymbol;
            Unproven.Report(context.ReportDiagnostic, LockRules.All, about, about.Locations[0], "its local functions call each other in too many ways");
        }
    }

    private static ControlFlowGraph? GraphOf(IMethodSymbol function, ControlFlowGraph from, OperationBlockAnalysisContext context)
    {
        for (ControlFlowGraph? graph = from; graph is not null; graph = graph.Parent)
        {
            if (graph.LocalFunctions.Contains(function))
            {
                return graph.GetLocalFunctionControlFlowGraph(function, context.CancellationToken);
            }
        }

        return null;
    }

    private static void Report(OperationBlockAnalysisContext context, LockFinding finding)
    {
        DiagnosticDescriptor rule = finding.Mistake switch
        {
            LockMistake.Unguarded => LockRules.Unguarded,
            LockMistake.Missing => LockRules.Missing,
            LockMistake.Held => LockRules.Held,
            LockMistake.OtherGuard => LockRules.OtherGuard,
            LockMistake.StillHeld => LockRules.StillHeld,
            LockMistake.GivenAway => LockRules.GivenAway,
            LockMistake.NotHeld => LockRules.NotHeld,
            LockMistake.ReleasedTwice => LockRules.ReleasedTwice,
            LockMistake.TakenTwice => LockRules.TakenTwice,
            LockMistake.TakenByCallee => LockRules.TakenByCallee,
            LockMistake.NotTaken => LockRules.NotTaken,
            LockMistake.NotReleased => LockRules.NotReleased,
            _ => LockRules.DisposedTwice,
        };
        ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty;
        if (finding is { Mistake: LockMistake.Unguarded or LockMistake.Missing, MayBeHeld: false })
        {
            properties = properties.Add(LockProperty, finding.Needed.ToString());
        }

        Location place = finding.Mistake is LockMistake.NotTaken or LockMistake.NotReleased ? context.OwningSymbol.Locations[0] : finding.Place.GetLocation();
        context.ReportDiagnostic(Diagnostic.Create(
            rule, place, finding.History, properties, finding.Member, finding.Needed.ToString(),
                finding.Story));
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
