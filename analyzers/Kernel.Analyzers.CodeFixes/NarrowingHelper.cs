using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.CodeFixes;

/// <summary>A method that narrows with a check, and how a cast is turned into a call of it.</summary>
internal sealed class NarrowingHelper
{
    private NarrowingHelper(IMethodSymbol method, ITypeSymbol? convertedTo, bool needsCastBack)
    {
        Method = method;
        ConvertedTo = convertedTo;
        NeedsCastBack = needsCastBack;
    }

    public IMethodSymbol Method { get; }

    /// <summary>What the value is cast to before the call: a pointer to an integer as wide; null when it can be passed as it is.</summary>
    public ITypeSymbol? ConvertedTo { get; }

    /// <summary>Whether the result is cast on: to an enum of the type that the method returns, or from one native width to another.</summary>
    public bool NeedsCastBack { get; }

    /// <summary>How a person finds it: the type and the method.</summary>
    public string Name => $"{Method.ContainingType.Name}.{Method.Name}";

    /// <summary>The methods that can do what a cast does, one for each name: of overloads the one closest to the value.</summary>
    /// <param name="expression">The value to be narrowed.</param>
    /// <param name="target">The type it is narrowed to.</param>
    public static IReadOnlyList<NarrowingHelper> For(
        ExpressionSyntax expression, ITypeSymbol target, SemanticModel model, CancellationToken cancellation)
    {
        var found = new List<NarrowingHelper>();
        if (model.GetTypeInfo(expression, cancellation).Type is not { } value || IsNarrowAlready(value))
        {
            return found;
        }

        IEnumerable<IGrouping<string, IMethodSymbol>> byName = DeclaredMethods.Of(model.Compilation, Contract.CheckedNarrowing, cancellation)
            .Where(method => method is { Parameters.Length: 1, ContainingType.IsGenericType: false }
                && Contract.Has(method, Contract.CheckedNarrowing)
                && model.IsAccessible(expression.SpanStart, method))
            .GroupBy(method => $"{method.ContainingType.ToDisplayString()}.{method.Name}");
        foreach (IGrouping<string, IMethodSymbol> overloads in byName.OrderBy(group => group.Key, System.StringComparer.Ordinal))
        {
            NarrowingHelper? best = overloads
                .Select(method => (Helper: Of(method, value, target, model.Compilation), Distance: DistanceTo(method, value, model.Compilation)))
                .Where(candidate => candidate.Helper is not null)
                .OrderBy(candidate => candidate.Distance)
                .FirstOrDefault().Helper;
            if (best is not null)
            {
                found.Add(best);
            }
        }

        return found;
    }

    private static NarrowingHelper? Of(IMethodSymbol method, ITypeSymbol value, ITypeSymbol target, Compilation compilation)
    {
        bool needsCastBack = !Same(target, method.ReturnType);
        if (needsCastBack
            && !(target is INamedTypeSymbol { EnumUnderlyingType: { } underlying } && Same(underlying, method.ReturnType))
            && !(IntegerWidth.IsPointerSized(target) && IntegerWidth.IsPointerSized(method.ReturnType)))
        {
            return null;
        }

        ITypeSymbol parameter = method.Parameters[0].Type;
        Conversion conversion = ((CSharpCompilation)compilation).ClassifyConversion(value, parameter);
        if (conversion is { Exists: true, IsImplicit: true })
        {
            return new(method, convertedTo: null, needsCastBack);
        }

        // A pointer as an integer of 64 bits loses nothing on any target.
        return conversion.Exists && parameter.SpecialType == SpecialType.System_UInt64
            ? new(method, parameter, needsCastBack)
            : null;
    }

    private static int DistanceTo(IMethodSymbol method, ITypeSymbol value, Compilation compilation)
    {
        Conversion conversion = ((CSharpCompilation)compilation).ClassifyConversion(value, method.Parameters[0].Type);
        return conversion.IsIdentity ? 0 : conversion.IsImplicit ? 1 : 2;
    }

    // What was lost further inside no call outside can bring back.
    private static bool IsNarrowAlready(ITypeSymbol type) => type.SpecialType
        is SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Int16 or SpecialType.System_UInt16
        or SpecialType.System_Char or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single;

    private static bool Same(ITypeSymbol left, ITypeSymbol right) => SymbolEqualityComparer.Default.Equals(left, right);
}
