using System;

namespace Kernel.Contracts;

/// <summary>A page-table entry: where a processor may walk, a change of one in memory owes a flush.</summary>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Enum)]
internal sealed class TableEntryAttribute : Attribute;

/// <summary>
/// On a method or property: it changes an entry that processors may remember, and leaves it to its caller to make them forget. On a
/// type: a value of it stands for such a duty until it is flushed or handed on.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Struct | AttributeTargets.Class)]
internal sealed class OwesFlushAttribute : Attribute;

/// <summary>When the method returns, no processor remembers what entries said before: for the address given, or at all.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FlushesAttribute : Attribute;

/// <summary>The frame given as this parameter goes back to the allocator: nothing may map it, and no processor remember that something did.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class FreesFrameAttribute : Attribute;
