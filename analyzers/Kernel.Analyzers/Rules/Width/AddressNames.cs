using System.Collections.Immutable;
using System.Threading;
using Kernel.Analyzers.Contracts;
using Kernel.Analyzers.Names;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;

namespace Kernel.Analyzers.Rules.Width;

/// <summary>
/// The address types that carry no contract: structs around one integer of 64 bits or native width whose name can mean nothing else, as
/// <c>PhysicalAddress</c> and <c>VirtAddr</c>.
/// </summary>
internal static class AddressNames
{
    private const string Keyword = "struct ";

    private static readonly ImmutableArray<string> s_spaces = ["phys", "virt"];

    private static readonly ImmutableArray<string> s_places = ["addr", "address", "phys", "physical", "virt", "virtual"];

    /// <summary>Whether the type is one of them.</summary>
    public static bool IsAddress(ITypeSymbol type) =>
        type is { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None } && Names(type.Name) && WrapsInteger(type);

    /// <summary>Whether the source may declare one.</summary>
    public static bool MayBeDeclared(Compilation compilation, CancellationToken cancellation) =>
        SourceWords.Any(compilation, cancellation, static text =>
        {
            for (int at = Next(text, 0); at >= 0; at = Next(text, at + 1))
            {
                int start = at + Keyword.Length;
                int end = start;
                while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
                {
                    end++;
                }

                if (Names(text.Substring(start, end - start)))
                {
                    return true;
                }
            }

            return false;
        });

    private static int Next(string text, int from) => text.IndexOf(Keyword, from, System.StringComparison.Ordinal);

    private static bool Names(string name) => Words.HasAny(name, s_spaces) && Words.EndsInAnyWord(name, s_places);

    private static bool WrapsInteger(ITypeSymbol type)
    {
        IFieldSymbol? only = null;
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IFieldSymbol { IsStatic: false, IsConst: false } field)
            {
                if (only is not null)
                {
                    return false;
                }

                only = field;
            }
        }

        return IntegerWidth.Of(only?.Type, pointerBits: 64) is { Bits: 64 };
    }
}
