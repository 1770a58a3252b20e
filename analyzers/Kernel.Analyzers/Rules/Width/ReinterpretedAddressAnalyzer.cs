using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Flow;
using Kernel.Analyzers.Options;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>KMEM206: the bits of an address taken for something else, or something else taken for an address, past the members that check.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ReinterpretedAddressAnalyzer : RuleAnalyzer
{
    private const string Id = "KMEM206";
    private const string Title = "An address is reinterpreted rather than converted";

    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        Id,
        RuleCategory.Width,
        Title,
        "The bits of '{0}' are taken for '{1}': no member of an address type has checked their width, their alignment, or whether they are physical or virtual; convert through its members");

    public static readonly DiagnosticDescriptor OverlapRule = RuleDescriptor.Create(
        Id,
        RuleCategory.Width,
        Title,
        "'{0}' lies over '{1}': writing one makes an address of bits that no member of an address type has checked; keep one of them, and convert it through its members");

    public static readonly DiagnosticDescriptor TruncatingRule = RuleDescriptor.Create(
        Id,
        RuleCategory.Width,
        Title,
        "An address ('{0}') is cut off to '{1}' without a word; keep its width, or narrow it through a method marked [CheckedNarrowing]");

    public ReinterpretedAddressAnalyzer()
        : base([Rule, OverlapRule, TruncatingRule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        start.RegisterOperationAction(AnalyzePun, OperationKind.Conversion, OperationKind.Invocation);
        if (AddressTypes.MayBeIn(start.Compilation, start.CancellationToken))
        {
            start.RegisterOperationAction(AnalyzeOperation, OperationKind.Conversion, OperationKind.Invocation);
            start.RegisterSymbolAction(AnalyzeType, SymbolKind.NamedType);
        }
    }

    private static void AnalyzePun(OperationAnalysisContext context)
    {
        if (!PunnedAddress.IsCandidate(context.Operation) || Contract.Has(context.ContainingSymbol, Contract.CheckedNarrowing))
        {
            return;
        }

        foreach (int pointerBits in RuleOptions.PointerWidthsOf(context.Options, context.Compilation, context.Operation.Syntax.SyntaxTree))
        {
            if (PunnedAddress.In(context.Operation, pointerBits) is { } pun)
            {
                context.ReportDiagnostic(Diagnostic.Create(TruncatingRule, context.Operation.Syntax.GetLocation(), Display(pun.Value.Type), Display(pun.To)));
                return;
            }
        }
    }

    private static void AnalyzeOperation(OperationAnalysisContext context)
    {
        if (context.Operation is IInvocationOperation { TargetMethod: { IsStatic: true, Name: "CreateTruncating", Parameters.Length: 1 } } call)
        {
            AnalyzeTruncation(context, call);
        }
        else if (Reinterpretation.In(context.Operation) is { } found
            && !IsOfAnOwner(found)
            && (IsOfBytes(found, context.Operation) || AddressTypes.IsReinterpreted(found.From, found.To, context.ContainingSymbol.ContainingType)))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rule, context.Operation.Syntax.GetLocation(), Display(found.From), Display(found.To)));
        }
    }

    // A value that only its type may make: KMEM102 says so, and once is enough.
    private static bool IsOfAnOwner(Reinterpretation found) => Contract.Has(found.To, Contract.OwnerMade);

    // Bytes that came from somewhere, read as an address by a call that names it.
    private static bool IsOfBytes(Reinterpretation found, IOperation operation) =>
        operation is IInvocationOperation && found.From?.SpecialType == SpecialType.System_Byte && AddressTypes.IsAddress(found.To);

    private static void AnalyzeTruncation(OperationAnalysisContext context, IInvocationOperation call)
    {
        if (call.Arguments.Length != 1 || Contract.Has(context.ContainingSymbol, Contract.CheckedNarrowing))
        {
            return;
        }

        IOperation value = call.Arguments[0].Value;
        foreach (int pointerBits in RuleOptions.PointerWidthsOf(context.Options, context.Compilation, call.Syntax.SyntaxTree))
        {
            if (IntegerWidth.Of(call.Type, pointerBits) is { } to
                && IntegerWidth.Of(value.Type, pointerBits) is { } from && to.Bits < from.Bits
                && AddressSources.MarkedOriginOf(value, pointerBits) is not null
                && new RangeEvaluation(pointerBits).Of(value) is { } range && !range.IsWithin(to.Capacity))
            {
                context.ReportDiagnostic(Diagnostic.Create(TruncatingRule, call.Syntax.GetLocation(), Display(value.Type), Display(call.Type)));
                return;
            }
        }
    }

    private static void AnalyzeType(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Struct || !IsExplicit(type))
        {
            return;
        }

        List<(IFieldSymbol Field, int Start)> fields = [];
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IFieldSymbol { IsStatic: false, IsFixedSizeBuffer: false } field && OffsetOf(field) is { } start)
            {
                foreach ((IFieldSymbol earlier, int at) in fields)
                {
                    if (start < at + SizeOf(earlier) && at < start + SizeOf(field)
                        && AddressTypes.IsReinterpreted(earlier.Type, field.Type, type))
                    {
                        context.ReportDiagnostic(Diagnostic.Create(OverlapRule, field.Locations[0], earlier.Locations, field.Name, earlier.Name));
                        break;
                    }
                }

                fields.Add((field, start));
            }
        }
    }

    private static bool IsExplicit(INamedTypeSymbol type)
    {
        foreach (AttributeData attribute in type.GetAttributes())
        {
            // LayoutKind.Explicit, also where it is given as a number.
            if (attribute.AttributeClass?.Name == "StructLayoutAttribute"
                && attribute.ConstructorArguments is [{ Value: int or short }] and [{ Value: var kind }]
                && System.Convert.ToInt32(kind, System.Globalization.CultureInfo.InvariantCulture) == 2)
            {
                return true;
            }
        }

        return false;
    }

    private static int? OffsetOf(IFieldSymbol field)
    {
        foreach (AttributeData attribute in field.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "FieldOffsetAttribute" && attribute.ConstructorArguments is [{ Value: int offset }])
            {
                return offset;
            }
        }

        return null;
    }

    // What depends on the target has at least a register of the smaller one.
    private static long SizeOf(IFieldSymbol field) => TypeSizes.Of(field.Type) ?? sizeof(uint);

    private static string Display(ITypeSymbol? type) => type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat) ?? "?";
}
