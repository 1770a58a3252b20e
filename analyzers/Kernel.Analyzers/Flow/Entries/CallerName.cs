using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Finds the name that a caller has for an entry that a method names by its parameters and members.</summary>
internal static class CallerName
{
    /// <summary>The caller's name; null if the entry is the caller's own copy or has no name there.</summary>
    public static string? Of(string entry, IInvocationOperation call, EntrySummary summary)
    {
        Dictionary<string, string> given = [];
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is { } parameter)
            {
                bool isCopy = IsCopy(argument.Value, parameter.RefKind);
                if (isCopy && EntryText.Mentions(entry, parameter.Name))
                {
                    return null;
                }

                given[parameter.Name] = EntryText.Of(argument.Value.Syntax);
            }
        }

        string holder = call.Instance is null or IInstanceReferenceOperation ? "" : EntryText.Of(call.Instance.Syntax) + ".";
        return Replace(entry, word => given.TryGetValue(word, out string? text) ? text
            : holder.Length > 0 && summary.Members.Contains(word) ? holder + word
            : word);
    }

    private static bool IsCopy(IOperation argument, RefKind kind) => argument switch
    {
        IAddressOfOperation address => IsOwn(address.Reference),
        IConversionOperation conversion => IsCopy(conversion.Operand, kind),
        _ => kind == RefKind.Ref && IsOwn(argument),
    };

    private static bool IsOwn(IOperation place) => place is ILocalReferenceOperation { Local.IsRef: false }
        or IParameterReferenceOperation { Parameter.RefKind: RefKind.None };

    // Words are replaced where they begin a path, not where they are a member of something.
    private static string Replace(string entry, Func<string, string> replaced)
    {
        StringBuilder text = new();
        for (int at = 0; at < entry.Length;)
        {
            int end = at;
            while (end < entry.Length && (char.IsLetterOrDigit(entry[end]) || entry[end] == '_'))
            {
                end++;
            }

            if (end == at)
            {
                text.Append(entry[at++]);
                continue;
            }

            string word = entry.Substring(at, end - at);
            bool isMember = at > 0 && (entry[at - 1] == '.' || (entry[at - 1] == '>' && at > 1 && entry[at - 2] == '-'));
            text.Append(isMember ? word : replaced(word));
            at = end;
        }

        text.Replace("*&", "");
        return text.ToString();
    }
}
