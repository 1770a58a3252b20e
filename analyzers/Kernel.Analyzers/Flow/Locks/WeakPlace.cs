using System;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>
/// The root of a lock that has no path: what is written the same way is taken for the same lock in one body, and for nothing else.
/// </summary>
internal sealed class WeakPlace(string key, string text) : IEquatable<WeakPlace>
{
    /// <summary>What the expression reads.</summary>
    public string Key { get; } = key;

    /// <summary>Whether it reads nothing of one body, so that another method of the type means the same by it.</summary>
    public bool IsShared => Key.IndexOf('@') < 0;

    /// <summary>Whether it belongs to an object, and not to a type.</summary>
    public bool NamesThis => Key.IndexOf("this", StringComparison.Ordinal) >= 0;

    public bool Equals(WeakPlace? other) => other is not null && other.Key == Key;

    public override bool Equals(object? obj) => Equals(obj as WeakPlace);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Key);

    public override string ToString() => text;
}
