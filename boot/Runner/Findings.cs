using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Kernel.Runner;

/// <summary>What the compiler's error log says about the kernel's own rules: which were in force, and what they found.</summary>
/// <param name="Rules">The IDs of the rules that were loaded and switched on.</param>
/// <param name="Reported">How many diagnostics they reported.</param>
/// <param name="Suppressed">How many of these were suppressed in the source.</param>
public sealed record Findings(IReadOnlyList<string> Rules, int Reported, int Suppressed)
{
    /// <summary>How many diagnostics were reported and not suppressed.</summary>
    public int Standing => Reported - Suppressed;

    private const string RulePrefix = "KMEM";

    /// <summary>
    /// Reads the SARIF 2.1 file that <c>csc /errorlog</c> wrote; null when there is none or it is no such file.
    /// </summary>
    public static Findings? Read(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads SARIF 2.1 text.</summary>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    /// <exception cref="KeyNotFoundException">A property that SARIF requires is missing.</exception>
    /// <exception cref="InvalidOperationException">A property is of another kind than SARIF says.</exception>
    public static Findings Parse(string sarif)
    {
        using JsonDocument document = JsonDocument.Parse(sarif);
        HashSet<string> rules = new(StringComparer.Ordinal);
        int reported = 0;
        int suppressed = 0;
        foreach (JsonElement run in document.RootElement.GetProperty("runs").EnumerateArray())
        {
            rules.UnionWith(EnabledRules(run));
            foreach (JsonElement result in run.GetProperty("results").EnumerateArray().Where(IsOurs))
            {
                reported++;
                suppressed += result.TryGetProperty("suppressions", out JsonElement list) && list.GetArrayLength() > 0 ? 1 : 0;
            }
        }

        return new Findings([.. rules.Order(StringComparer.Ordinal)], reported, suppressed);
    }

    private static bool IsOurs(JsonElement result) =>
        result.GetProperty("ruleId").GetString()!.StartsWith(RulePrefix, StringComparison.Ordinal);

    private static HashSet<string> EnabledRules(JsonElement run)
    {
        Dictionary<string, bool> enabled = new(StringComparer.Ordinal);
        JsonElement driver = run.GetProperty("tool").GetProperty("driver");
        if (driver.TryGetProperty("rules", out JsonElement rules))
        {
            foreach (JsonElement rule in rules.EnumerateArray())
            {
                bool configured = rule.TryGetProperty("defaultConfiguration", out JsonElement configuration);
                enabled[rule.GetProperty("id").GetString()!] = !configured || IsEnabled(configuration);
            }
        }

        foreach ((string id, JsonElement configuration) in Overrides(run))
        {
            // Enabled unless it says otherwise (SARIF 2.1.0, 3.50.2), also where the rule is off by default.
            enabled[id] = IsEnabled(configuration);
        }

        return
        [
            .. enabled.Where(static pair => pair.Value && pair.Key.StartsWith(RulePrefix, StringComparison.Ordinal))
                .Select(static pair => pair.Key),
        ];
    }

    private static IEnumerable<(string Id, JsonElement Configuration)> Overrides(JsonElement run)
    {
        if (!run.TryGetProperty("invocations", out JsonElement invocations))
        {
            yield break;
        }

        foreach (JsonElement invocation in invocations.EnumerateArray())
        {
            if (!invocation.TryGetProperty("ruleConfigurationOverrides", out JsonElement overrides))
            {
                continue;
            }

            foreach (JsonElement entry in overrides.EnumerateArray())
            {
                yield return (entry.GetProperty("descriptor").GetProperty("id").GetString()!, entry.GetProperty("configuration"));
            }
        }
    }

    private static bool IsEnabled(JsonElement configuration) =>
        !configuration.TryGetProperty("enabled", out JsonElement enabled) || enabled.GetBoolean();
}
