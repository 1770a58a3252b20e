using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using Kernel.Analyzers.Options;
using Kernel.Analyzers.RuleIndex;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>The options are described in one place, the page of the rule that knows them all, as the rules read them.</summary>
public partial class OptionPageTests
{
    private static readonly string[] Options =
    [
        .. typeof(RuleOptions).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral && field.FieldType == typeof(string))
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(value => value.StartsWith(RuleOptions.Prefix, StringComparison.Ordinal) && value != RuleOptions.Prefix)
            .Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> OptionNames => [.. Options];

    private static string Page => File.ReadAllText(Path.Combine(RuleCatalogue.PagesFolder, "KMEM001.md"));

    [Fact]
    public void The_table_has_a_row_for_each_option_and_no_other() =>
        Assert.Equal(Options, Row().Matches(Page).Select(row => row.Groups["option"].Value).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(OptionNames))]
    public void Every_value_in_the_table_is_understood(string option)
    {
        string values = Row().Matches(Page).Single(row => row.Groups["option"].Value == option).Groups["values"].Value.Split(':')[0];
        Assert.NotEmpty(Code().Matches(values));
        Assert.All(Code().Matches(values), value => Assert.True(RuleOptions.IsUnderstood(option, value.Groups["text"].Value), value.Value));
        Assert.NotNull(RuleOptions.ValuesOf(option));
    }

    [Fact]
    public void No_text_speaks_of_an_option_that_there_is_not()
    {
        IEnumerable<string> texts = Directory.EnumerateFiles(RuleCatalogue.PagesFolder)
            .Concat(Directory.EnumerateFiles(PackageProfiles.Folder, "*", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal)))
            .Append(RuleCatalogue.EditorConfigPath);
        Assert.All(texts.SelectMany(File.ReadLines).Where(line => !line.Contains("free_standing", StringComparison.Ordinal)), line =>
            Assert.All(Mention().Matches(line), mention => Assert.Contains(mention.Value, Options)));
    }

    [GeneratedRegex(@"^\| `(?<option>kernel_memory\.[a-z_]+)` \| (?<values>[^|]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\bkernel_memory\.[a-z_]+")]
    private static partial Regex Mention();
}
