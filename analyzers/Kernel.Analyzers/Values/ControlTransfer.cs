using System;
using System.Collections.Immutable;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Values;

/// <summary>Says which statements never let control reach the one after them.</summary>
public static class ControlTransfer
{
    private static readonly ImmutableArray<string> s_aboutPanic = ["on", "set", "register", "handle", "test", "print", "log", "clear"];

    private const string DiagnosticsNamespace = "System.Diagnostics.CodeAnalysis";

    /// <summary>Whether control never reaches the end of the statement: it returns, throws, jumps away, or calls a method that does not return.</summary>
    public static bool NeverCompletes(IOperation statement)
    {
        switch (statement)
        {
            case IReturnOperation { Kind: OperationKind.Return or OperationKind.YieldBreak } or IBranchOperation or IThrowOperation:
                return true;
            case IExpressionStatementOperation expression:
                return NeverCompletes(expression.Operation);
            case IConversionOperation conversion:
                return NeverCompletes(conversion.Operand);
            case IInvocationOperation call:
                return DoesNotReturn(call.TargetMethod);
            case IBlockOperation block:
                foreach (IOperation inner in block.Operations)
                {
                    if (NeverCompletes(inner))
                    {
                        return true;
                    }
                }

                return false;
            case IConditionalOperation { WhenFalse: { } whenFalse } conditional:
                return NeverCompletes(conditional.WhenTrue) && NeverCompletes(whenFalse);
            case IUsingOperation usingStatement:
                return NeverCompletes(usingStatement.Body);
            case ILockOperation lockStatement:
                return NeverCompletes(lockStatement.Body);
            default:
                return false;
        }
    }

    /// <summary>Whether the method is marked as one that does not return, or named as the one that kernels die in.</summary>
    public static bool DoesNotReturn(IMethodSymbol method) =>
        Carries(method, "DoesNotReturnAttribute") || (method.ReturnsVoid && IsPanic(method.Name));

    // `Panic`, `kpanic`, `KernelPanic` and `panic_with`, but neither `OnPanic` nor `PanicHandler`.
    private static bool IsPanic(string name) =>
        (Words.EndsInWord(name, "panic") || name.StartsWith("panic_", StringComparison.Ordinal) || Words.EndsInWord(name, "bugcheck")
            || name is "kpanic" or "FailFast")
        && !Words.BeginsWithAny(name, s_aboutPanic);

    /// <summary>The value of the argument with which the method does not return (<c>[DoesNotReturnIf]</c>), or null.</summary>
    public static bool? DoesNotReturnIf(IParameterSymbol? parameter)
    {
        if (parameter is not null)
        {
            foreach (AttributeData attribute in parameter.OriginalDefinition.GetAttributes())
            {
                if (IsNamed(attribute, "DoesNotReturnIfAttribute")
                    && attribute.ConstructorArguments.Length == 1
                    && attribute.ConstructorArguments[0].Value is bool value)
                {
                    return value;
                }
            }
        }

        return null;
    }

    private static bool Carries(IMethodSymbol method, string name)
    {
        foreach (AttributeData attribute in method.OriginalDefinition.GetAttributes())
        {
            if (IsNamed(attribute, name))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNamed(AttributeData attribute, string name) =>
        attribute.AttributeClass is { } type && type.Name == name && type.ContainingNamespace.ToDisplayString() == DiagnosticsNamespace;
}
