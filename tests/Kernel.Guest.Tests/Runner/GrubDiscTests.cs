using System;
using System.IO;
using System.Threading.Tasks;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class GrubDiscTests
{
    private static readonly GuestMachine _machine = new()
    {
        Architecture = Architecture.X86,
        Image = FakeGuest.AnyFile,
        Loader = Loader.Grub,
    };

    [Fact]
    public void The_menu_loads_the_image_with_its_command_line()
    {
        GuestMachine machine = _machine with { Filter = "a $(page); {b}", WithoutInvlpg = true };

        Assert.Equal(
            "insmod all_video\nmultiboot /boot/kernel 'run=suite' 'filter=a+$(page);+{b}' 'invlpg=off'\nboot\n",
            GrubDisc.Menu(machine));
    }

    [Fact]
    public void The_menu_loads_the_modules_in_their_order()
    {
        GuestMachine machine = _machine with { Modules = new FileList(["/a/first", "/b/it's"]) };

        Assert.Equal(
            "insmod all_video\nmultiboot /boot/kernel 'run=suite'\n"
            + "module /boot/module0 '/a/first'\nmodule /boot/module1 '/b/it'\\''s'\nboot\n",
            GrubDisc.Menu(machine));
    }

    [Fact]
    public async Task A_disc_is_an_ISO_9660_file_and_goes_when_it_is_disposed()
    {
        string file;
        using (GrubDisc disc = await GrubDisc.MakeAsync(_machine))
        {
            Assert.Empty(disc.Errors);
            file = disc.FileName;
            byte[] bytes = await File.ReadAllBytesAsync(file);
            Assert.Equal("CD001"u8.ToArray(), bytes[0x8001..0x8006]);
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(file)));
    }

    [Fact]
    public async Task A_disc_without_its_image_is_not_made()
    {
        using GrubDisc disc = await GrubDisc.MakeAsync(_machine with { Image = "/nowhere/kernel.pe" });

        Assert.Contains("/nowhere/kernel.pe", disc.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(disc.FileName));
    }
}
