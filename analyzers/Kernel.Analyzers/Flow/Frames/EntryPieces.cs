using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Flow.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>
/// Follows entries in memory that are put together member by member: the frame that goes into <c>entry.Frame</c> can be reached once
/// <c>entry.Present</c> is set.
/// </summary>
internal sealed class EntryPieces(TableShapes shapes, TableLinks tables, UserMappings users)
{
    /// <summary>A value is stored into a member.</summary>
    public void Store(IOperation place, IOperation stored, FrameValue value, FrameState state)
    {
        if (place is not IMemberReferenceOperation { Instance: { } holder, Member: var member } || TableNames.IsWhole(member.Name))
        {
            return;
        }

        bool isFrame = value.IsTracked && TableNames.IsAddress(member.Name);
        bool isLink = TranslationNames.SaysPresent(member.Name) && !EntryPlaces.IsNothing(stored);
        if (!(isFrame || isLink) || !TranslationNames.IsEntry(EntryPlaces.TypeOf(holder)) || PathOf(holder) is not { } path
            || EntryPlaces.EntryAt(place, shapes) is not { } entry)
        {
            return;
        }

        if (isFrame)
        {
            state.Write(path.Then(member), value);
        }
        else if (state.Inside(path) is { IsTracked: true } frame)
        {
            tables.Enter(entry, holder, frame, state);
            users.Enter(entry, holder, frame, state);
        }
    }

    // `entry.Frame` through a `ref` local, `pte->Frame` through a pointer: the variable stands for what it leads to.
    private static AccessPath? PathOf(IOperation holder)
    {
        switch (holder)
        {
            case ILocalReferenceOperation { Local: { IsRef: true } local }:
                return new AccessPath(local);
            case IParameterReferenceOperation { Parameter: { RefKind: RefKind.Ref } parameter }:
                return new AccessPath(parameter);
            case { Kind: OperationKind.None }:
                foreach (IOperation pointer in holder.ChildOperations)
                {
                    return pointer switch
                    {
                        ILocalReferenceOperation { Local: var local } => new AccessPath(local),
                        IParameterReferenceOperation { Parameter: var parameter } => new AccessPath(parameter),
                        _ => null,
                    };
                }

                return null;
            default:
                return null;
        }
    }
}
