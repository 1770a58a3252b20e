using Kernel.Addresses;
using Kernel.Machine;
using Kernel.Paging;

namespace Boot.Guest;

/// <summary>Reads every entry of a tree of page tables, without the mapper's help, and counts what a kernel must not have.</summary>
/// <typeparam name="TMode">The paging mode in use.</typeparam>
internal unsafe ref struct TableSurvey<TMode>
    where TMode : struct, IPagingMode
{
    private const ulong Present = 1 << 0;
    private const ulong Writable = 1 << 1;
    private const ulong User = 1 << 2;
    private const ulong Large = 1 << 7;

    private readonly PhysicalAddress _root;
    private readonly PhysicalRange _readOnly;

    private TableSurvey(PhysicalAddress root, PhysicalRange readOnly)
    {
        _root = root;
        _readOnly = readOnly;
    }

    /// <summary>How many entries the root has.</summary>
    public static nuint RootEntryCount => EntriesAt(TMode.RootLevel);

    /// <summary>The first root entry of the kernel's part.</summary>
    public static nuint FirstKernelEntry => IndexOf(TMode.UpperHalfStart);

    /// <summary>How many tables there are, the root included.</summary>
    public ulong Tables { get; private set; }

    /// <summary>How many leaves there are.</summary>
    public ulong Leaves { get; private set; }

    /// <summary>How many leaves are writable and executable.</summary>
    public ulong WritableAndExecutable { get; private set; }

    /// <summary>How many leaves make frames writable that nobody may write.</summary>
    public ulong WritableAliases { get; private set; }

    /// <summary>How many leaves ring 3 may use.</summary>
    public ulong UserLeaves { get; private set; }

    /// <summary>How many tables end above what the direct map can show.</summary>
    public ulong TablesOutOfReach { get; private set; }

    /// <summary>How many root entries lead back to the root.</summary>
    public ulong RecursiveEntries { get; private set; }

    /// <summary>Surveys the tables under the entries of a root for one stretch of addresses.</summary>
    /// <param name="root">The root table.</param>
    /// <param name="firstEntry">The first root entry to follow.</param>
    /// <param name="lastEntry">The last root entry to follow.</param>
    /// <param name="readOnly">The frames that no leaf may make writable.</param>
    public static TableSurvey<TMode> Take(PhysicalAddress root, nuint firstEntry, nuint lastEntry, PhysicalRange readOnly)
    {
        TableSurvey<TMode> survey = new(root, readOnly);
        survey.Visit(root, TMode.RootLevel, firstEntry, lastEntry);
        return survey;
    }

    /// <summary>The root entry that decides about an address.</summary>
    public static nuint IndexOf(VirtualAddress address) =>
        (address.Value >> TMode.ShiftAt(TMode.RootLevel)) & (EntriesAt(TMode.RootLevel) - 1);

    /// <summary>An entry of a table, as it is.</summary>
    public static ulong EntryOf(PhysicalAddress table, nuint index)
    {
        // SAFETY: page tables are frames of RAM which the direct map shows, and the index is below the number of entries.
        return TMode.Load((byte*)DirectMap<TMode>.AddressOf(table).ToPointer() + (index << TMode.EntryShift));
    }

    private static nuint EntriesAt(PageTableLevel level) => (nuint)1 << TMode.IndexBitsAt(level);

    private void Visit(PhysicalAddress table, PageTableLevel level, nuint firstEntry, nuint lastEntry)
    {
        Tables++;
        TablesOutOfReach += table + Size4KiB.Bytes > DirectMap<TMode>.ReachEnd ? 1u : 0u;
        for (nuint index = firstEntry; index <= lastEntry; index++)
        {
            ulong entry = EntryOf(table, index);
            if ((entry & Present) == 0)
            {
                continue;
            }

            if (level == PageTableLevel.Lowest || (entry & Large) != 0)
            {
                Note(entry, level);
                continue;
            }

            PhysicalAddress below = PhysicalAddress.FromValue(entry & TMode.AddressMask);
            if (below == _root)
            {
                RecursiveEntries++;
            }
            else
            {
                Visit(below, level.Below, 0, EntriesAt(level.Below) - 1);
            }
        }
    }

    private void Note(ulong entry, PageTableLevel level)
    {
        ulong bytes = 1ul << TMode.ShiftAt(level);
        PhysicalRange frames = PhysicalRange.FromStart(PhysicalAddress.FromValue(entry & TMode.AddressMask & ~(bytes - 1)), bytes);
        bool writable = (entry & Writable) != 0;
        Leaves++;
        WritableAndExecutable += writable && (entry & TMode.NoExecuteBit) == 0 ? 1u : 0u;
        WritableAliases += writable && frames.Overlaps(_readOnly) ? 1u : 0u;
        UserLeaves += (entry & User) != 0 ? 1u : 0u;
    }
}
