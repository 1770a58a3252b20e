using System.Diagnostics.CodeAnalysis;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How a check that fails is reported.</summary>
public interface IVerifier
{
    /// <summary>Fails the test.</summary>
    [DoesNotReturn]
    void Fail(string? message = null);

    /// <summary>Fails the test unless <paramref name="assert"/> holds.</summary>
    void True([DoesNotReturnIf(false)] bool assert, string? message = null);

    /// <summary>Fails the test unless both values are equal.</summary>
    void Equal<T>(T expected, T actual, string? message = null);

    /// <summary>A verifier whose failures also say in what <paramref name="context"/> they happened.</summary>
    IVerifier PushContext(string context);
}
