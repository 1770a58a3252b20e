using System;
using System.Collections.Generic;
using System.Linq;

namespace Kernel.Runner;

/// <summary>Files in their order; two lists of the same names are equal.</summary>
public readonly struct FileList : IEquatable<FileList>
{
    private readonly string[]? _files;

    /// <summary>A list of <paramref name="files"/>.</summary>
    public FileList(IEnumerable<string> files) => _files = [.. files];

    /// <summary>The files.</summary>
    public IReadOnlyList<string> Files => _files ?? [];

    /// <summary>Whether two lists name the same files.</summary>
    public static bool operator ==(FileList left, FileList right) => left.Equals(right);

    /// <summary>Whether two lists differ.</summary>
    public static bool operator !=(FileList left, FileList right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(FileList other) => Files.SequenceEqual(other.Files, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FileList other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (string file in Files)
        {
            hash.Add(file, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <summary>The files between commas.</summary>
    public override string ToString() => string.Join(", ", Files);
}
