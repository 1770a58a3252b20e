namespace System;

/// <summary>The base of all attributes.</summary>
public abstract class Attribute;

/// <summary>What an attribute may be put on.</summary>
[Flags]
public enum AttributeTargets
{
    /// <summary>The assembly.</summary>
    Assembly = 0x1,

    /// <summary>The module.</summary>
    Module = 0x2,

    /// <summary>A class.</summary>
    Class = 0x4,

    /// <summary>A struct.</summary>
    Struct = 0x8,

    /// <summary>An enumeration.</summary>
    Enum = 0x10,

    /// <summary>A constructor.</summary>
    Constructor = 0x20,

    /// <summary>A method.</summary>
    Method = 0x40,

    /// <summary>A property.</summary>
    Property = 0x80,

    /// <summary>A field.</summary>
    Field = 0x100,

    /// <summary>An event.</summary>
    Event = 0x200,

    /// <summary>An interface.</summary>
    Interface = 0x400,

    /// <summary>A parameter.</summary>
    Parameter = 0x800,

    /// <summary>A delegate.</summary>
    Delegate = 0x1000,

    /// <summary>A return value.</summary>
    ReturnValue = 0x2000,

    /// <summary>A type parameter.</summary>
    GenericParameter = 0x4000,

    /// <summary>Anything.</summary>
    All = 0x7FFF,
}

/// <summary>Says what an attribute may be put on.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AttributeUsageAttribute(AttributeTargets validOn) : Attribute
{
    /// <summary>What the attribute may be put on.</summary>
    public AttributeTargets ValidOn { get; } = validOn;

    /// <summary>Whether it may be put on the same thing twice.</summary>
    public bool AllowMultiple { get; set; }

    /// <summary>Whether derived types have it too.</summary>
    public bool Inherited { get; set; }
}

/// <summary>The enumeration's values combine bit by bit.</summary>
[AttributeUsage(AttributeTargets.Enum)]
public sealed class FlagsAttribute : Attribute;

/// <summary>The last parameter takes any number of arguments.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParamArrayAttribute : Attribute;

/// <summary>Still there, not to be used any more.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class ObsoleteAttribute(string? message = null, bool error = false) : Attribute
{
    /// <summary>What to use instead.</summary>
    public string? Message { get; } = message;

    /// <summary>Whether a use is an error.</summary>
    public bool IsError { get; } = error;
}
