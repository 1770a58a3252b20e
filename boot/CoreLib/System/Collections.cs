namespace System.Collections;

/// <summary>Can be stepped along. The C# compiler wants the type before it opens a <c>foreach</c> over an array into a loop.</summary>
public interface IEnumerable
{
    /// <summary>What steps along it.</summary>
    IEnumerator GetEnumerator();
}

/// <summary>Steps along a sequence.</summary>
public interface IEnumerator
{
    /// <summary>The element stepped onto.</summary>
    object? Current { get; }

    /// <summary>Steps onto the next element; false after the last.</summary>
    bool MoveNext();
}
