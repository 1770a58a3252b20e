using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What the methods of one compilation do to locks, found from their bodies where no contract says it.</summary>
/// <remarks>
/// A method that is being summarized already does nothing, as far as its own summary goes; what was found on such a premise is not
/// kept for others. Where the summary then says that it does something, the premise was wrong, and whoever calls the method is told.
/// </remarks>
internal sealed class LockSummaries
{
    private const int DeepestCall = 6;

    private readonly ConcurrentDictionary<IMethodSymbol, LockSummary> _known = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ITypeSymbol, bool> _hasLocks = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _contracted = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _readable = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, bool> _guarded = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _presumed = new(SymbolEqualityComparer.Default);
    private readonly ThreadLocal<Visit> _visit = new(() => new Visit());

    /// <summary>Whether a contract of the method concerns locks.</summary>
    public bool IsContracted(IMethodSymbol? method) => method is not null && _contracted.GetOrAdd(method.OriginalDefinition, LockUses.Concerns);

    /// <summary>Whether a lock guards the field or property.</summary>
    public bool IsGuarded(ISymbol member) => _guarded.GetOrAdd(member, static known => LockContracts.GuardOf(known) is not null);

    /// <summary>What a call of the method does for its caller; null where its contract, or nothing, says it.</summary>
    /// <remarks>What a method fails to release, or should not have released, is its own mistake and not done for its caller.</remarks>
    public LockSummary? Of(IMethodSymbol method, BodySource bodies)
    {
        LockSummary? done = DoneBy(method, bodies);
        if (done is { IsUnbalanced: true } && _visit.Value!.Open.Count == 0 && _presumed.ContainsKey((method.ReducedFrom ?? method).OriginalDefinition))
        {
            bodies.LeaveUnread(method);
        }

        return done is not { IsUnbalanced: true } ? done : done.Where(
            taken => IsForCaller(method, bodies) || HasCounterpart(method, taken, releases: true, bodies),
            released => IsForCaller(method, bodies) || HasCounterpart(method, released, releases: false, bodies));
    }

    /// <summary>Whether nobody but those who can rely on it sees what the method leaves taken or released.</summary>
    public static bool IsForCaller(IMethodSymbol method, BodySource bodies) =>
        method.MethodKind == MethodKind.LocalFunction || IsPartOfGuard(method)
        || (method.DeclaredAccessibility == Accessibility.Private && IsCalled(method, bodies.Cancellation));

    /// <summary>Whether the method begins or ends the life of something that holds a lock.</summary>
    private static bool IsPartOfGuard(IMethodSymbol method) =>
        method.Name == "Dispose" || LockContracts.IsGuard(method.ContainingType) || LockContracts.IsLock(method.ContainingType)
        || (method.MethodKind == MethodKind.Constructor && method.ContainingType.GetMembers("Dispose").Length > 0);

    private LockSummary? DoneBy(IMethodSymbol method, BodySource bodies)
    {
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        if (!_readable.GetOrAdd(definition, IsReadable))
        {
            return null;
        }

        if (_known.TryGetValue(definition, out LockSummary? known))
        {
            return known;
        }

        Visit visit = _visit.Value!;
        if (visit.Open.Contains(definition) || visit.Open.Count >= DeepestCall)
        {
            visit.IsCut = true;
            if (visit.Open.Contains(definition))
            {
                _presumed.TryAdd(definition, true);
            }
            else
            {
                bodies.LeaveUnread(definition);
            }

            return LockSummary.Nothing;
        }

        bool wasCut = visit.IsCut;
        visit.IsCut = false;
        visit.Open.Add(definition);
        LockSummary summary;
        try
        {
            summary = Summarize(definition, bodies);
        }
        finally
        {
            visit.Open.Remove(definition);
        }

        if (!visit.IsCut || visit.Open.Count == 0)
        {
            summary = _known.GetOrAdd(definition, summary);
        }

        visit.IsCut = visit.Open.Count > 0 && (wasCut || visit.IsCut);
        return summary;
    }

