using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis.Testing;
using Xunit;
using Xunit.Sdk;

namespace Kernel.Analyzers.Tests;

/// <summary>The sources of rule tests, had by running the tests without judging them.</summary>
internal static class SourceCollection
{
    private static readonly AsyncLocal<List<IReadOnlyList<string>>?> Collected = new();

    /// <summary>Takes the sources of a test that is only run for them; false when it is run to be judged.</summary>
    public static bool Takes(SolutionState state)
    {
        Collected.Value?.Add([.. state.Sources.Select(source => WithoutMarkup(source.content.ToString()))]);
        return Collected.Value is not null;
    }

    /// <summary>The sources of every test in a class, each test's together.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<string>>> OfAsync(Type testClass)
    {
        List<IReadOnlyList<string>> sources = [];
        Collected.Value = sources;
        foreach (MethodInfo test in testClass.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null))
        {
            foreach (object?[] arguments in ArgumentsOf(test))
            {
                if (test.Invoke(Activator.CreateInstance(testClass), arguments) is Task run)
                {
                    await run;
                }
            }
        }

        Collected.Value = null;
        return sources;
    }

    private static IEnumerable<object?[]> ArgumentsOf(MethodInfo test) => test.GetCustomAttribute<TheoryAttribute>() is null
        ? [[]]
        : test.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(test));

    private static string WithoutMarkup(string source) =>
        System.Text.RegularExpressions.Regex.Replace(source, @"\[\||\|\]|\{\|[\w#.+-]+:|\|\}|\$\$(?!"")", string.Empty);
}
