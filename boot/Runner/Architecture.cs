using System;
using System.Collections.Generic;
using System.Linq;

namespace Kernel.Runner;

/// <summary>An architecture that the kernel is built for, and what the runner has to know about it.</summary>
public sealed class Architecture
{
    private const ulong Gibibyte = 1UL << 30;

    /// <summary>x86-64: an ELF image that QEMU starts by its PVH note.</summary>
    public static Architecture X64 { get; } = new("x64", "qemu-system-x86_64", "Boot.X64.csproj", "kernel.elf")
    {
        Linker = new Toolbox.Tool("ld.lld", "lld"),
        MostMemory = new MemorySize(1024 * Gibibyte),
        HasFiveLevelPaging = true,
        HasSourceLines = true,
        UsualPaging = "four-level",
    };

    /// <summary>x86-32: a PE image that QEMU or GRUB starts by its Multiboot header.</summary>
    public static Architecture X86 { get; } = new("x86", "qemu-system-i386", "Boot.X86.csproj", "kernel.pe")
    {
        Linker = new Toolbox.Tool("lld-link", "lld"),
        MostMemory = new MemorySize(64 * Gibibyte),
        UsualPaging = "two-level",
        HasPagingChoice = true,
        CanLackInvlpg = true,
        StartsByMultiboot = true,
    };

    private Architecture(string name, string emulator, string project, string imageName)
    {
        Name = name;
        Emulator = new Toolbox.Tool(emulator, "qemu-system-x86");
        Project = project;
        ImageName = imageName;
    }

    /// <summary>Every architecture.</summary>
    public static IReadOnlyList<Architecture> All { get; } = [X64, X86];

    /// <summary>The name as <c>--arch</c> takes it, and as the folders of the build have it.</summary>
    public string Name { get; }

    /// <summary>The project of the image, a file in <c>boot/</c>.</summary>
    public string Project { get; }

    /// <summary>The file name of the image.</summary>
    public string ImageName { get; }

    /// <summary>The QEMU that emulates it.</summary>
    public Toolbox.Tool Emulator { get; }

    /// <summary>What links the image.</summary>
    public Toolbox.Tool Linker { get; private init; } = null!;

    /// <summary>The most memory that its emulated processor can address.</summary>
    public MemorySize MostMemory { get; private init; }

    /// <summary>Whether its processors may have 57-bit virtual addresses.</summary>
    public bool HasFiveLevelPaging { get; private init; }

    /// <summary>Whether the image says which line of the sources an instruction comes from, and not only which function.</summary>
    public bool HasSourceLines { get; private init; }

    /// <summary>How many levels its page tables have when nothing else is asked for, in a word.</summary>
    public string UsualPaging { get; private init; } = "";

    /// <summary>Whether the kernel can be told which page tables to use.</summary>
    public bool HasPagingChoice { get; private init; }

    /// <summary>Whether the kernel can be told to do without INVLPG, as on the oldest processors of this architecture.</summary>
    public bool CanLackInvlpg { get; private init; }

    /// <summary>
    /// Whether a Multiboot loader starts the image: GRUB, or QEMU in the same manner, which then takes any number of modules
    /// instead of one.
    /// </summary>
    public bool StartsByMultiboot { get; private init; }

    /// <summary>The architecture of that name, or null.</summary>
    public static Architecture? Find(string? name) =>
        All.FirstOrDefault(architecture => string.Equals(architecture.Name, name, StringComparison.Ordinal));

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
