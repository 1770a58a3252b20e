using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kernel.Analyzers.Flow.Frames;

/// <summary>Which places lead to which frames, and what is known about each frame, at one point of a method.</summary>
internal sealed class FrameState : IFlowState<FrameState>
{
    private readonly Dictionary<AccessPath, FrameValue> _cells;
    private readonly Dictionary<int, FrameFacts> _groups;
    private int _lastGroup;

    public FrameState()
        : this([], [], 0)
    {
    }

    private FrameState(Dictionary<AccessPath, FrameValue> cells, Dictionary<int, FrameFacts> groups, int lastGroup)
    {
        _cells = cells;
        _groups = groups;
        _lastGroup = lastGroup;
    }

    public FrameState Copy() =>
        new(new Dictionary<AccessPath, FrameValue>(_cells), new Dictionary<int, FrameFacts>(_groups), _lastGroup);

    /// <summary>A value of its own, with those facts.</summary>
    public FrameValue Add(FrameFacts facts)
    {
        _groups[++_lastGroup] = facts;
        return new FrameValue(_lastGroup);
    }

    public FrameFacts FactsOf(FrameValue value) =>
        value.IsNothing ? FrameFacts.Nothing
        : value.IsTracked && _groups.TryGetValue(value.Group, out FrameFacts facts) ? facts
        : FrameFacts.Untracked;

    /// <summary>Whether something was put into just this place.</summary>
    public bool Has(AccessPath path) => _cells.ContainsKey(path);

    /// <summary>What the place holds: its own value, or the value of the struct around it.</summary>
    public FrameValue Read(AccessPath path)
    {
        for (AccessPath at = path; ; at = new AccessPath(at.Root, at.Members.RemoveAt(at.Members.Length - 1)))
        {
            if (_cells.TryGetValue(at, out FrameValue value))
            {
                return value;
            }

            if (at.Members.IsEmpty)
            {
                return FrameValue.Untracked;
            }
        }
    }

    /// <summary>Puts a value into a place; what was inside it before is gone.</summary>
    public void Write(AccessPath path, FrameValue value)
    {
        Forget(path);
        if (value.IsTracked || value.IsNothing || !path.Members.IsEmpty)
        {
            _cells[path] = value;
        }
    }

    /// <summary>Gives the inner places of <paramref name="to"/> what those of <paramref name="from"/> hold.</summary>
    public void CopyMembers(AccessPath from, AccessPath to)
    {
        foreach (KeyValuePair<AccessPath, FrameValue> cell in new List<KeyValuePair<AccessPath, FrameValue>>(_cells))
        {
            if (cell.Key.Members.Length > from.Members.Length && cell.Key.StartsWith(from))
            {
                _cells[cell.Key.Rebase(from, to)] = cell.Value;
            }
        }
    }

    /// <summary>Nothing is known any more about a place and what is inside it.</summary>
    public void Forget(AccessPath path)
    {
        foreach (AccessPath known in new List<AccessPath>(_cells.Keys))
        {
            if (known.StartsWith(path))
            {
                _cells.Remove(known);
            }
        }
    }

    /// <summary>Forgets the places that a call may write to unseen: members of objects that others reach too.</summary>
    public void ForgetReachable()
    {
        foreach (AccessPath known in new List<AccessPath>(_cells.Keys))
        {
            bool ownStorage = known.Members.IsEmpty || known.Root is ILocalSymbol { Type.IsValueType: true }
                || known.Root is CaptureId;
            if (!ownStorage)
            {
                _cells.Remove(known);
            }
        }
    }

    public void Update(FrameValue value, FrameFacts facts)
    {
        if (value.IsTracked)
        {
            _groups[value.Group] = facts;
        }
    }

    /// <summary>All of the frame has been zeroed, whatever name it goes by.</summary>
    public void Zero(FrameValue value, Func<int, bool> isOneFrame)
    {
        FrameFacts facts = FactsOf(value);
        Update(value, facts.AfterZeroing());
        if (facts.Other || facts.Sources.Count != 1 || !isOneFrame(facts.Sources[0]))
        {
            return;
        }

        foreach (int group in new List<int>(_groups.Keys))
        {
            _groups[group] = _groups[group].Without(facts.Sources[0]);
        }
    }

    /// <summary>A frame is mapped for the kernel there: from then on it can be filled under an address that it does not show in.</summary>
    public void OpenWindow(SyntaxNode mapping, FrameValue value) => Write(new AccessPath(mapping), value);

    /// <summary>Memory was filled that leads to no frame: it may be one that was mapped.</summary>
    public void FillWindows()
    {
        foreach (KeyValuePair<AccessPath, FrameValue> cell in new List<KeyValuePair<AccessPath, FrameValue>>(_cells))
        {
            if (cell.Key.Root is SyntaxNode)
            {
                Undecide(cell.Value);
            }
        }
    }

