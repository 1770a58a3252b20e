using Kernel.Analyzers.Flow.Flushes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Entries;

/// <summary>Applies what the outcome of a condition says about what is in an entry.</summary>
internal sealed class EntryChecks(FlushValues values)
{
    private readonly AbsenceChecks _absence = new(values);

    /// <summary>The condition has turned out like this.</summary>
    public void Refine(IOperation condition, bool holds, EntryState state)
    {
        if (_absence.Read(condition, state.Values, out bool absentWhen) is { } entry)
        {
            if (holds != absentWhen)
            {
                state.SetComplete(entry);
                state.Settle(entry);
            }

            return;
        }

        // Whatever else is asked about an entry, somebody knows what is in it.
        foreach (IOperation part in condition.DescendantsAndSelf())
        {
            string? asked = EntryState.SymbolOf(part) is { } symbol ? state.Values.Read(symbol).Entry
                : EntryPlaces.EntryAt(part, values.Shapes) is { } place ? values.NameOf(place, state.Values)
                : EntryPlaces.IsMemory(part) ? EntryText.Of(part.Syntax)
                : null;
            if (asked is not null && !(holds && SaysElsewhere(part)))
            {
                state.SetComplete(asked);
            }
        }
    }

    // `if (entry.IsSwapped)`: what is in it is no frame.
    private static bool SaysElsewhere(IOperation entry)
    {
        for (IOperation? asked = entry; ReferenceEquals(asked, entry) || asked is IMemberReferenceOperation or IInvocationOperation or IArgumentOperation or IConversionOperation;
            asked = asked.Parent)
        {
            string name = asked switch
            {
                IMemberReferenceOperation member => member.Member.Name,
                IInvocationOperation call => call.TargetMethod.Name,
                _ => "",
            };
            if (EntryWords.SaysElsewhere(name))
            {
                return true;
            }
        }

        return false;
    }
}
