using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Translation;
using Kernel.Analyzers.Rules.Zeroing;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Runs the rules about frames and translations over one source as another author would have written it.</summary>
internal static partial class ForeignKernel
{
    /// <summary>Every rule about frames, flushes and dropped results finds what the source marks for it, and nothing else.</summary>
    public static async Task Verify(string source)
    {
        await Verify<LinkedBeforeZeroedAnalyzer>(source);
        await Verify<IncompleteEntryAnalyzer>(source);
        await Verify<OwnerMadeAnalyzer>(source);
        await Verify<FlushAnalyzer>(source);
        await Verify<DroppedResultAnalyzer>(source);
        await Verify<HardwareAccessAnalyzer>(source);
    }

    private static Task Verify<TAnalyzer>(string source)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        string[] own = [.. new TAnalyzer().SupportedDiagnostics.Select(rule => rule.Id).Distinct()];
        string marked = Mark().Replace(source, mark => Array.IndexOf(own, mark.Groups[1].Value) < 0 ? mark.Groups[2].Value : mark.Value);
        return KernelVerifier<TAnalyzer>.VerifyAnalyzerAsync(marked);
    }

    // Marks are not nested in these sources, so a mark ends at the next end.
    [GeneratedRegex(@"\{\|(KMEM\d+):(.*?)\|\}", RegexOptions.Singleline)]
    private static partial Regex Mark();
}
