using System.Collections.Generic;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class MachineRulesTests
{
    private static readonly GuestMachine _wide = new() { Image = "k" };
    private static readonly GuestMachine _narrow = new() { Architecture = Architecture.X86, Image = "k" };

    public static TheoryData<string, GuestMachine> Wrong => new()
    {
        { "--la57: an x86 processor has 32-bit addresses; five-level tables are for x64", _narrow with { FiveLevelPaging = true } },
        { "--paging: x64 has four-level tables, or five-level ones with --la57; the choice is for x86", _wide with { Paging = PagingChoice.Pae } },
        { "--paging: x64 has four-level tables, or five-level ones with --la57; the choice is for x86", _wide with { Paging = PagingChoice.TwoLevel } },
        { "--no-invlpg: every x64 processor has INVLPG; doing without is for x86", _wide with { WithoutInvlpg = true } },
        { "--memory: an x86 processor addresses 64G, not 65G", _narrow with { Memory = new MemorySize(65UL << 30) } },
        { "--loader: the x64 image has no Multiboot header for GRUB; QEMU loads it", _wide with { Loader = Loader.Grub } },
        { "--filter: GRUB hands on no quote and no backslash as it is", _narrow with { Loader = Loader.Grub, Filter = "it's" } },
        { "--filter: GRUB hands on no quote and no backslash as it is", _narrow with { Loader = Loader.Grub, Filter = "a\"" } },
        { "--filter: GRUB hands on no quote and no backslash as it is", _narrow with { Loader = Loader.Grub, Filter = "\\" } },
        { "--module: the x64 image is loaded with one module at most", _wide with { Modules = new FileList(["a", "b"]) } },
        { "--module: a name with a space does not arrive whole: a b", _narrow with { Modules = new FileList(["a b"]) } },
    };

    public static TheoryData<GuestMachine> Right =>
    [
        _wide with { FiveLevelPaging = true, Memory = new MemorySize(65UL << 30), Modules = new FileList(["a b"]), Filter = "it's" },
        _narrow with { WithoutInvlpg = true, Memory = new MemorySize(64UL << 30), Modules = new FileList(["a", "b"]), Filter = "it's" },
        _narrow with { Paging = PagingChoice.Pae, WithoutInvlpg = true },
        _narrow with { Loader = Loader.Grub, Filter = "a $(page)", Modules = new FileList(["a"]) },
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_does_not_go_together_is_refused_with_the_reason(string expected, GuestMachine machine) =>
        Assert.Equal([expected], MachineRules.Broken(machine));

    [Theory]
    [MemberData(nameof(Right))]
    public void What_goes_together_is_left_alone(GuestMachine machine) => Assert.Empty(MachineRules.Broken(machine));
}