    /// <summary>Whether another method of the type releases what this one takes, or takes what it releases.</summary>
    /// <param name="method">A method that takes or releases a lock for its callers.</param>
    /// <param name="path">The lock.</param>
    /// <param name="releases">Whether a method that releases is looked for.</param>
    /// <param name="bodies">The compilation's bodies.</param>
    public bool HasCounterpart(IMethodSymbol method, AccessPath path, bool releases, BodySource bodies)
    {
        // One that takes the lock of one object and releases that of another has no counterpart: it has taken the wrong one.
        if (DoneBy(method, bodies) is { } own && own.Acquires.Any(path.IsLike) && own.Releases.Any(path.IsLike))
        {
            return false;
        }

        foreach (ISymbol member in method.ContainingType.OriginalDefinition.GetMembers())
        {
            if (member is IMethodSymbol other && !SymbolEqualityComparer.Default.Equals(other, method.OriginalDefinition)
                && DoneBy(other, bodies) is { } summary
                && (releases ? summary.Releases.AddRange(summary.MayRelease)
                    : summary.Acquires.AddRange(summary.Attempts).AddRange(summary.MayAcquire)).Any(path.IsLike))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a call of a private method stands in the source of its type.</summary>
    private static bool IsCalled(IMethodSymbol method, CancellationToken cancellation)
    {
        foreach (SyntaxReference part in method.ContainingType.DeclaringSyntaxReferences)
        {
            foreach (SyntaxNode node in part.GetSyntax(cancellation).DescendantNodes())
            {
                if (node is InvocationExpressionSyntax { Expression: var called } && NameOf(called) == method.Name)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static string? NameOf(ExpressionSyntax called) => called switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => null,
    };

    private LockSummary Summarize(IMethodSymbol method, BodySource bodies)
    {
        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
        {
            if (bodies.OperationOf(reference.GetSyntax(bodies.Cancellation)) is { } body && LockUses.AreIn(body, this, bodies, forCaller: true)
                && bodies.GraphOf(method) is { } graph)
            {
                return new LockAnalysis(graph, method, method, this, bodies, null).Summarize() ?? LockSummary.Nothing;
            }
        }

        return LockSummary.Nothing;
    }

    private bool IsReadable(IMethodSymbol method) =>
        !method.DeclaringSyntaxReferences.IsEmpty
        && method is { IsAbstract: false, IsExtern: false, MethodKind: MethodKind.Ordinary or MethodKind.Constructor
            or MethodKind.ExplicitInterfaceImplementation or MethodKind.PropertyGet or MethodKind.PropertySet
            or MethodKind.UserDefinedOperator or MethodKind.Conversion }
        && (!(method.IsVirtual || method.IsOverride) || method.IsSealed || method.ContainingType.IsSealed)
        && (HasLocks(method.ContainingType) || HasLocks(method.ReturnType)
            || method.Parameters.Any(parameter => LockContracts.IsLock(parameter.Type) || HasLocks(parameter.Type)) || SpeaksOfLocks(method))
        && !LockContracts.Acquires(method, out _) && !LockContracts.Releases(method, out _);

    /// <summary>Whether a call in the method has the name of what takes or releases a lock, which may be anybody's.</summary>
    public static bool SpeaksOfLocks(IMethodSymbol method)
    {
        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
        {
            foreach (SyntaxNode node in reference.GetSyntax().DescendantNodes())
            {
                if (node is InvocationExpressionSyntax { Expression: var called } && NameOf(called) is { } name && LockNames.MayBeUse(name))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private bool HasLocks(ITypeSymbol type) => type.TypeKind is TypeKind.Class or TypeKind.Struct
        && _hasLocks.GetOrAdd(type.OriginalDefinition, static definition =>
        {
            for (ITypeSymbol? current = definition; current is { SpecialType: not SpecialType.System_Object }; current = current.BaseType)
            {
                foreach (ISymbol member in current.GetMembers())
                {
                    if (member is IFieldSymbol { Type: var type } && (type.SpecialType == SpecialType.System_Object || LockContracts.IsLock(type)))
                    {
                        return true;
                    }
                }
            }

            return false;
        });

    private sealed class Visit
    {
        public HashSet<IMethodSymbol> Open { get; } = new(SymbolEqualityComparer.Default);

        public bool IsCut { get; set; }
    }
}
