using System.ComponentModel;

namespace System.Runtime.CompilerServices;

/// <summary>The compiler asks for this type where a property is set only while its object is made; netstandard2.0 has none.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
internal static class IsExternalInit;
