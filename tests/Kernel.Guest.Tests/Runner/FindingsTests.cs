using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class FindingsTests
{
    [Fact]
    public void Only_the_kernel_s_own_rules_are_counted()
    {
        Findings findings = Findings.Parse(Log("""{"id":"KMEM202"},{"id":"CA1000"},{"id":"KMEM101"},{"id":"KMEM101"}""", ""));

        Assert.Equal(["KMEM101", "KMEM202"], findings.Rules);
        Assert.Equal((0, 0), (findings.Reported, findings.Suppressed));
    }

    [Fact]
    public void A_rule_that_is_off_by_default_is_not_in_force()
    {
        const string rules = """
            {"id":"KMEM000","defaultConfiguration":{"level":"note","enabled":false}},
            {"id":"KMEM101","defaultConfiguration":{"level":"error"}}
            """;

        Assert.Equal(["KMEM101"], Findings.Parse(Log(rules, "")).Rules);
    }

    [Theory]
    [InlineData("""{"enabled":false}""", "KMEM202")]
    [InlineData("""{"level":"warning"}""", "KMEM101", "KMEM202")]
    public void The_editorconfig_has_the_last_word(string configuration, params string[] inForce)
    {
        string overrides = $$"""{"descriptor":{"id":"KMEM101","index":0},"configuration":{{configuration}}}""";

        Assert.Equal(inForce, Findings.Parse(Log("""{"id":"KMEM101"},{"id":"KMEM202"}""", "", overrides)).Rules);
    }

    [Theory]
    [InlineData("""{"enabled":true}""")]
    [InlineData("""{"level":"error"}""")]
    public void A_rule_switched_on_by_an_override_is_in_force(string configuration)
    {
        const string rule = """{"id":"KMEM000","defaultConfiguration":{"enabled":false}}""";
        string overrides = $$"""{"descriptor":{"id":"KMEM000"},"configuration":{{configuration}}}""";

        Assert.Equal(["KMEM000"], Findings.Parse(Log(rule, "", overrides)).Rules);
    }

    [Fact]
    public void Findings_and_suppressed_findings_are_counted()
    {
        const string results = """
            {"ruleId":"KMEM101"},
            {"ruleId":"CS0168"},
            {"ruleId":"KMEM202","suppressions":[{"kind":"inSource"}]},
            {"ruleId":"KMEM301","suppressions":[]}
            """;

        Findings findings = Findings.Parse(Log("""{"id":"KMEM101"}""", results));

        Assert.Equal((3, 1), (findings.Reported, findings.Suppressed));
    }

    [Fact]
    public void A_log_that_is_none_says_nothing()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "not json");
            Assert.Null(Findings.Read(file));
            File.WriteAllText(file, "{}");
            Assert.Null(Findings.Read(file));
            File.WriteAllText(file, Log("""{"id":"KMEM101"}""", ""));
            Assert.Equal(["KMEM101"], Findings.Read(file)!.Rules);
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Null(Findings.Read(file));
    }

    [Fact]
    public void Parsing_what_is_no_log_throws()
    {
        Assert.Throws<KeyNotFoundException>(() => Findings.Parse("{}"));
        Assert.ThrowsAny<JsonException>(() => Findings.Parse("{"));
    }

    private static string Log(string rules, string results, string overrides = "") => $$$"""
        {"version":"2.1.0","runs":[{"results":[{{{results}}}],
          "tool":{"driver":{"name":"csc","rules":[{{{rules}}}]}},
          "invocations":[{"executionSuccessful":true,"ruleConfigurationOverrides":[{{{overrides}}}]}]}]}
        """;
}
