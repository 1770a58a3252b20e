using System;
using System.Collections.Generic;
using Kernel.Runner;
using Xunit;
using Xunit.Abstractions;

namespace Kernel.Guest.Tests.Guests;

/// <summary>A machine on which all of the guest's tests must pass.</summary>
public sealed class GuestConfiguration : IXunitSerializable
{
    private static readonly GuestConfiguration[] _all =
    [
        new("four-level", "512M", fiveLevel: false),
        new("five-level", "512M", fiveLevel: true),
        new("four-level, little memory", "32M", fiveLevel: false),

        // The part beyond 3 GiB lies above the hole for devices, from 4 GiB on. Larger machines only take more of the host.
        new("five-level, memory above 4 GiB", "3584M", fiveLevel: true),
    ];

    private string _name;
    private string _memory;
    private bool _fiveLevel;

    /// <summary>For xunit, which fills it in afterwards.</summary>
    [Obsolete("Called by xunit only.")]
    public GuestConfiguration()
        : this("", "", false)
    {
    }

    private GuestConfiguration(string name, string memory, bool fiveLevel)
    {
        _name = name;
        _memory = memory;
        _fiveLevel = fiveLevel;
    }

    /// <summary>Every configuration, as the cases of a theory.</summary>
    public static TheoryData<GuestConfiguration> Each => new(_all);

    /// <summary>The two paging modes on the memory that a guest has when nobody says otherwise.</summary>
    public static TheoryData<GuestConfiguration> EachUsual => new(Plain, FiveLevel);

    /// <summary>Every configuration.</summary>
    public static IReadOnlyList<GuestConfiguration> All => _all;

    /// <summary>The configuration without anything special.</summary>
    public static GuestConfiguration Plain => _all[0];

    /// <summary>The plain configuration with 57-bit addresses.</summary>
    public static GuestConfiguration FiveLevel => _all[1];

    /// <summary>The machine, with the image that the build left.</summary>
    public GuestMachine Machine => new()
    {
        Image = GuestBoot.ImageFor(Architecture.X64),
        Memory = MemorySize.TryParse(_memory, out MemorySize size) ? size : throw new InvalidOperationException(_memory),
        FiveLevelPaging = _fiveLevel,
    };

    /// <inheritdoc/>
    public void Deserialize(IXunitSerializationInfo info)
    {
        _name = info.GetValue<string>(nameof(_name));
        _memory = info.GetValue<string>(nameof(_memory));
        _fiveLevel = info.GetValue<bool>(nameof(_fiveLevel));
    }

    /// <inheritdoc/>
    public void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue(nameof(_name), _name);
        info.AddValue(nameof(_memory), _memory);
        info.AddValue(nameof(_fiveLevel), _fiveLevel);
    }

    /// <inheritdoc/>
    public override string ToString() => _name;
}
