using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Kernel.Analyzers.Flow.Flushes;
using Kernel.Analyzers.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kernel.Analyzers.Flow.Tables;

/// <summary>What a body does with integers in memory, as far as it tells page-table entries from others.</summary>
[Flags]
internal enum TableUse
{
    None = 0,

    /// <summary>The address in one of them becomes a pointer to integers again: a walk passes here.</summary>
    WalkedFrom = 1,

    /// <summary>The pointer was made from the address in such an integer.</summary>
    WalkedTo = 2,

    /// <summary>A bit that says "present" is asked for.</summary>
    Tested = 4,

    /// <summary>The address bits are cut out.</summary>
    Masked = 8,

    /// <summary>An address with a present bit is stored.</summary>
    Stored = 16,

    /// <summary>Single bits are cleared.</summary>
    Cleared = 32,

    /// <summary>It has a name that tables have too.</summary>
    Named = 64,

    /// <summary>The present bit that is stored with an address is named so.</summary>
    SaidPresent = 128,
}

/// <summary>Reads from one body which of its pointers lead to page-table entries.</summary>
internal sealed class TableEvidence(IMethodSymbol method, TableShapes shapes)
{
    private const int Enough = 3;
    private const int MaximumRounds = 8;

    private readonly Dictionary<ISymbol, TableUse> _uses = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, ISymbol> _copies = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, ISymbol> _addresses = new(SymbolEqualityComparer.Default);
    private readonly List<(ISymbol One, ISymbol Other)> _same = [];
    private readonly List<IOperation> _returned = [];
    private readonly Dictionary<ISymbol, string> _entries = new(SymbolEqualityComparer.Default);
    private readonly HashSet<string> _walked = [];
    private readonly HashSet<int> _decoded = [];
    private bool _returnsWalked;

    /// <summary>Reads the body.</summary>
    public BodyTables Read(ImmutableArray<IOperation> roots)
    {
        foreach (IOperation root in roots)
        {
            List<IOperation> telling = [];
            foreach (IOperation operation in root.Descendants())
            {
                if (IsTelling(operation.Kind))
                {
                    telling.Add(operation);
                    NoteCopy(operation);
                }
            }

            telling.ForEach(NoteUse);
        }

        Spread();
        ImmutableHashSet<ISymbol>.Builder tables = ImmutableHashSet.CreateBuilder<ISymbol>(SymbolEqualityComparer.Default);
        int context = TableNames.IsAboutTranslation(method) ? 1 : 0;
        foreach (KeyValuePair<ISymbol, TableUse> known in _uses)
        {
            if (!TableNames.IsOtherTable(known.Key) && IsEnough(known.Value, context))
            {
                tables.Add(known.Key);
            }
        }

        ImmutableHashSet<ISymbol> found = tables.ToImmutable();
        return new BodyTables(found, [.. _walked], [.. _decoded], _returnsWalked || ReturnsOneOf(found));
    }

    private static bool IsEnough(TableUse use, int context)
    {
        if ((use & TableUse.WalkedFrom) != 0)
        {
            return true;
        }

        int count = 0;
        for (int bits = (int)(use & ~TableUse.WalkedTo); bits != 0; bits &= bits - 1)
        {
            count++;
        }

        return count + ((use & TableUse.WalkedTo) != 0 ? 2 : context) >= Enough;
    }

