using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Kernel.Analyzers.CodeFixes;
using Kernel.Analyzers.RuleIndex;
using Kernel.Analyzers.Rules;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>An analyzer lives as long as the compiler server or the IDE: what it learns about a compilation goes with the compilation.</summary>
public class AnalyzerStateTests
{
    public static TheoryData<string> AnalyzerNames => [.. RuleCatalogue.Analyzers().Select(analyzer => analyzer.GetType().Name)];

    [Fact]
    public void No_static_field_can_hold_on_to_anything()
    {
        IEnumerable<string> changeable =
            from type in typeof(RuleAnalyzer).Assembly.GetTypes().Concat(typeof(ZeroBeforeLinkFix).Assembly.GetTypes())
            where !type.IsDefined(typeof(CompilerGeneratedAttribute)) && !type.Name.StartsWith('<')
            from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            // The scope that holds while an action runs on the thread; VocabularyInForceTests shows that it does not outlive the action.
            where field.FieldType.Name != "CompilationScope" || !field.IsDefined(typeof(ThreadStaticAttribute))
            where !field.IsLiteral && !(field.IsInitOnly && IsImmutable(field.FieldType, []))
            select $"{type.FullName}.{field.Name}";

        string[] found = [.. changeable];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Theory, MemberData(nameof(AnalyzerNames))]
    public void An_analyzer_knows_nothing_but_its_rules(string analyzer)
    {
        for (Type? type = Analyzer(analyzer).GetType(); type != typeof(DiagnosticAnalyzer); type = type!.BaseType)
        {
            Assert.All(
                type!.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly),
                field => Assert.True(field.IsInitOnly && IsImmutable(field.FieldType, []), field.Name));
        }
    }

    private static DiagnosticAnalyzer Analyzer(string name) => RuleCatalogue.Analyzers().Single(analyzer => analyzer.GetType().Name == name);

    // A type of our own is immutable if its fields are.
    private static bool IsImmutable(Type type, HashSet<Type> asked)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(object) || plain == typeof(BigInteger) || !asked.Add(plain))
        {
            return true;
        }

        // What the compiler hands out never changes.
        if (plain.Namespace!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal))
        {
            return true;
        }

        if (plain.Namespace == "System.Collections.Immutable")
        {
            return plain.GetGenericArguments().All(argument => IsImmutable(argument, asked));
        }

        bool isOurs = plain.Assembly == typeof(RuleAnalyzer).Assembly || plain.Assembly == typeof(ZeroBeforeLinkFix).Assembly
            || plain.FullName!.StartsWith("System.ValueTuple", StringComparison.Ordinal);
        return isOurs && plain.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .All(field => (field.IsInitOnly || plain.IsValueType || IsParameter(field)) && IsImmutable(field.FieldType, asked));
    }

    // What a primary constructor captures cannot be marked read-only; its type still has to be immutable.
    private static bool IsParameter(FieldInfo field) => field.Name.EndsWith(">P", StringComparison.Ordinal);
}
