using System;
using System.IO;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class ToolsTests
{
    [Fact]
    public void A_program_is_found_in_the_first_folder_that_has_it()
    {
        string folder = FakeGuest.ProgramFolder;

        string? found = Toolbox.Find("qemu-system-i386", $"/nowhere:{folder}:/bin");

        Assert.Equal(Path.Combine(folder, "qemu-system-i386"), found);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/nowhere::/nowhere/else")]
    public void A_program_that_is_nowhere_is_not_found(string? searchPath) => Assert.Null(Toolbox.Find("sh", searchPath));

    [Fact]
    public void A_missing_program_comes_with_its_package()
    {
        Toolbox.Tool absent = new("no-such-program", "its-package");

        Assert.Equal([absent], Toolbox.Missing([new Toolbox.Tool("sh", "dash"), absent]));
    }

    [Fact]
    public void The_list_of_processor_models_ends_before_the_features()
    {
        const string help = """
            Available CPUs:
            x86 486                   (alias configured by machine type)
            x86 max                   Enables all

            Recognized CPUID flags:
              3dnow x86 la57
            """;

        Assert.Equal(["486", "max"], Toolbox.ParseCpuModels(help));
    }

    [Fact]
    public void The_compiler_s_errors_are_told_once_and_without_the_project()
    {
        string[] lines =
        [
            "  Kernel.Analyzers -> /bin/Kernel.Analyzers.dll",
            "/src/kernel/A.cs(3,4): error KMEM101: frame reachable before it is zeroed [/src/boot/Boot.X64.csproj]",
            "/src/kernel/A.cs(3,4): error KMEM101: frame reachable before it is zeroed [/src/boot/Boot.X64.csproj]",
            "  error MSB1009: Project file does not exist.",
            "    1 Error(s)",
        ];

        Assert.Equal(
            ["/src/kernel/A.cs(3,4): error KMEM101: frame reachable before it is zeroed", "error MSB1009: Project file does not exist."],
            KernelBuild.ErrorsIn(lines));
    }

    [Fact]
    public void A_build_without_errors_to_tell_shows_its_end() => Assert.Equal(["Killed"], KernelBuild.ErrorsIn(["Killed"]));

    [Theory]
    [InlineData("x64", "Boot.X64.csproj", "kernel.elf")]
    [InlineData("x86", "Boot.X86.csproj", "kernel.pe")]
    public void The_repository_is_found_upwards_from_the_tests(string name, string project, string image)
    {
        Architecture architecture = Architecture.Find(name)!;
        Repository repository = Repository.Find(AppContext.BaseDirectory)!;

        Assert.True(File.Exists(Path.Combine(repository.Root, "Kernel.sln")));
        Assert.Equal(Path.Combine(repository.Root, "boot", project), repository.BootProject(architecture));
        Assert.Equal(Path.Combine(repository.Root, "boot", "bin", name, "Release", image), repository.Image(architecture));
        Assert.Equal(Path.Combine(repository.Root, "boot", "obj", name, "Release", "findings.sarif"), repository.Findings(architecture));
        Assert.Null(Repository.Find("/"));
    }

    [Fact]
    public void A_file_of_a_package_is_found_without_the_search_path()
    {
        Toolbox.Tool there = new(FakeGuest.AnyFile, "a-package");
        Toolbox.Tool absent = new("/nowhere/file", "its-package");

        Assert.Equal([absent], Toolbox.Missing([there, absent]));
    }
}
