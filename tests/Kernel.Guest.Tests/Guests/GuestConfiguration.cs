using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Kernel.Runner;
using Xunit;
using Xunit.Abstractions;

namespace Kernel.Guest.Tests.Guests;

/// <summary>A machine on which all of the guest's tests must pass.</summary>
public sealed class GuestConfiguration : IXunitSerializable
{
    private static readonly GuestMachine _wide = MachineOf(Architecture.X64);
    private static readonly GuestMachine _narrow = MachineOf(Architecture.X86);
    private static readonly GuestMachine _pae = _narrow with { Paging = PagingChoice.Pae };

    // A text shorter than a page, and a file of many pages that ends inside one.
    private static readonly FileList _modules = new(
        [Path.Combine(AppContext.BaseDirectory, "Modules", "greeting.txt"), typeof(GuestMachine).Assembly.Location]);

    private static readonly GuestConfiguration[] _all =
    [
        new("four-level", _wide),
        new("five-level", _wide with { FiveLevelPaging = true }),
        new("four-level, little memory", _wide with { Memory = Mebibytes(32) }),

        // The part beyond 3 GiB lies above the hole for devices, from 4 GiB on. Larger machines only take more of the host.
        new("five-level, memory above 4 GiB", _wide with { FiveLevelPaging = true, Memory = Mebibytes(3584) }),
        new("four-level, a module", _wide with { Modules = new FileList(_modules.Files.Take(1)) }),

        new("two-level", _narrow),
        new("two-level, little memory", _narrow with { Memory = Mebibytes(32) }),
        new("two-level, more memory than the kernel's part of the address space", _narrow with { Memory = Mebibytes(3072) }),
        new("two-level, memory above 4 GiB", _narrow with { Memory = Mebibytes(3584) }),
        new("two-level, no INVLPG", _narrow with { WithoutInvlpg = true }),

        // By family and CPUID level the oldest that has SSE2 in QEMU, and the one with the fewest features beside it:
        // neither PSE-36 nor MTRRs nor NX.
        new("two-level, the oldest processor", _narrow with { CpuModel = "athlon" }),
        new("two-level, the fewest features", _narrow with { CpuModel = "qemu32" }),
        new("two-level, modules", _narrow with { Modules = _modules }),

        new("three-level", _pae),
        new("three-level, little memory", _pae with { Memory = Mebibytes(32) }),
        new("three-level, memory above 4 GiB", _pae with { Memory = Mebibytes(5120) }),
        new("three-level, no INVLPG", _pae with { WithoutInvlpg = true }),
        new("three-level, no NX", _pae with { CpuModel = "qemu32" }),

        new("two-level, from a disc with GRUB", _narrow with { Loader = Loader.Grub, Modules = _modules }),
        new("three-level, from a disc with GRUB", _pae with { Loader = Loader.Grub, Modules = _modules }),
    ];

    private string _name;

    /// <summary>For xunit, which fills it in afterwards.</summary>
    [Obsolete("Called by xunit only.")]
    public GuestConfiguration()
        : this("", _wide)
    {
    }

    private GuestConfiguration(string name, GuestMachine machine)
    {
        _name = name;
        Machine = machine;
    }

    /// <summary>Every configuration, as the cases of a theory.</summary>
    public static TheoryData<GuestConfiguration> Each => new(_all);

    /// <summary>The paging modes on the memory that a guest has when nobody says otherwise.</summary>
    public static TheoryData<GuestConfiguration> EachMode => new(FourLevel, FiveLevel, TwoLevel, ThreeLevel);

    /// <summary>One configuration of each image.</summary>
    public static TheoryData<GuestConfiguration> EachImage => new(FourLevel, TwoLevel);

    /// <summary>Every configuration.</summary>
    public static IReadOnlyList<GuestConfiguration> All => _all;

    /// <summary>The 64-bit configuration without anything special.</summary>
    public static GuestConfiguration FourLevel => Named("four-level");

    /// <summary>The same with 57-bit addresses.</summary>
    public static GuestConfiguration FiveLevel => Named("five-level");

    /// <summary>The 32-bit configuration without anything special.</summary>
    public static GuestConfiguration TwoLevel => Named("two-level");

    /// <summary>The same with three-level tables.</summary>
    public static GuestConfiguration ThreeLevel => Named("three-level");

    /// <summary>The machine, with the image that the build left.</summary>
    public GuestMachine Machine { get; private set; }

    /// <summary>The configuration without anything special that boots the same image.</summary>
    public GuestConfiguration Plain => Machine.Architecture == Architecture.X64 ? FourLevel : TwoLevel;

    /// <summary>One configuration of each image, with each of <paramref name="values"/>.</summary>
    public static TheoryData<GuestConfiguration, T> EachImageWith<T>(params T[] values)
    {
        TheoryData<GuestConfiguration, T> cases = [];
        foreach (GuestConfiguration configuration in new[] { FourLevel, TwoLevel })
        {
            foreach (T value in values)
            {
                cases.Add(configuration, value);
            }
        }

        return cases;
    }

    /// <inheritdoc/>
    public void Deserialize(IXunitSerializationInfo info)
    {
        _name = info.GetValue<string>(nameof(_name));
        Machine = Named(_name).Machine;
    }

    /// <inheritdoc/>
    public void Serialize(IXunitSerializationInfo info) => info.AddValue(nameof(_name), _name);

    /// <inheritdoc/>
    public override string ToString() => _name;

    private static GuestConfiguration Named(string name) => _all.Single(configuration => configuration._name == name);

    private static GuestMachine MachineOf(Architecture architecture) =>
        new() { Architecture = architecture, Image = GuestBoot.ImageFor(architecture) };

    private static MemorySize Mebibytes(ulong count) => new(count << 20);
}
