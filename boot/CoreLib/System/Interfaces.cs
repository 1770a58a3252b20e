namespace System;

/// <summary>Has something to give back at the end of a <c>using</c>.</summary>
public interface IDisposable
{
    /// <summary>Gives it back.</summary>
    void Dispose();
}

/// <summary>Can say whether it equals another value.</summary>
public interface IEquatable<T>
    where T : allows ref struct
{
    /// <summary>Whether both are equal.</summary>
    bool Equals(T? other);
}

/// <summary>Comes before or after another value.</summary>
public interface IComparable<in T>
    where T : allows ref struct
{
    /// <summary>Negative when this comes before <paramref name="other"/>, positive when after, zero when neither.</summary>
    int CompareTo(T? other);
}
