using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM209: the raw value of a physical address where a virtual one is meant, or the reverse.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ConfusedAddressAnalyzer : RuleAnalyzer
{
    private const string Id = "KMEM209";
    private const string Title = "A physical address stands where a virtual one is meant, or the reverse";

    public static readonly DiagnosticDescriptor PointerRule = RuleDescriptor.Create(
        Id,
        RuleCategory.Width,
        Title,
        "'{0}' is a physical address and becomes a pointer: the processor would translate it as a virtual one; go through the direct map");

    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        Id,
        RuleCategory.Width,
        Title,
        "'{0}' is a {1} address where a {2} one is meant: the same number names other memory there; convert it first");

    public ConfusedAddressAnalyzer()
        : base([PointerRule, Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        if (Contract.IsDeclared(start.Compilation, Contract.AddressValue)
            && (ContractUse.IsPossible(start.Compilation, start.CancellationToken, Contract.AddressValue)
                || SourceWords.Mentions(start.Compilation, start.CancellationToken, KindContracts.PhysicalWords)))
        {
            ConcurrentDictionary<int, ConcurrentDictionary<IParameterSymbol, AddressKind>> known = new();
            start.RegisterOperationAction(
                operation => Analyze(operation, known), OperationKind.Conversion, OperationKind.Argument, OperationKind.SimpleAssignment, OperationKind.Return);
        }
    }

    private static void Analyze(
        OperationAnalysisContext context, ConcurrentDictionary<int, ConcurrentDictionary<IParameterSymbol, AddressKind>> known)
    {
        IOperation operation = context.Operation;
        foreach (int pointerBits in RuleOptions.PointerWidthsOf(context.Options, context.Compilation, operation.Syntax.SyntaxTree))
        {
            var bodies = new BodySource(context.Compilation, context.CancellationToken);
            var origins = new KindOrigin(bodies, pointerBits);
            if (new KindDemand(bodies, origins, known.GetOrAdd(pointerBits, static _ => new(SymbolEqualityComparer.Default))).In(operation, context.ContainingSymbol) is not var (value, wanted)
                || origins.Of(value) is var found && (found == AddressKind.Unknown || found == wanted))
            {
                continue;
            }

            bool isPointer = operation is IConversionOperation { Type: IPointerTypeSymbol };
            context.ReportDiagnostic(isPointer
                ? Diagnostic.Create(PointerRule, operation.Syntax.GetLocation(), value.Syntax.ToString())
                : Diagnostic.Create(Rule, value.Syntax.GetLocation(), value.Syntax.ToString(), Word(found), Word(wanted)));
            return;
        }
    }

    private static string Word(AddressKind kind) => kind == AddressKind.Physical ? "physical" : "virtual";
}
