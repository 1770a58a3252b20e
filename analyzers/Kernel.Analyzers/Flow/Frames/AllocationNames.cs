using System;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Names;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Tells by their names the methods that hand out memory as they find it.</summary>
internal static class AllocationNames
{
    private static readonly ImmutableArray<string> s_verbs = ["take", "new", "pop", "rent", "grab", "request", "claim", "acquire", "getfree", "get_free"];

    private static readonly ImmutableArray<string> s_nouns = ["frame", "page"];

    private static readonly ImmutableArray<string> s_owners = ["allocator", "pmm", "framepool", "pagepool", "freeframes", "freelist", "buddy", "physicalmemory"];

    private static readonly ImmutableArray<string> s_dirt = ["dirty", "uninitialized", "uninitialised", "unzeroed"];

    private static readonly ImmutableArray<string> s_cleaners = ["zero", "clear", "clean", "calloc", "blank", "scrub", "wipe", "dealloc", "table", "pagedir"];

    /// <summary>Whether a method with this name hands out memory, and says nothing about what is in it.</summary>
    public static bool HandsOut(IMethodSymbol method)
    {
        string name = method.Name.StartsWith("Try", StringComparison.Ordinal) ? method.Name.Substring("Try".Length) : method.Name;
        if (Words.HasAny(name, s_dirt) && (Allocates(name) || Words.BeginsWithAny(name, s_verbs)))
        {
            return true;
        }

        if (method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction) || Words.HasAny(name, s_cleaners)
            || Words.HasAny(method.ContainingType?.Name ?? "", s_cleaners))
        {
            return false;
        }

        return HandsOut(name, method.ContainingType?.Name ?? "") || IsGetter(method, name);
    }

    // `PhysicalMemory.GetPage()` is not asked which one.
    private static bool IsGetter(IMethodSymbol method, string name) => method.Parameters.IsEmpty && method.MethodKind == MethodKind.Ordinary
        && name.StartsWith("get", StringComparison.OrdinalIgnoreCase) && Words.EndsInAnyWord(name, s_nouns)
        && (Words.HasAny(method.ContainingType?.Name ?? "", s_owners) || Words.Has(method.ContainingType?.Name ?? "", "physmem"));

    /// <summary>Whether a call through a function pointer or delegate with this name does.</summary>
    public static bool HandsOut(string name) => !Words.HasAny(name, s_cleaners) && Words.HasAny(name, s_nouns) && HandsOut(name, "");

    private static bool HandsOut(string name, string owner) =>
        Allocates(name) || (Words.BeginsWithAny(name, s_verbs) && (Words.HasAny(name, s_nouns) || Words.HasAny(owner, s_owners)));

    /// <summary>Whether an argument asks for zeroed memory.</summary>
    public static bool AsksForZeros(ImmutableArray<IArgumentOperation> arguments)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            bool isSwitch = argument.Value.Type?.SpecialType == SpecialType.System_Boolean
                && Words.HasAny(argument.Parameter?.Name ?? "", s_cleaners);
            if (isSwitch ? argument.Value.ConstantValue is not { HasValue: true, Value: false } : NamesZeros(argument.Value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the source in front of a declaration says that the memory is zeroed.</summary>
    public static bool PromisesZeros(IMethodSymbol method)
    {
        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
        {
            if (Words.Has(reference.GetSyntax().GetLeadingTrivia().ToFullString(), "zero"))
            {
                return true;
            }
        }

        return false;
    }

    // `allocate` and `frame_alloc` hand out; `allocated` and `allocator` say what something is.
    private static bool Allocates(string name)
    {
        int start = name.IndexOf("alloc", StringComparison.OrdinalIgnoreCase);
        if (start < 0)
        {
            return false;
        }

        string rest = name.Substring(start + "alloc".Length);
        return !rest.StartsWith("ated", StringComparison.OrdinalIgnoreCase) && !rest.StartsWith("ator", StringComparison.OrdinalIgnoreCase)
            && !rest.StartsWith("ation", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("re", StringComparison.OrdinalIgnoreCase);
    }

    private static bool NamesZeros(IOperation value)
    {
        foreach (IOperation part in value.DescendantsAndSelf())
        {
            if (part is IMemberReferenceOperation { Member.Name: var name } && Words.HasAny(name, s_cleaners))
            {
                return true;
            }
        }

        return false;
    }
}
