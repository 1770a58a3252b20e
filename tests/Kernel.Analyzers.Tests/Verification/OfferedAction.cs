using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>An action that a fix offers for a diagnostic.</summary>
internal sealed record OfferedAction(CodeFixProvider Fix, Document Document, CodeAction Action);
