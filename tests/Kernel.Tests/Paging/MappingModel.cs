using System;
using System.Collections.Generic;
using System.Linq;
using Kernel.Paging;
using Kernel.Tests.SimulatedMachine;

namespace Kernel.Tests.Paging;

/// <summary>
/// What the mapper should do, said with two dictionaries: the pages by address, the tables by level and address.
/// </summary>
/// <remarks>Every operation first says which error it expects, and changes the dictionaries only if that is none.</remarks>
/// <param name="paging">What the hardware has.</param>
/// <param name="kernelStart">The first address of the kernel's part.</param>
/// <param name="fixedRoot">Whether the root entries of that part are fixed.</param>
public sealed class MappingModel(HardwarePaging paging, ulong kernelStart, bool fixedRoot)
{
    /// <summary>What is mapped by now.</summary>
    public ModelTree Tree { get; } = new(paging);

    /// <summary>Adds the tables right below the root that decide about a range and that nothing is in yet.</summary>
    public void Populate(ulong start, ulong length)
    {
        for (ulong done = 0; done < length; done += Tree.BytesAt(paging.Levels))
        {
            if (!Tree.HasTable(paging.Levels - 1, start + done))
            {
                Tree.AddTable(paging.Levels - 1, start + done);
            }
        }
    }

    /// <summary>Adds a page in the root itself, before its entries are fixed.</summary>
    public void AddRootLeaf(ulong address, ulong frame, PageAttributes attributes) =>
        Tree.Add(address, new ModelPage(paging.Levels, frame, attributes));

    /// <summary>Maps one page, if there are frames enough for the tables.</summary>
    public MapError Map(int level, ulong address, ulong frame, ModelRights rights, int frames)
    {
        PageAttributes attributes = rights.Attributes;
        if (!paging.HasLeavesAt(level))
        {
            return MapError.PageSizeUnsupported;
        }

        if (rights.AreRefused)
        {
            return rights.Refusal;
        }

        ModelEntry found = Tree.At(address, level);
        MapError error = found switch
        {
            { Page: not null } when found.Level > level => MapError.CoveredByLargerPage,
            { Page: not null } => MapError.AlreadyMapped,
            { IsTable: true } => MapError.SmallerPagesBelow,
            _ when (found.Level == paging.Levels && IsFixed(address)) || (attributes.IsUser && IsFixedAgainstUser(address)) => MapError.RootEntryFixed,
            _ when found.Level - level > frames => MapError.OutOfFrames,
            _ => MapError.None,
        };
        if (error == MapError.None)
        {
            Fill(found.Level, new ModelPiece(address, Tree.BytesAt(level), default), frame, attributes, level);
        }

        return error;
    }

    /// <summary>Maps a range; pages that are there already are refused, or kept if they are equal.</summary>
    public MapError MapRange(ulong start, ulong length, ulong frame, ModelRights rights, bool keepIfEqual, int frames)
    {
        PageAttributes attributes = rights.Attributes;
        if (rights.AreRefused)
        {
            return rights.Refusal;
        }

        if (attributes.IsUser && IsFixedAgainstUser(start))
        {
            return MapError.RootEntryFixed;
        }

        List<ModelPiece> missing = [];
        long tables = 0;
        foreach (ModelPiece piece in Tree.PiecesOf(start, length))
        {
            if (piece.Entry.Page is { } page)
            {
                if (!keepIfEqual)
                {
                    return piece.Length == Tree.BytesAt(page.Level) ? MapError.AlreadyMapped : MapError.CoveredByLargerPage;
                }

                ulong shown = page.Frame + (piece.Start & (Tree.BytesAt(page.Level) - 1));
                if (shown != frame + (piece.Start - start) || page.Attributes != attributes)
                {
                    return MapError.MappedDifferently;
                }
            }
            else if (piece.Entry.Level == paging.Levels && IsFixed(piece.Start))
            {
                return MapError.RootEntryFixed;
            }
            else
            {
                missing.Add(piece);
                tables += TablesFor(piece.Entry.Level, piece.Start, piece.Length, frame + (piece.Start - start));
            }
        }

        if (tables > frames)
        {
            return MapError.OutOfFrames;
        }

        foreach (ModelPiece piece in missing)
        {
            Fill(piece.Entry.Level, piece, frame + (piece.Start - start), attributes, null);
        }

        return MapError.None;
    }

    /// <summary>Removes one page.</summary>
    public UnmapError Unmap(int level, ulong address)
    {
        UnmapError error = WhyNoPage(level, address);
        if (error == UnmapError.None)
        {
            Tree.Remove(address);
        }

        return error;
    }

    /// <summary>Gives one page other attributes.</summary>
    public ProtectError Protect(int level, ulong address, ModelRights rights)
    {
        if (rights.AreRefused)
        {
            return Enum.Parse<ProtectError>(rights.Refusal.ToString());
        }

        UnmapError error = WhyNoPage(level, address);
        if (error == UnmapError.None && rights.Attributes.IsUser && IsFixedAgainstUser(address))
        {
            return ProtectError.RootEntryFixed;
        }

        if (error == UnmapError.None)
        {
            Tree.Protect(address, rights.Attributes);
        }

        return Enum.Parse<ProtectError>(error.ToString());
    }

