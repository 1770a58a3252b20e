using System;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace Kernel.Mutants.Tests;

public partial class MutantFileTests
{
    private const string Sample = """
        title: empty the frame twice
        rule: KMEM101
        file: kernel/Sample.cs
        --- find
            Clear();
        --- replace
            Clear();
            Clear();
        --- end

        """;

    public static TheoryData<string> Names => [.. Repository.MutantNames];

    /// <summary>The rules that the kernel is built under.</summary>
    public static TheoryData<string> Rules =>
        [.. Severity().Matches(Repository.TextOf(Repository.Root, ".editorconfig")!).Select(static match => match.Groups["rule"].Value)];

    [Fact]
    public void A_mutant_is_read()
    {
        Mutant mutant = Mutant.Parse(Sample);
        Assert.Equal("empty the frame twice", mutant.Title);
        Assert.Equal(["KMEM101"], mutant.Rules);
        Assert.Equal("kernel/Sample.cs", mutant.File);
        Assert.Equal("    Clear();\n", mutant.Find);
        Assert.Equal("    Clear();\n    Clear();\n", mutant.Replacement);
    }

    [Fact]
    public void A_mutant_may_break_several_rules() =>
        Assert.Equal(["KMEM101", "KMEM502"], Mutant.Parse(Sample.Replace("KMEM101", "KMEM101, KMEM502", StringComparison.Ordinal)).Rules);

    [Theory]
    [InlineData("title: empty the frame twice\n")]
    [InlineData("rule: KMEM101\n")]
    [InlineData("file: kernel/Sample.cs\n")]
    [InlineData("--- find\n")]
    [InlineData("--- replace\n")]
    [InlineData("--- end\n")]
    public void A_mutant_lacks_nothing(string part) =>
        Assert.Throws<FormatException>(() => Mutant.Parse(Sample.Replace(part, string.Empty, StringComparison.Ordinal)));

    [Fact]
    public void A_mutant_changes_something() =>
        Assert.Throws<FormatException>(() => Mutant.Parse(Sample.Replace("    Clear();\n    Clear();\n", "    Clear();\n", StringComparison.Ordinal)));

    [Fact]
    public void A_mutant_without_lines_to_replace_makes_its_file()
    {
        Mutant mutant = Mutant.Parse(Sample.Replace("--- find\n    Clear();\n", "--- find\n", StringComparison.Ordinal));
        Assert.Equal("    Clear();\n    Clear();\n", mutant.ApplyTo(null));
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => mutant.ApplyTo("{\n}\n"));
        Assert.Contains("there already", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_lines_to_replace_is_there()
    {
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => Mutant.Parse(Sample).ApplyTo(null));
        Assert.Contains("not there", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_lines_to_replace_change() =>
        Assert.Equal("{\n    Clear();\n    Clear();\n}\n", Mutant.Parse(Sample).ApplyTo("{\n    Clear();\n}\n"));

    [Theory]
    [InlineData("{\n}\n", "nowhere")]
    [InlineData("{\n    Clear();\n    Clear();\n}\n", "more than once")]
    [InlineData("{\n    Clear( );\n}\n", "nowhere")]
    public void Lines_that_do_not_stand_there_once_make_the_mutant_out_of_date(string text, string where)
    {
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => Mutant.Parse(Sample).ApplyTo(text));
        Assert.Contains(where, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mutant_is_up_to_date(string name)
    {
        Mutant mutant = Repository.Mutant(name);
        string? text = Repository.TextOf(Repository.Root, mutant.File);
        Assert.NotEqual(text, mutant.ApplyTo(text));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_rule_has_a_mutant(string rule) =>
        Assert.Contains(Repository.MutantNames, name => Repository.Mutant(name).Rules.Contains(rule));

    [GeneratedRegex(@"^dotnet_diagnostic\.(?<rule>KMEM[0-9]+)\.severity", RegexOptions.Multiline)]
    private static partial Regex Severity();
}
