using System.Collections.Immutable;
using Kernel.Analyzers.Options;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM201: a pointer, function pointer, <c>nint</c> or <c>nuint</c> narrowed to 32 bits or fewer.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NarrowedPointerAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM201",
        RuleCategory.Width,
        "A pointer is narrowed to 32 bits or fewer",
        "A pointer ('{0}') is narrowed to '{1}' and loses its upper bits; keep its width, or narrow it through a method marked [CheckedNarrowing]");

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
        if (Narrowing.Of(context.Operation, pointerBits) is { } narrowing
            && AddressSources.PointerIn(narrowing, pointerBits) is { } origin
            && narrowing.MayLoseBits(context.ContainingSymbol))
        {
            context.ReportDiagnostic(narrowing.ToDiagnostic(Rule, origin));
        }
    }
}
