using System.Collections.Immutable;
using Kernel.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Rules.Freestanding;

/// <summary>KMEM603: freestanding code has state that would have to be built before the first use, but nothing runs before it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaticConstructionAnalyzer : RuleAnalyzer
{
    public static readonly DiagnosticDescriptor Rule = RuleDescriptor.Create(
        "KMEM603",
        RuleCategory.Freestanding,
        "Freestanding code needs a static constructor",
        "{0} would have to run before the type's first use, and nothing does that in freestanding code; {1}");

    private const string MakeExplicit = "set the state up in a method that boot calls";
    private const string MakeConstant = "use a constant, a value the compiler can lay out, or set it up in a method that boot calls";

    public StaticConstructionAnalyzer()
        : base([Rule])
    {
    }

    private protected override void Register(CompilationStartAnalysisContext start)
    {
        start.RegisterOperationAction(AnalyzeInitializer, OperationKind.FieldInitializer, OperationKind.PropertyInitializer);
        start.RegisterSymbolAction(AnalyzeMethod, SymbolKind.Method);
    }

    private static void AnalyzeInitializer(OperationAnalysisContext context)
    {
        var initializer = (ISymbolInitializerOperation)context.Operation;
        ISymbol? member = initializer switch
        {
            IFieldInitializerOperation { InitializedFields.IsEmpty: false } fields => fields.InitializedFields[0],
            IPropertyInitializerOperation { InitializedProperties.IsEmpty: false } properties => properties.InitializedProperties[0],
            _ => null,
        };
        if (member is { IsStatic: true }
            && FreestandingCode.Holds(context)
            && !IsLaidOut(initializer.Value, new BodySource(context.Compilation, context.CancellationToken)))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rule, initializer.Value.Syntax.GetLocation(), $"The initial value of '{member.Name}'", MakeConstant));
        }
    }

    private static void AnalyzeMethod(SymbolAnalysisContext context)
    {
        var method = (IMethodSymbol)context.Symbol;
        bool isStaticConstructor = method is { MethodKind: MethodKind.StaticConstructor, IsImplicitlyDeclared: false };
        if ((isStaticConstructor || IsModuleInitializer(method))
            && method.Locations[0] is { SourceTree: { } tree } location
            && FreestandingCode.Holds(context.Options, tree, method))
        {
            string subject = isStaticConstructor ? $"The static constructor of '{method.ContainingType.Name}'" : $"Module initializer '{method.Name}'";
            context.ReportDiagnostic(Diagnostic.Create(Rule, location, subject, MakeExplicit));
        }
    }

    private static bool IsModuleInitializer(IMethodSymbol method)
    {
        foreach (AttributeData attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "ModuleInitializerAttribute", ContainingNamespace: { Name: "CompilerServices" } })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the native compiler lays the value out in the image, so that nothing has to run.</summary>
    private static bool IsLaidOut(IOperation value, BodySource bodies)
    {
        if (value.ConstantValue.HasValue)
        {
            return true;
        }

        switch (value)
        {
            case IDefaultValueOperation:
            case ISizeOfOperation:
            case IAddressOfOperation { Reference: IMethodReferenceOperation }:
                return true;
            case IParenthesizedOperation parenthesized:
                return IsLaidOut(parenthesized.Operand, bodies);
            case ITupleOperation tuple:
                return AreLaidOut(tuple.Elements, bodies);
            case IObjectCreationOperation { Type: { IsValueType: true } } creation:
                return AreLaidOut(creation, bodies);

            // What needs the heap is KMEM601's: one report for one mistake.
            case not null when ManagedAllocation.In(value, bodies.Compilation) is not null:
                return true;
            case IConversionOperation { OperatorMethod: null } conversion:
                return IsLaidOut(conversion.Operand, bodies);
            default:
                return false;
        }
    }

    private static bool AreLaidOut(ImmutableArray<IOperation> values, BodySource bodies)
    {
        foreach (IOperation value in values)
        {
            if (!IsLaidOut(value, bodies))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AreLaidOut(IObjectCreationOperation creation, BodySource bodies)
    {
        foreach (IArgumentOperation argument in creation.Arguments)
        {
            if (!IsLaidOut(argument.Value, bodies))
            {
                return false;
            }
        }

        foreach (IOperation initialized in creation.Initializer?.Initializers ?? [])
        {
            if (initialized is not ISimpleAssignmentOperation assignment || !IsLaidOut(assignment.Value, bodies))
            {
                return false;
            }
        }

        return new CompileTimeConstructor(bodies).OnlyComputes(creation.Constructor);
    }
}