    private bool ReturnsOneOf(ImmutableHashSet<ISymbol> tables)
    {
        foreach (IOperation value in _returned)
        {
            if (TableRoots.Of(value) is { } root && (tables.Contains(root) || IsNamed(root) || (UseOf(root) & TableUse.WalkedTo) != 0
                || (root is IMethodSymbol called && shapes.Returns(called))))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNamed(ISymbol symbol) => symbol is not IMethodSymbol && TranslationNames.IsTableName(symbol.Name);

    /// <summary>What is known of one name of a table is known of all.</summary>
    private void Spread()
    {
        bool grew = true;
        for (int round = 0; grew && round < MaximumRounds; round++)
        {
            grew = false;
            foreach ((ISymbol one, ISymbol other) in _same)
            {
                TableUse both = (UseOf(one) | UseOf(other)) & ~TableUse.Named;
                grew |= Add(one, both) | Add(other, both);
            }
        }
    }

    private TableUse UseOf(ISymbol symbol) => _uses.TryGetValue(symbol, out TableUse use) ? use : TableUse.None;

    private bool Add(ISymbol symbol, TableUse use)
    {
        TableUse before = UseOf(symbol);
        TableUse after = before | use | (before == TableUse.None && TableNames.MayBeTable(symbol.Name) ? TableUse.Named : TableUse.None);
        _uses[symbol] = after;
        return after != before;
    }

    /// <summary>Locals that hold an entry, or the address in one.</summary>
    private void NoteCopy(IOperation operation)
    {
        if (Assigned(operation) is not ({ } target, { } value))
        {
            return;
        }

        if (TranslationNames.IsEntry(TypeOf(target)) && EntryOf(value) is { } entry)
        {
            _entries[target] = entry;
        }

        if (!TranslationNames.CanHoldEntry(TypeOf(target)))
        {
            return;
        }

        if (RootRead(value) is { } table)
        {
            _copies[target] = table;
            _entries[target] = EntryText.Of(value.Syntax);
        }
        else if (AddressIn(value, out string text) is { } addressed)
        {
            _addresses[target] = addressed;
            _entries[target] = text;
        }
    }

    // What the two passes look at.
    private static bool IsTelling(OperationKind kind) => kind is OperationKind.Binary or OperationKind.Return or OperationKind.YieldReturn
        or OperationKind.Invocation or OperationKind.SimpleAssignment or OperationKind.CompoundAssignment or OperationKind.VariableDeclarator;

    private void NoteUse(IOperation operation)
    {
        if (operation is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask && (RootRead(mask.LeftOperand) ?? RootRead(mask.RightOperand)) is { } read)
        {
            NoteMask(read, mask);
        }

        if (operation is IReturnOperation { ReturnedValue: { } returned } && (TableRoots.CanReturn(method) || TableRoots.LeadsToTable(method.ReturnType)))
        {
            _returned.Add(returned);
            _returnsWalked |= Walk(returned);
            NoteDecoding(returned);
        }

        if (operation is IInvocationOperation call)
        {
            NoteArguments(call);
        }

        if (operation is ICompoundAssignmentOperation { OperatorKind: BinaryOperatorKind.And or BinaryOperatorKind.Or } change && RootAt(change.Target) is { } changed)
        {
            Add(changed, change.OperatorKind == BinaryOperatorKind.And ? TableUse.Cleared : TableUse.None);
        }

        if (StoredInto(operation) is ({ } place, { } stored) && RootAt(place) is { } written)
        {
            Add(written, TableValues.IsEntry(stored) ? TableUse.Stored | (PresenceReader.MentionsPresent(stored) ? TableUse.SaidPresent : TableUse.None) : TableUse.None);
        }

        if (Assigned(operation) is ({ } pointer, { } value) && (TableRoots.LeadsToTable(TypeOf(pointer)) || IsReference(pointer)))
        {
            NotePointer(pointer, value);
        }
    }

    // `static ulong* TableIn(ulong entry) => (ulong*)((entry & AddressMask) + Offset);`
    private void NoteDecoding(IOperation returned)
    {
        foreach (IOperation part in returned.DescendantsAndSelf())
        {
            if (part is IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask && TableValues.IsAddressMask(mask.RightOperand)
                && mask.LeftOperand.Innermost() is IParameterReferenceOperation { Parameter: { RefKind: RefKind.None, Ordinal: var ordinal } })
            {
                _decoded.Add(ordinal);
            }
        }
    }

    /// <summary>What a method takes for a table is one where it is called.</summary>
    private void NoteArguments(IInvocationOperation call)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is { } parameter && (TableRoots.LeadsToIntegers(parameter.Type) || IsEntryReference(parameter))
                && TableRoots.Of(argument.Value) is { } given and not IMethodSymbol && shapes.Takes(call.TargetMethod, parameter.Ordinal))
            {
                Add(given, TableUse.WalkedFrom);
            }
        }
    }

    private static bool IsEntryReference(IParameterSymbol parameter) =>
        parameter.RefKind is RefKind.Ref or RefKind.In && TranslationNames.CanHoldEntry(parameter.Type);

    private void NoteMask(ISymbol table, IBinaryOperation mask)
    {
        IOperation other = RootRead(mask.LeftOperand) is null ? mask.LeftOperand : mask.RightOperand;
        Add(table, TableValues.IsAddressMask(other) ? TableUse.Masked
            : TableValues.HasPresentBit(other) ? TableUse.Tested
            : TableValues.IsComplement(other) ? TableUse.Cleared
            : TableUse.None);
    }

    private void NotePointer(ISymbol pointer, IOperation value)
    {
        if (Walk(value))
        {
            Add(pointer, TableUse.WalkedTo);
        }
        else if (TableRoots.Of(value) is { } from && !SymbolEqualityComparer.Default.Equals(from, pointer))
        {
            if (from is IMethodSymbol called)
            {
                Add(pointer, shapes.Returns(called) ? TableUse.WalkedFrom : TableUse.None);
            }
            else
            {
                _same.Add((pointer, from));
            }
        }
    }

    /// <summary>Whether a pointer is made from the address in an entry, which is then certainly one.</summary>
    private bool Walk(IOperation pointer)
    {
        ISymbol? table = AddressIn(pointer, out string entry);
        if (table is not null)
        {
            _walked.Add(entry);
            Add(table, TableUse.WalkedFrom);
        }

        return table is not null;
    }

    /// <summary>The table whose entry's address goes into the value, and the entry; null if none does.</summary>
    private ISymbol? AddressIn(IOperation value, out string entry)
    {
        entry = "";
        switch (value)
        {
            case ILocalReferenceOperation { Local: var local }:
                entry = _entries.TryGetValue(local, out string? text) ? text : "";
                return _addresses.TryGetValue(local, out ISymbol? table) ? table : null;
            case IConversionOperation { OperatorMethod: null } conversion:
                return AddressIn(conversion.Operand, out entry);
            case IParenthesizedOperation parenthesized:
                return AddressIn(parenthesized.Operand, out entry);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Or } sum:
                return AddressIn(sum.LeftOperand, out entry) ?? AddressIn(sum.RightOperand, out entry);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.And } mask:
                return TableValues.IsAddressMask(mask.RightOperand) ? Read(mask.LeftOperand, out entry)
                    : TableValues.IsAddressMask(mask.LeftOperand) ? Read(mask.RightOperand, out entry) : null;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.LeftShift } shift when TableValues.IsPageShift(shift, out IOperation? shifted):
                return Read(shifted!, out entry);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.LeftShift or BinaryOperatorKind.Multiply } scaled:
                return AddressIn(scaled.LeftOperand, out entry);
            case IMemberReferenceOperation { Instance: { } holder } member when TranslationNames.IsEntry(EntryPlaces.TypeOf(holder)) && TableNames.IsAddress(member.Member.Name):
                entry = EntryOf(holder) ?? "";
                return TableRoots.Of(holder);
            case IInvocationOperation { Instance: { } holder, Arguments.IsEmpty: true } call
                when TranslationNames.IsEntry(EntryPlaces.TypeOf(holder)) && TableNames.IsAddress(call.TargetMethod.Name):
                entry = EntryOf(holder) ?? "";
                return TableRoots.Of(holder);
            case IInvocationOperation { Arguments: [{ Value: var given, Parameter: not null }, ..] } call:
                return AddressIn(given, out entry) ?? (RootRead(given) is not null && shapes.Decodes(call.TargetMethod) ? Read(given, out entry) : null);
            case IObjectCreationOperation { Arguments.Length: > 0 } creation:
                return AddressIn(creation.Arguments[0].Value, out entry);
            default:
                return null;
        }
    }

    private ISymbol? Read(IOperation value, out string entry)
    {
        ISymbol? table = RootRead(value);
        entry = table is null ? "" : EntryOf(value) ?? EntryText.Of(value.Syntax);
        return table;
    }

    /// <summary>The entry that a local is a copy of, or that is read here.</summary>
    private string? EntryOf(IOperation value) => value switch
    {
        IConversionOperation { OperatorMethod: null } conversion => EntryOf(conversion.Operand),
        ILocalReferenceOperation { Local: { IsRef: false } local } => _entries.TryGetValue(local, out string? entry) ? entry : null,
        _ => TableRoots.MemoryOf(value) is not null || value is ILocalReferenceOperation ? EntryText.Of(value.Syntax) : null,
    };

    /// <summary>What an entry was read through: directly, or a copy of it.</summary>
    private ISymbol? RootRead(IOperation value)
    {
        value = value.Innermost();
        return value is IInvocationOperation { TargetMethod: { Name: "Read", ContainingType.Name: "Volatile" or "Unsafe" }, Arguments: [var place, ..] }
            ? TableRoots.Of(place.Value)
            : RootAt(value) ?? (value is ILocalReferenceOperation { Local: var local } && _copies.TryGetValue(local, out ISymbol? table) ? table : null);
    }

    private static ISymbol? RootAt(IOperation place) =>
        TranslationNames.CanHoldEntry(EntryPlaces.TypeOf(place)) && TableRoots.MemoryOf(place) is { } memory ? TableRoots.Of(memory) : null;

    private static (ISymbol? Target, IOperation? Value) Assigned(IOperation operation) => operation switch
    {
        IVariableDeclaratorOperation { Initializer.Value: { } value } declarator => (declarator.Symbol, value),
        ISimpleAssignmentOperation { Target: ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation } assignment =>
            (TableRoots.Of(assignment.Target), assignment.Value),
        _ => (null, null),
    };

    private static (IOperation? Place, IOperation? Value) StoredInto(IOperation operation) => operation switch
    {
        ISimpleAssignmentOperation store => (store.Target, store.Value),
        IInvocationOperation { TargetMethod: { Name: "Write", ContainingType.Name: "Volatile" } or { Name: "Exchange" or "CompareExchange", ContainingType.Name: "Interlocked" },
            Arguments: [var place, var value, ..] } => (place.Value, value.Value),
        _ => (null, null),
    };

    private static bool IsReference(ISymbol symbol) => symbol is ILocalSymbol { IsRef: true, Type: var type } && TranslationNames.CanHoldEntry(type);

    private static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        ILocalSymbol local => !local.IsRef || TableRoots.LeadsToTable(local.Type) ? local.Type : null,
        IParameterSymbol parameter => parameter.Type,
        IFieldSymbol field => field.Type,
        _ => null,
    };
}
