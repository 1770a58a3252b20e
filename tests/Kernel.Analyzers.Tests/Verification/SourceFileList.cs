using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Files by path, which are numbered when they are given without one.</summary>
public class SourceFileList(string defaultPrefix, string defaultExtension) : SourceFileCollection
{
    /// <summary>Adds a file under the next number.</summary>
    public void Add(string content) => Add(($"{defaultPrefix}{Count}.{defaultExtension}", content));

    /// <summary>Adds a file under the next number.</summary>
    public void Add(SourceText content) => Add(($"{defaultPrefix}{Count}.{defaultExtension}", content));
}
