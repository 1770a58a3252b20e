// A project that takes this source may not have nullable annotations on.
#nullable enable

using System;

namespace Kernel.Contracts;

/// <summary>A type whose values are locks.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class)]
internal sealed class LockAttribute : Attribute
{
    /// <summary>Whether its holder may take it again, and then releases it as often.</summary>
    public bool Reentrant { get; set; }
}

/// <summary>A <c>ref struct</c> that holds a lock until it is disposed.</summary>
/// <remarks>A method that takes one as a parameter is handed the permission that the lock gives; it does not take it.</remarks>
[AttributeUsage(AttributeTargets.Struct)]
internal sealed class LockGuardAttribute : Attribute;

/// <summary>The method takes the lock it is called on, or the one named, and returns holding it.</summary>
/// <remarks>
/// If it returns or hands out a <see cref="LockGuardAttribute">guard</see>, the guard holds the lock; otherwise the caller does,
/// until it calls a method that <see cref="ReleasesAttribute">releases</see> it. One that returns <c>bool</c> has taken the lock
/// where it returns true; one with a <c>ref bool</c> parameter sets that when it has.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AcquiresAttribute(string? lockMember = null) : Attribute
{
    /// <summary>The member or parameter that is the lock; null for the object itself.</summary>
    public string? LockMember { get; } = lockMember;
}

/// <summary>The method releases the lock it is called on, or the one named, which its caller holds.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReleasesAttribute(string? lockMember = null) : Attribute
{
    /// <summary>The member or parameter that is the lock; null for the object itself.</summary>
    public string? LockMember { get; } = lockMember;
}

/// <summary>The field or property may be read and written only while the named lock member of the same object is held.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
internal sealed class GuardedByAttribute(string lockMember) : Attribute
{
    /// <summary>The lock: a member of the same object or type.</summary>
    public string LockMember { get; } = lockMember;
}

/// <summary>The method may be called only while the named lock member of the same object is held.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
internal sealed class RequiresLockAttribute(string lockMember) : Attribute
{
    /// <summary>The lock: a member of the same object or type.</summary>
    public string LockMember { get; } = lockMember;
}

/// <summary>The method takes the named lock itself: calling it while the lock is held would wait for ever.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
internal sealed class ExcludesLockAttribute(string lockMember) : Attribute
{
    /// <summary>The lock: a member of the same object or type.</summary>
    public string LockMember { get; } = lockMember;
}

/// <summary>Nothing else can reach the object yet or any more, so its guarded state needs no lock here.</summary>
/// <remarks>For construction and teardown. Constructors have it without saying so.</remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ExclusiveAccessAttribute(string because) : Attribute
{
    /// <summary>Why nothing else can reach the object.</summary>
    public string Because { get; } = because;
}