    /// <summary>Something was done to the memory behind the value that may have filled it, whatever name it goes by.</summary>
    public void Undecide(FrameValue value)
    {
        FrameFacts facts = FactsOf(value);
        Update(value, facts.Undecided());
        foreach (int group in new List<int>(_groups.Keys))
        {
            if (!_groups[group].Dirty.IsEmpty && _groups[group].Dirty.Overlaps(facts.Sources))
            {
                _groups[group] = _groups[group].Undecided();
            }
        }
    }

    /// <summary>What is in the members of a place that holds nothing itself; nothing that is followed if that is not one frame.</summary>
    public FrameValue Inside(AccessPath place)
    {
        FrameValue only = FrameValue.Untracked;
        foreach (KeyValuePair<AccessPath, FrameValue> cell in _cells)
        {
            if (cell.Value.IsTracked && cell.Key.Members.Length > place.Members.Length && cell.Key.StartsWith(place))
            {
                if (only.IsTracked && only.Group != cell.Value.Group)
                {
                    return FrameValue.Untracked;
                }

                only = cell.Value;
            }
        }

        return only;
    }

    /// <summary>The variables and members that hold the value now.</summary>
    public ImmutableArray<ISymbol> NamesOf(FrameValue value)
    {
        ImmutableArray<ISymbol>.Builder names = ImmutableArray.CreateBuilder<ISymbol>();
        foreach (KeyValuePair<AccessPath, FrameValue> cell in _cells)
        {
            if (value.IsTracked && cell.Value.Group == value.Group
                && (cell.Key.Members.IsEmpty ? cell.Key.Root as ISymbol : cell.Key.Members[cell.Key.Members.Length - 1]) is { } name)
            {
                names.Add(name);
            }
        }

        return names.ToImmutable();
    }

    /// <summary>The place of a source is passed once more.</summary>
    public void Age(int newest, int earlier)
    {
        foreach (int group in new List<int>(_groups.Keys))
        {
            _groups[group] = _groups[group].Aged(newest, earlier);
        }
    }

    public FrameState Join(FrameState other)
    {
        FrameState joined = new();
        Dictionary<(int, int), int> groups = [];
        foreach (KeyValuePair<AccessPath, FrameValue> cell in _cells)
        {
            joined.JoinCell(cell.Key, this, cell.Value, other, other.Read(cell.Key), groups);
        }

        foreach (KeyValuePair<AccessPath, FrameValue> cell in other._cells)
        {
            if (!_cells.ContainsKey(cell.Key))
            {
                joined.JoinCell(cell.Key, this, Read(cell.Key), other, cell.Value, groups);
            }
        }

        return joined;
    }

    private void JoinCell(
        AccessPath path,
        FrameState first,
        FrameValue one,
        FrameState second,
        FrameValue two,
        Dictionary<(int, int), int> groups)
    {
        if (!one.IsTracked && !two.IsTracked)
        {
            FrameValue both = one.IsNothing && two.IsNothing ? one : FrameValue.Untracked;
            if (both.IsNothing || !path.Members.IsEmpty)
            {
                _cells[path] = both;
            }

            return;
        }

        if (!groups.TryGetValue((one.Group, two.Group), out int group))
        {
            group = Add(first.FactsOf(one).Join(second.FactsOf(two))).Group;
            groups.Add((one.Group, two.Group), group);
        }

        _cells[path] = !one.IsTracked ? new FrameValue(group, two.Interior, two.Bytes)
            : !two.IsTracked ? new FrameValue(group, one.Interior, one.Bytes)
            : one.JoinShape(two, group);
    }

    public bool SameAs(FrameState other)
    {
        if (_cells.Count != other._cells.Count)
        {
            return false;
        }

        Dictionary<int, int> there = [];
        Dictionary<int, int> here = [];
        foreach (KeyValuePair<AccessPath, FrameValue> cell in _cells)
        {
            if (!other._cells.TryGetValue(cell.Key, out FrameValue twin)
                || cell.Value.IsTracked != twin.IsTracked
                || cell.Value.IsNothing != twin.IsNothing
                || !cell.Value.SameShape(twin))
            {
                return false;
            }

            if (!cell.Value.IsTracked)
            {
                continue;
            }

            bool known = there.TryGetValue(cell.Value.Group, out int group);
            bool knownBack = here.TryGetValue(twin.Group, out int back);
            if (known != knownBack || (known && (group != twin.Group || back != cell.Value.Group)))
            {
                return false;
            }

            if (!known)
            {
                there.Add(cell.Value.Group, twin.Group);
                here.Add(twin.Group, cell.Value.Group);
                if (!FactsOf(cell.Value).SameAs(other.FactsOf(twin)))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
