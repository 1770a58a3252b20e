using System.Threading.Tasks;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Kernel.Analyzers.Tests;

/// <summary>Tests of a kernel rule in one call: <c>using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier&lt;TheAnalyzer&gt;;</c>.</summary>
public class KernelVerifier<TAnalyzer> : AnalyzerVerifier<TAnalyzer, KernelAnalyzerTest<TAnalyzer>, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new();

/// <summary>Tests of a kernel rule and its fix in one call.</summary>
public class KernelVerifier<TAnalyzer, TCodeFix>
    : CodeFixVerifier<TAnalyzer, TCodeFix, KernelCodeFixTest<TAnalyzer, TCodeFix>, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TCodeFix : CodeFixProvider, new()
{
    /// <summary>Fails unless the analyzer reports what markup says and the fix offers nothing.</summary>
    public static Task VerifyNoFixAsync(string source) => VerifyCodeFixAsync(source, source);
}

/// <summary>Tests of a rule for freestanding code in one call.</summary>
public class FreestandingVerifier<TAnalyzer> : AnalyzerVerifier<TAnalyzer, FreestandingAnalyzerTest<TAnalyzer>, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new();

/// <summary>Tests of a rule for freestanding code and its fix in one call.</summary>
public class FreestandingVerifier<TAnalyzer, TCodeFix>
    : CodeFixVerifier<TAnalyzer, TCodeFix, FreestandingCodeFixTest<TAnalyzer, TCodeFix>, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TCodeFix : CodeFixProvider, new();
