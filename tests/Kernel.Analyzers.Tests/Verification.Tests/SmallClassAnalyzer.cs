using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Tests.Verification;

/// <summary>Reports every class whose name starts with a small letter. The other samples differ from it in one thing each.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public class SmallClassAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The ID of the only rule.</summary>
    public const string Id = "SMALL";

    /// <summary>The only rule.</summary>
    public static readonly DiagnosticDescriptor Rule = Create();

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        Register(context);
    }

    /// <summary>A rule like <see cref="Rule"/>.</summary>
    protected static DiagnosticDescriptor Create(string id = Id, bool isEnabledByDefault = true, params string[] tags) =>
        new(id, "Small class", "Class {0} is small", "Test", DiagnosticSeverity.Warning, isEnabledByDefault, customTags: tags);

    /// <summary>Registers <see cref="Analyze"/>.</summary>
    protected void Register(AnalysisContext context) => context.RegisterSymbolAction(Visit, SymbolKind.NamedType);

    /// <summary>Reports a class that starts with a small letter.</summary>
    protected virtual void Analyze(SymbolAnalysisContext context, ISymbol small) =>
        context.ReportDiagnostic(Diagnostic.Create(SupportedDiagnostics[0], small.Locations[0], small.Name));

    private void Visit(SymbolAnalysisContext context)
    {
        if (context.Symbol.Name is { Length: > 0 } name && char.IsLower(name[0]))
        {
            Analyze(context, context.Symbol);
        }
    }
}

/// <summary>Never says what it wants with generated code.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ForgetfulAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        Register(context);
    }
}

/// <summary>Wants generated code.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GeneratedCodeAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        Register(context);
    }
}

/// <summary>Has a second rule, which it never breaks.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TwoRuleAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rule, Create("OTHER")];
}

/// <summary>Has two wordings for one rule.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TwoWordingAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rule, Create()];
}

/// <summary>Reports at the end of the compilation.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LateAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationAction(compilation =>
        {
            foreach (ISymbol type in compilation.Compilation.GetSymbolsWithName(name => char.IsLower(name[0]), SymbolFilter.Type))
            {
                compilation.ReportDiagnostic(Diagnostic.Create(Rule, type.Locations[0], type.Name));
            }
        });
    }
}

/// <summary>Has a rule that is off by default.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OffByDefaultAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Create(isEnabledByDefault: false)];
}

/// <summary>Has a rule that nothing suppresses.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnsuppressableAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Create(tags: WellKnownDiagnosticTags.NotConfigurable)];
}

/// <summary>Reports every class twice.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StutteringAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    protected override void Analyze(SymbolAnalysisContext context, ISymbol small)
    {
        base.Analyze(context, small);
        base.Analyze(context, small);
    }
}

/// <summary>Also gives the places of the members.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HistoryAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    protected override void Analyze(SymbolAnalysisContext context, ISymbol small)
    {
        ImmutableArray<Location> members =
            [.. ((INamedTypeSymbol)small).GetMembers().Where(member => !member.IsImplicitlyDeclared).Select(member => member.Locations[0])];
        context.ReportDiagnostic(Diagnostic.Create(Rule, small.Locations[0], members, small.Name));
    }
}

/// <summary>Reports without a location.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PlacelessAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    protected override void Analyze(SymbolAnalysisContext context, ISymbol small) =>
        context.ReportDiagnostic(Diagnostic.Create(Rule, Location.None, small.Name));
}

/// <summary>Throws.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ThrowingAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    protected override void Analyze(SymbolAnalysisContext context, ISymbol small) =>
        throw new System.InvalidOperationException("The analyzer stumbled.");
}

/// <summary>Reports only what an option names.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OptionAnalyzer : SmallClassAnalyzer
{
    /// <inheritdoc/>
    protected override void Analyze(SymbolAnalysisContext context, ISymbol small)
    {
        SyntaxTree tree = small.Locations[0].SourceTree!;
        if (context.Options.AnalyzerConfigOptionsProvider.GetOptions(tree).TryGetValue("small.name", out string? name) && name == small.Name)
        {
            base.Analyze(context, small);
        }
    }
}

/// <summary>Reports every type in files that are freestanding.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FreestandingProbe : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new(
        "FREE", "Freestanding", "Freestanding", "Test", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Visit, SymbolKind.NamedType);
    }

    private static void Visit(SymbolAnalysisContext context)
    {
        Location location = context.Symbol.Locations[0];
        if (Options.RuleOptions.IsFreestanding(context.Options, location.SourceTree!))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, location));
        }
    }
}
