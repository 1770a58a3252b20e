using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Reports a failure as an <see cref="InvalidOperationException"/> that every test framework shows.</summary>
public class DefaultVerifier : IVerifier
{
    private readonly ImmutableStack<string> _context;

    /// <summary>A verifier without context.</summary>
    public DefaultVerifier()
        : this([])
    {
    }

    private DefaultVerifier(ImmutableStack<string> context) => _context = context;

    /// <inheritdoc/>
    [DoesNotReturn]
    public void Fail(string? message = null) => throw new InvalidOperationException(InContext(message ?? "The check failed."));

    /// <inheritdoc/>
    public void True([DoesNotReturnIf(false)] bool assert, string? message = null)
    {
        if (!assert)
        {
            Fail(message);
        }
    }

    /// <inheritdoc/>
    public void Equal<T>(T expected, T actual, string? message = null)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Fail($"{message ?? "The values differ."}{Environment.NewLine}Expected: {expected}{Environment.NewLine}Actual:   {actual}");
        }
    }

    /// <inheritdoc/>
    public IVerifier PushContext(string context) => new DefaultVerifier(_context.Push(context));

    private string InContext(string message)
    {
        foreach (string context in _context)
        {
            message = $"Context: {context}{Environment.NewLine}{message}";
        }

        return message;
    }
}
