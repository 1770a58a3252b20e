using System;

namespace Kernel.Contracts;

/// <summary>The memory of the frame that this returns (or assigns to the <c>out</c> parameter) still holds what its last owner left there.</summary>
/// <remarks>KMEM101 follows the value from here until it is handed to a parameter marked <see cref="ZeroesAttribute"/>.</remarks>
[AttributeUsage(AttributeTargets.ReturnValue | AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class DirtyAttribute : Attribute;

/// <summary>When the method returns, every byte of the frame given as this parameter has been zeroed or overwritten.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class ZeroesAttribute : Attribute;

/// <summary>The frame given as this parameter becomes reachable by the page-table walker: all of it must be zeroed before.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class RequiresZeroedAttribute : Attribute;

/// <summary>
/// The frame given as this parameter is mapped where a program can read it, unless the rights that the method is given too say otherwise: all
/// of it must be zeroed or overwritten before.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class MapsForUserAttribute : Attribute;