    /// <summary>Replaces one page by smaller ones.</summary>
    public SplitError Split(int level, ulong address, int frames)
    {
        if (level == 1 || level > paging.Levels)
        {
            return SplitError.PageSizeUnsupported;
        }

        UnmapError error = WhyNoPage(level, address);
        if (error != UnmapError.None)
        {
            return Enum.Parse<SplitError>(error.ToString());
        }

        if (frames < 1)
        {
            return SplitError.OutOfFrames;
        }

        ModelPage whole = Tree.Pages[address];
        Tree.Remove(address);
        Tree.AddTable(level - 1, address);
        for (ulong part = 0; part < (ulong)paging.EntriesAt(level - 1); part++)
        {
            ulong offset = part * Tree.BytesAt(level - 1);
            Tree.Add(address + offset, new ModelPage(level - 1, whole.Frame + offset, whole.Attributes));
        }

        return SplitError.None;
    }

    /// <summary>Removes every page of a range.</summary>
    public UnmapError UnmapRange(ulong start, ulong length)
    {
        UnmapError error = FindPages(start, length, out List<ModelPiece> pieces);
        if (error == UnmapError.None)
        {
            pieces.ForEach(piece => Tree.Remove(piece.Start));
        }

        return error;
    }

    /// <summary>Gives every page of a range other attributes.</summary>
    public ProtectError ProtectRange(ulong start, ulong length, ModelRights rights)
    {
        PageAttributes attributes = rights.Attributes;
        if (rights.AreRefused)
        {
            return Enum.Parse<ProtectError>(rights.Refusal.ToString());
        }

        UnmapError error = FindPages(start, length, out List<ModelPiece> pieces);
        if (error == UnmapError.None && attributes.IsUser && IsFixedAgainstUser(start))
        {
            return ProtectError.RootEntryFixed;
        }

        if (error == UnmapError.None)
        {
            pieces.ForEach(piece => Tree.Protect(piece.Start, attributes));
        }

        return Enum.Parse<ProtectError>(error.ToString());
    }

    /// <summary>Removes the empty tables that decide about a part of the range; returns how many there were.</summary>
    public int Reclaim(ulong start, ulong length)
    {
        int before = Tree.TableCount;
        ulong last = start + (length - 1);
        for (int level = 1; level < paging.Levels; level++)
        {
            foreach (ulong table in Tree.EmptyTables(level, start, last))
            {
                if (level < paging.Levels - 1 || !IsFixed(table))
                {
                    Tree.RemoveTable(level, table);
                }
            }
        }

        return before - Tree.TableCount;
    }

    // Root entries of PAE have no rights: nothing in them closes the kernel's part to ring 3.
    private bool IsFixedAgainstUser(ulong address) => IsFixed(address) && !paging.KeepsRootEntries;

    private bool IsFixed(ulong address) => fixedRoot && address >= kernelStart;

    private bool FitsAsPage(int level, ulong length, ulong frame) =>
        length == Tree.BytesAt(level) && (frame & (length - 1)) == 0 && paging.HasLeavesAt(level);

    private UnmapError WhyNoPage(int level, ulong address) => Tree.At(address, level) switch
    {
        _ when level > paging.Levels => UnmapError.NotMapped,
        _ when level == paging.Levels && IsFixed(address) => UnmapError.RootEntryFixed,
        { Page: not null } found when found.Level > level => UnmapError.CoveredByLargerPage,
        { Page: not null } => UnmapError.None,
        { IsTable: true } => UnmapError.SmallerPagesBelow,
        _ => UnmapError.NotMapped,
    };

    private UnmapError FindPages(ulong start, ulong length, out List<ModelPiece> pieces)
    {
        pieces = [];
        foreach (ModelPiece piece in Tree.PiecesOf(start, length))
        {
            if (piece.Entry.Page is null)
            {
                return UnmapError.NotMapped;
            }

            if (piece.Length != Tree.BytesAt(piece.Entry.Level))
            {
                return UnmapError.CoveredByLargerPage;
            }

            if (piece.Entry.Level == paging.Levels && IsFixed(piece.Start))
            {
                return UnmapError.RootEntryFixed;
            }

            pieces.Add(piece);
        }

        return UnmapError.None;
    }

    /// <summary>How many tables an empty entry needs below it.</summary>
    private long TablesFor(int level, ulong start, ulong length, ulong frame)
    {
        if (level == 1 || FitsAsPage(level, length, frame))
        {
            return 0;
        }

        long tables = 1;
        for (ulong done = 0; level > 2 && done < length;)
        {
            ulong here = ulong.Min(Tree.BytesAt(level - 1) - ((start + done) & (Tree.BytesAt(level - 1) - 1)), length - done);
            tables += TablesFor(level - 1, start + done, here, frame + done);
            done += here;
        }

        return tables;
    }

    /// <summary>
    /// Fills an empty entry at <paramref name="level"/> with the largest pages that fit, or with pages of one size.
    /// </summary>
    private void Fill(int level, ModelPiece piece, ulong frame, PageAttributes attributes, int? only)
    {
        if (only is null ? level == 1 || FitsAsPage(level, piece.Length, frame) : level == only)
        {
            Tree.Add(piece.Start, new ModelPage(level, frame, attributes));
            return;
        }

        Tree.AddTable(level - 1, piece.Start);
        for (ulong done = 0; done < piece.Length;)
        {
            ulong start = piece.Start + done;
            ulong here = ulong.Min(Tree.BytesAt(level - 1) - (start & (Tree.BytesAt(level - 1) - 1)), piece.Length - done);
            Fill(level - 1, new ModelPiece(start, here, default), frame + done, attributes, only);
            done += here;
        }
    }
}
