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

    private readonly PhysicalRange _readOnly;

    private TableSurvey(PhysicalRange readOnly) => _readOnly = readOnly;

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

    /// <summary>Surveys the tables under the entries of a root for one stretch of addresses.</summary>
    /// <param name="root">The root table.</param>
    /// <param name="firstEntry">The first root entry to follow.</param>
    /// <param name="lastEntry">The last root entry to follow.</param>
    /// <param name="readOnly">The frames that no leaf may make writable.</param>
    public static TableSurvey<TMode> Take(PhysicalAddress root, ulong firstEntry, ulong lastEntry, PhysicalRange readOnly)
    {
        TableSurvey<TMode> survey = new(readOnly);
        survey.Visit(root, TMode.RootLevel, firstEntry, lastEntry);
        return survey;
    }

    private void Visit(PhysicalAddress table, PageTableLevel level, ulong firstEntry, ulong lastEntry)
    {
        Tables++;

        // SAFETY: page tables are frames of RAM, which the direct map shows; a table has 512 entries of eight bytes.
        ulong* entries = (ulong*)DirectMap<TMode>.AddressOf(table).ToPointer();
        for (ulong index = firstEntry; index <= lastEntry; index++)
        {
            ulong entry = entries[index];
            if ((entry & Present) == 0)
            {
                continue;
            }

            if (level == PageTableLevel.Lowest || (entry & Large) != 0)
            {
                Note(entry, level);
            }
            else
            {
                Visit(PhysicalAddress.FromValue(entry & TMode.AddressMask), level.Below, 0, 511);
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
