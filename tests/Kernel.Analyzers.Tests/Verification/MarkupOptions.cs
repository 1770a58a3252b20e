using System;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How markup in sources is read.</summary>
[Flags]
public enum MarkupOptions
{
    /// <summary>As it stands.</summary>
    None = 0,

    /// <summary><c>[|x|]</c> means the first rule of an analyzer that has several.</summary>
    UseFirstDescriptor = 1,

    /// <summary><c>$$</c> is code.</summary>
    TreatPositionIndicatorsAsCode = 2,
}
