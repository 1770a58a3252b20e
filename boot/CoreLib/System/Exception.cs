namespace System;

/// <summary>The type that C# throws. Nothing here does: a broken rule of the language panics, through <c>ThrowHelpers</c>.</summary>
public class Exception;
