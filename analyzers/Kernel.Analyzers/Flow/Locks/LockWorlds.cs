using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Kernel.Analyzers.Flow.Locks;

/// <summary>What may hold at one point: one state for each set of answers that recurring conditions have given on the way.</summary>
internal sealed class LockWorlds : IFlowState<LockWorlds>
{
    private const int Maximum = 16;

    /// <param name="states">The states, in any order; equal answers are joined, too many are joined into one.</param>
    public LockWorlds(IReadOnlyList<LockState> states)
    {
        if (states.Count == 1)
        {
            States = [states[0]];
            return;
        }

        SortedDictionary<string, LockState> worlds = new(StringComparer.Ordinal);
        foreach (LockState state in states)
        {
            worlds[state.World] = worlds.TryGetValue(state.World, out LockState? known) ? known.Join(state) : state;
        }

        States = worlds.Count <= Maximum ? [.. worlds.Values] : [Blur(worlds.Values)];
    }

    private LockWorlds(LockWorlds other) => States = [.. other.States.Select(state => state.Copy())];

    /// <summary>The states, ordered by the answers that lead to them.</summary>
    public ImmutableArray<LockState> States { get; }

    public LockWorlds Copy() => new(this);

    public LockWorlds Join(LockWorlds other) => new([.. States, .. other.States]);

    public bool SameAs(LockWorlds other)
    {
        if (States.Length != other.States.Length)
        {
            return false;
        }

        for (int index = 0; index < States.Length; index++)
        {
            if (States[index].World != other.States[index].World || !States[index].SameAs(other.States[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>One state that promises no more than all of them.</summary>
    public LockState Together() => Joined(States);

    private static LockState Blur(IEnumerable<LockState> states)
    {
        LockState together = Joined([.. states]);
        together.Blur();
        return together;
    }

    private static LockState Joined(ImmutableArray<LockState> states)
    {
        LockState joined = states[0];
        for (int index = 1; index < states.Length; index++)
        {
            joined = joined.Join(states[index]);
        }

        return joined.Copy();
    }
}
