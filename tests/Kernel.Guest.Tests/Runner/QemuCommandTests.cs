using System;
using System.Collections.Generic;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class QemuCommandTests
{
    private static readonly GuestMachine _machine = new() { Image = "/images/kernel.elf" };
    private static readonly GuestMachine _narrow = new() { Architecture = Architecture.X86, Image = "/images/kernel.pe" };

    [Fact]
    public void The_default_machine_has_these_arguments()
    {
        QemuCommand command = QemuCommand.For(_machine);

        Assert.Equal(
            "qemu-system-x86_64 -accel tcg -no-user-config -nodefaults -display none -no-reboot -serial stdio"
            + " -device isa-debug-exit,iobase=0xf4,iosize=4 -m 512M -cpu max,la57=off -kernel /images/kernel.elf -append run=suite",
            command.ToString());
    }

    [Fact]
    public void A_machine_of_the_other_architecture_has_these()
    {
        QemuCommand command = QemuCommand.For(_narrow);

        Assert.Equal(
            "qemu-system-i386 -accel tcg -no-user-config -nodefaults -display none -no-reboot -serial stdio"
            + " -device isa-debug-exit,iobase=0xf4,iosize=4 -m 512M -cpu max -kernel /images/kernel.pe -append run=suite",
            command.ToString());
    }

    [Fact]
    public void A_disc_takes_the_place_of_image_and_command_line()
    {
        GuestMachine machine = _narrow with { Loader = Loader.Grub, Modules = new FileList(["/m"]), Filter = "a b" };

        Assert.EndsWith(" -cpu max -vga std -boot d -cdrom /discs/d.iso", QemuCommand.For(machine, "/discs/d.iso").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_disc_and_the_loader_that_reads_it_come_together()
    {
        Assert.Throws<ArgumentException>(() => QemuCommand.For(_narrow, "/discs/d.iso"));
        Assert.Throws<ArgumentException>(() => QemuCommand.For(_narrow with { Loader = Loader.Grub }));
    }

    [Theory]
    [InlineData("/m", "/m")]
    [InlineData("/m,/n", "/m", "/n")]
    [InlineData("/m,,1,/n", "/m,1", "/n")]
    public void Multiboot_modules_are_a_list_between_commas(string expected, params string[] files) =>
        Assert.Equal(expected, ValueOf("-initrd", _narrow with { Modules = new FileList(files) }));

    [Fact]
    public void The_one_module_of_the_other_protocol_is_a_name() =>
        Assert.Equal("/m,1", ValueOf("-initrd", _machine with { Modules = new FileList(["/m,1"]) }));

    [Fact]
    public void Five_level_paging_needs_the_processor_to_offer_it() =>
        Assert.Equal("max,la57=on", ValueOf("-cpu", _machine with { FiveLevelPaging = true }));

    [Fact]
    public void The_width_of_addresses_comes_after_the_user_s_features() =>
        Assert.Equal("qemu64,smep=off,la57=off", ValueOf("-cpu", _machine with { CpuModel = "qemu64,smep=off" }));

    [Fact]
    public void The_memory_is_passed_on() =>
        Assert.Equal("2G", ValueOf("-m", _machine with { Memory = new MemorySize(2UL << 30) }));

    [Fact]
    public void Counted_instructions_take_one_nanosecond_each() =>
        Assert.Equal("shift=0", ValueOf("-icount", _machine with { CountInstructions = true }));

    [Fact]
    public void A_machine_that_waits_for_a_debugger_does_not_start_and_listens_only_on_this_host()
    {
        GuestMachine waiting = _machine with { WaitForDebugger = true };

        Assert.Equal("tcp:127.0.0.1:1234", ValueOf("-gdb", waiting));
        Assert.Contains("-S", QemuCommand.For(waiting).Arguments);
    }

    [Theory]
    [InlineData("-icount")]
    [InlineData("-gdb")]
    [InlineData("-S")]
    [InlineData("-initrd")]
    [InlineData("-vga")]
    public void What_nobody_asked_for_is_absent(string argument) =>
        Assert.DoesNotContain(argument, QemuCommand.For(_machine).Arguments);

    [Fact]
    public void A_strange_path_stays_one_argument() =>
        Assert.Equal("/a b/it's, \"x\".elf", ValueOf("-kernel", _machine with { Image = "/a b/it's, \"x\".elf" }));

    [Fact]
    public void The_shell_line_quotes_what_a_shell_would_read()
    {
        string line = QemuCommand.For(_machine with { Image = "/a b/it's.elf" }, program: "/opt/qemu bin/qemu").ToString();

        Assert.StartsWith("'/opt/qemu bin/qemu' -accel tcg", line, StringComparison.Ordinal);
        Assert.Contains(@"-kernel '/a b/it'\''s.elf'", line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_debugger_line_loads_the_symbols_finds_the_sources_and_connects() =>
        Assert.Equal(
            "gdb boot/kernel.elf -ex 'set substitute-path /_ /home of/sources' -ex 'target remote 127.0.0.1:1234'",
            QemuCommand.DebuggerLine("boot/kernel.elf", "/home of/sources"));

    [Fact]
    public void Symbols_without_sources_need_no_place_for_them() =>
        Assert.Equal("gdb boot/kernel.pe -ex 'target remote 127.0.0.1:1234'", QemuCommand.DebuggerLine("boot/kernel.pe", null));

    [Theory]
    [InlineData("suite", null, "run=suite")]
    [InlineData("fatal:panic", null, "run=fatal:panic")]
    [InlineData("suite", "kernel text", "run=suite filter=kernel+text")]
    [InlineData("bench", " a  b ", "run=bench filter=+a++b+")]
    public void The_guest_command_line_holds_what_to_run(string scenario, string? filter, string expected) =>
        Assert.Equal(expected, ValueOf("-append", _machine with { Scenario = scenario, Filter = filter }));

    [Fact]
    public void The_guest_is_told_to_do_without_INVLPG() =>
        Assert.Equal("run=suite invlpg=off", ValueOf("-append", _narrow with { WithoutInvlpg = true }));

    [Theory]
    [InlineData(PagingChoice.Usual, "run=suite")]
    [InlineData(PagingChoice.TwoLevel, "run=suite paging=two-level")]
    [InlineData(PagingChoice.Pae, "run=suite paging=pae")]
    public void The_guest_is_told_which_page_tables_to_use(PagingChoice paging, string expected) =>
        Assert.Equal(expected, ValueOf("-append", _narrow with { Paging = paging }));

    [Theory]
    [InlineData("kernel text", true)]
    [InlineData("W^X: (a) [b] = 'c'", true)]
    [InlineData("", false)]
    [InlineData("a+b", false)]
    [InlineData("größe", false)]
    [InlineData("tab\there", false)]
    [InlineData("line\nfeed", false)]
    public void Only_a_filter_that_arrives_unchanged_is_sent(string filter, bool transportable) =>
        Assert.Equal(transportable, GuestMachine.IsFilterTransportable(filter));

    [Fact]
    public void Statuses_of_the_exit_device_are_odd_and_differ()
    {
        int[] statuses = [GuestExit.Passed, GuestExit.Failed, GuestExit.Panicked];

        Assert.Equal([33, 35, 37], statuses);
    }

    private static string ValueOf(string option, GuestMachine machine)
    {
        List<string> arguments = [.. QemuCommand.For(machine).Arguments];
        Assert.Single(arguments, option);
        return arguments[arguments.IndexOf(option) + 1];
    }
}
