using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kernel.Analyzers.Tests;

/// <summary>A vocabulary of contracts as an additional file.</summary>
internal sealed class VocabularyText(string text) : AdditionalText
{
    /// <inheritdoc/>
    public override string Path => "/kernel/machine.kernel-contracts.txt";

    /// <inheritdoc/>
    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
}
