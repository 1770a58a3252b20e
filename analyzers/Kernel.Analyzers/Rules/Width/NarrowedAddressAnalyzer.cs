using System.Collections.Immutable;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM202: an integer that is an address by contract narrowed to 32 bits or fewer.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NarrowedAddressAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM202",
        RuleCategory.Width,
        "An address value is narrowed to 32 bits or fewer",
        "An address ('{0}') is narrowed to '{1}' and loses its upper bits; keep its width, or narrow it through a method marked [CheckedNarrowing]");

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterOperationAction(Analyze, OperationKind.Conversion, OperationKind.Loop);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        if (!Narrowing.IsCandidate(context.Operation))
        {
            return;
        }

        int pointerBits = RuleOptions.PointerBitsOf(context.Options, context.Compilation, context.Operation.Syntax.SyntaxTree);

        // What is a pointer as well is KMEM201's: one report for one mistake.
        if (Narrowing.Of(context.Operation, pointerBits) is { } narrowing
            && AddressSources.AddressIn(narrowing, pointerBits) is { } origin
            && AddressSources.PointerIn(narrowing, pointerBits) is null
            && narrowing.MayLoseBits(context.ContainingSymbol))
        {
            context.ReportDiagnostic(narrowing.ToDiagnostic(Rule, origin));
        }
    }
}
