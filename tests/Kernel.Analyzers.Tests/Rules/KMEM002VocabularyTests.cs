using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Configuration;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM002VocabularyTests
{
    private const string Vendor = """
        namespace Vendor
        {
            public class Class
            {
                public Class(int given) { }
                public int Field;
                public int Lock;
                private int _hidden;
                public int Property { get; set; }
                public int this[int index] => _hidden;
                public ulong Method(ulong parameter) => 0;
                public void Nothing() { }
                public T Generic<T>(T value, in int many) => value;
                public static explicit operator ulong(Class value) => 0;
                public delegate void Delegate();
                public event System.Action Event { add { } remove { } }
            }
            public struct Struct { }
            public enum Enum { }
            public interface Interface { void Method(); }
        }
        """;

    private static readonly Dictionary<AttributeTargets, string> Places = new()
    {
        [AttributeTargets.Class] = "T:Vendor.Class",
        [AttributeTargets.Struct] = "T:Vendor.Struct",
        [AttributeTargets.Enum] = "T:Vendor.Enum",
        [AttributeTargets.Constructor] = "M:Vendor.Class.#ctor(System.Int32)",
        [AttributeTargets.Method] = "M:Vendor.Class.Nothing",
        [AttributeTargets.ReturnValue] = "M:Vendor.Class.Method(System.UInt64) return",
        [AttributeTargets.Property] = "P:Vendor.Class.Property",
        [AttributeTargets.Field] = "F:Vendor.Class.Field",
        [AttributeTargets.Parameter] = "M:Vendor.Class.Method(System.UInt64) parameter",
    };

    public static TheoryData<string> Attributes => [.. AttributeTypes().Select(type => type.Name)];

    [Theory]
    [InlineData("{|#0:Dirty|}", "Dirty", "a line reads 'ID -> Contract', 'ID parameter -> Contract' or 'ID return -> Contract'")]
    [InlineData("{|#0:T:Vendor.Class: Lock|}", "T:Vendor.Class: Lock", "a line reads 'ID -> Contract', 'ID parameter -> Contract' or 'ID return -> Contract'")]
    [InlineData("{|#0:T:Vendor.Class->Lock|}", "T:Vendor.Class->Lock", "a line reads 'ID -> Contract', 'ID parameter -> Contract' or 'ID return -> Contract'")]
    [InlineData("{|#0:M:Vendor.Class.Nothing a b -> Acquires|}  ", "M:Vendor.Class.Nothing a b -> Acquires", "a line reads 'ID -> Contract', 'ID parameter -> Contract' or 'ID return -> Contract'")]
    [InlineData("{|#0:T:Vendor.Klass|} -> Lock", "T:Vendor.Klass", "nothing that this compilation can see has this ID")]
    [InlineData("{|#0:T:Vendor.Class->Lock|} -> Lock # no ID", "T:Vendor.Class->Lock", "nothing that this compilation can see has this ID")]
    [InlineData("{|#0:Vendor.Class|} -> Lock", "Vendor.Class", "nothing that this compilation can see has this ID")]
    [InlineData("{|#0:M:Vendor.Class.Method|} return -> Dirty", "M:Vendor.Class.Method", "nothing that this compilation can see has this ID")]
    [InlineData("{|#0:F:Vendor.Class._hidden|} -> GuardedBy(\"Lock\")", "F:Vendor.Class._hidden", "nothing that this compilation can see has this ID")]
    [InlineData("M:Vendor.Class.Method(System.UInt64) {|#0:frame|} -> Zeroes", "frame", "'Method' has no parameter of this name")]
    [InlineData("T:Vendor.Class {|#0:return|} -> Zeroes", "return", "'Class' has no parameter of this name")]
    [InlineData("T:Vendor.Class -> {|#0:Look|}", "Look", "there is no such contract")]
    [InlineData("T:Vendor.Class -> {|#0:LockAttribute|}", "LockAttribute", "there is no such contract")]
    [InlineData("T:Vendor.Class -> {|#0:lock|}", "lock", "there is no such contract")]
    [InlineData("{|#0:T:Vendor.Class ->|}", "T:Vendor.Class ->", "a line reads 'ID -> Contract', 'ID parameter -> Contract' or 'ID return -> Contract'")]
    [InlineData("T:Vendor.Class -> {|#0:(Lock)|}", "(Lock)", "a line reads 'ID -> Contract', 'ID parameter -> Contract' or 'ID return -> Contract'")]
    [InlineData("T:Vendor.Class -> Lock, {|#0:Guard|}", "Guard", "there is no such contract")]
    [InlineData("F:Vendor.Class.Field -> {|#0:GuardedBy|}", "GuardedBy", "it is written GuardedBy(\"…\")")]
    [InlineData("F:Vendor.Class.Field -> {|#0:GuardedBy()|}", "GuardedBy()", "it is written GuardedBy(\"…\")")]
    [InlineData("F:Vendor.Class.Field -> {|#0:GuardedBy(Lock)|}", "GuardedBy(Lock)", "it is written GuardedBy(\"…\")")]
    [InlineData("F:Vendor.Class.Field -> {|#0:GuardedBy(\"Lock)|}", "GuardedBy(\"Lock)", "it is written GuardedBy(\"…\")")]
    [InlineData("F:Vendor.Class.Field -> {|#0:GuardedBy(\"Lock\"|}", "GuardedBy(\"Lock\"", "it is written GuardedBy(\"…\")")]
    [InlineData("F:Vendor.Class.Field -> {|#0:GuardedBy(\"\")|}", "GuardedBy(\"\")", "it is written GuardedBy(\"…\")")]
    [InlineData("F:Vendor.Class.Field -> {|#0:AddressValue(Phys)|}", "AddressValue(Phys)", "it is written AddressValue, or with (Physical) or (Virtual)")]
    [InlineData("T:Vendor.Class -> {|#0:Lock(true)|}", "Lock(true)", "it is written Lock, or with (Reentrant = true)")]
    [InlineData("T:Vendor.Class -> {|#0:Lock(Reentrant = yes)|}", "Lock(Reentrant = yes)", "it is written Lock, or with (Reentrant = true)")]
    [InlineData("T:Vendor.Struct -> {|#0:HardwareMemory(AccessBytes = 0)|}", "HardwareMemory(AccessBytes = 0)", "it is written HardwareMemory, or with (AccessBytes = 8)")]
    [InlineData("T:Vendor.Struct -> {|#0:OwnerMade(1)|}", "OwnerMade(1)", "it is written OwnerMade, without arguments")]
    [InlineData("T:Vendor.Class -> Lock {|#0:MustUse|}", "MustUse", "a comma and another contract, a comment or nothing may stand here")]
    [InlineData("T:Vendor.Class -> {|#0:Zeroes|}", "Zeroes", "it cannot stand on a class")]
    [InlineData("E:Vendor.Class.Event -> {|#0:MustUse|}", "MustUse", "it cannot stand on a declaration of this kind")]
    [InlineData("T:Vendor.Interface -> {|#0:Lock|}", "Lock", "it cannot stand on a declaration of this kind")]
    [InlineData("M:Vendor.Class.Nothing -> {|#0:Dirty|}", "Dirty", "it cannot stand on a method")]
    [InlineData("F:Vendor.Class.Field -> {|#0:GuardedBy|}(\"Key\")", "GuardedBy", "'Class' has no field or property 'Key' that this compilation can see")]
    [InlineData("M:Vendor.Class.Nothing -> {|#0:Acquires|}(\"_hidden\")", "Acquires", "'Class' has no field or property '_hidden' that this compilation can see")]
    [InlineData("T:Vendor.Class -> Lock, {|#0:Lock|}(Reentrant = true)", "Lock", "an earlier line says it already")]
    [InlineData("T:Vendor.Class -> Lock\n  # again\n  T:Vendor.Class -> {|#0:Lock|}", "Lock", "an earlier line says it already")]
    public Task It_is_reported_at_what_means_nothing(string file, string text, string reason)
    {
        KernelAnalyzerTest<VocabularyAnalyzer> test = Test(("/vendor.kernel-contracts.txt", file));
        test.ExpectedDiagnostics.Add(new DiagnosticResult(VocabularyAnalyzer.Rule).WithLocation(0).WithArguments(text, reason));
        return test.RunAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("# T:Vendor.Klass -> Look\n\n   \t\n#")]
    [InlineData("T:Vendor.Class -> Lock")]
    [InlineData("  T:Vendor.Class   ->   Lock ( Reentrant = true )   # a comment\r\n")]
    [InlineData("T:Vendor.Class -> Lock,MustUse, Hosted(\"a host # only, (so to say)\")#comment")]
    [InlineData("T:Vendor.Class -> Lock(Reentrant = false)\nT:Vendor.Struct -> MustUse(Discardable = true)")]
    [InlineData("F:Vendor.Class.Field -> AddressValue(AddressKind.Physical)\nF:Vendor.Class.Lock -> AddressValue(Unspecified)")]
    [InlineData("M:Vendor.Class.Generic``1(``0,System.Int32@) value -> Zeroes\nM:Vendor.Class.Generic``1(``0,System.Int32@) many -> AddressValue")]
    [InlineData("M:Vendor.Class.op_Explicit(Vendor.Class)~System.UInt64 -> AddressValue(Virtual), CheckedNarrowing")]
    [InlineData("P:Vendor.Class.Item(System.Int32) index -> AddressValue\nM:Vendor.Class.get_Property -> MustUse")]
    [InlineData("M:Vendor.Class.Method(System.UInt64) -> MustUse\nM:Vendor.Class.Method(System.UInt64) return -> MustUse\nM:Vendor.Class.Method(System.UInt64) -> Dirty")]
    [InlineData("M:Vendor.Class.Method(System.UInt64) -> Acquires(\"parameter\"), Releases(\"Lock\")")]
    [InlineData("M:Vendor.Interface.Method -> RequiresLock(\"_theLockOfWhateverImplementsIt\")")]
    public Task A_line_that_means_something_is_quiet(string file) => Test(("/vendor.kernel-contracts.txt", file)).RunAsync();

    [Fact]
    public Task Each_file_has_its_own_mistakes_and_the_second_may_not_repeat_the_first() => Test(
        ("/a.kernel-contracts.txt", "T:Vendor.Class -> Lock\n{|KMEM002:T:Vendor.None|} -> Lock"),
        ("/b.Kernel-Contracts.TXT", "T:Vendor.Class -> {|KMEM002:Lock|}\nT:Vendor.Struct -> Lock, {|KMEM002:Look|}")).RunAsync();

    [Fact]
    public Task Another_file_is_not_read() => Test(("/notes.txt", "T:Vendor.None -> Lock"), ("/kernel-contracts.txt", "nothing")).RunAsync();

    [Theory, MemberData(nameof(Attributes))]
    public Task Each_contract_can_stand_where_its_attribute_can_and_nowhere_else(string attribute)
    {
        INamedTypeSymbol type = AttributeTypes().Single(type => type.Name == attribute);
        AttributeTargets targets = TargetsOf(type);
        string word = attribute[..^nameof(Attribute).Length];
        return Test(("/vendor.kernel-contracts.txt", string.Join('\n', Places.Select(place =>
            targets.HasFlag(place.Key) ? $"{place.Value} -> {word}{ArgumentsOf(type)}" : $"{place.Value} -> {{|KMEM002:{word}|}}{ArgumentsOf(type)}"))))
            .RunAsync();
    }

    [Theory, MemberData(nameof(Attributes))]
    public Task Each_contract_takes_every_argument_of_its_attribute(string attribute)
    {
        INamedTypeSymbol type = AttributeTypes().Single(type => type.Name == attribute);
        string word = attribute[..^nameof(Attribute).Length];
        string place = Places.First(place => TargetsOf(type).HasFlag(place.Key)).Value;
        IEnumerable<string> lines =
        [
            .. type.Constructors[0].Parameters.Where(parameter => parameter.Type.TypeKind == TypeKind.Enum)
                .SelectMany(parameter => parameter.Type.GetMembers().OfType<IFieldSymbol>()).Select(member => $"({member.Name})"),
            .. type.Constructors[0].Parameters.Where(parameter => parameter.Type.SpecialType == SpecialType.System_String).Select(_ => "(\"Lock\")"),
            .. type.GetMembers().OfType<IPropertySymbol>().Where(property => property.SetMethod is not null)
                .Select(property => $"({property.Name} = {(property.Type.SpecialType == SpecialType.System_Boolean ? "true" : "4")})"),
        ];
        return Task.WhenAll(lines.Select(arguments => Test(("/vendor.kernel-contracts.txt", $"{place} -> {word}{arguments}")).RunAsync()));
    }

    [Fact]
    public async Task No_beginning_of_a_file_makes_it_throw()
    {
        const string Whole = "M:Vendor.Class.Method(System.UInt64) parameter -> Zeroes, AddressValue(Physical) # x\nF:Vendor.Class.Field -> GuardedBy(\"Lock\")";
        for (int length = 0; length <= Whole.Length; length++)
        {
            KernelAnalyzerTest<VocabularyAnalyzer> test = Test(("/vendor.kernel-contracts.txt", Whole[..length]));
            test.TestBehaviors |= TestBehaviors.SkipSuppressionCheck | TestBehaviors.SkipGeneratedCodeCheck;
            Exception? failure = await Record.ExceptionAsync(() => test.RunAsync());
            Assert.DoesNotContain("AD0001", failure?.Message ?? string.Empty, StringComparison.Ordinal);
        }
    }

    // A required text is given; whatever may be left out is.
    private static string ArgumentsOf(INamedTypeSymbol attribute) =>
        attribute.Constructors[0].Parameters.Any(parameter => !parameter.HasExplicitDefaultValue) ? "(\"Lock\")" : string.Empty;

    private static AttributeTargets TargetsOf(INamedTypeSymbol attribute) => (AttributeTargets)(int)attribute.GetAttributes()
        .Single(usage => usage.AttributeClass!.Name == nameof(AttributeUsageAttribute)).ConstructorArguments[0].Value!;

    private static IEnumerable<INamedTypeSymbol> AttributeTypes()
    {
        IEnumerable<MetadataReference> framework =
            ReferenceAssemblies.Net.Net80.ResolveAsync(LanguageNames.CSharp, CancellationToken.None).GetAwaiter().GetResult();
        CSharpCompilation compilation = CSharpCompilation.Create("Reader", references: framework.Append(ContractsReference.Instance));
        return ((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(ContractsReference.Instance)!).GlobalNamespace
            .GetNamespaceMembers().Single(space => space.Name == "Kernel")
            .GetNamespaceMembers().Single(space => space.Name == "Contracts")
            .GetTypeMembers().Where(type => type.Name.EndsWith(nameof(Attribute), StringComparison.Ordinal));
    }

    private static KernelAnalyzerTest<VocabularyAnalyzer> Test(params (string Path, string Text)[] files)
    {
        KernelAnalyzerTest<VocabularyAnalyzer> test = new() { TestState = { Sources = { "class C { }" } } };
        VocabularyState.Refer(test.TestState, Vendor);
        foreach ((string path, string text) in files)
        {
            test.TestState.AdditionalFiles.Add((path, text));
        }

        return test;
    }
}
