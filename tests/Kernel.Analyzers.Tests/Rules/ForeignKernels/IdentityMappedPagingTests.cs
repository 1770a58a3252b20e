using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>
/// A static class over raw pointers, physical memory mapped to itself, no contracts, and names that say little: <c>Next</c>, <c>page</c>,
/// <c>Directory</c>.
/// </summary>
public class IdentityMappedPagingTests
{
    private static Task Verify(string members) => ForeignKernel.Verify($$"""
        using System;
        using System.Runtime.InteropServices;

        static unsafe class Native
        {
            [DllImport("*")] public static extern void Stosb(void* p, byte value, ulong count);
            [DllImport("*")] public static extern void Stosq(void* p, ulong value, ulong count);
            [DllImport("*")] public static extern void Movsb(void* destination, void* source, ulong count);
            [DllImport("*")] public static extern void Invlpg(ulong address);
            [DllImport("*")] public static extern void WriteCR3(ulong value);
        }

        static unsafe class Allocator
        {
            private struct Info { public ulong Start; public fixed ulong Pages[4096]; }
            private static Info s_info;
            public static IntPtr Allocate(ulong size)
            {
                for (ulong i = 0; i < 4096; i++)
                {
                    if (s_info.Pages[i] == 0)
                    {
                        s_info.Pages[i] = size / 4096;
                        return (IntPtr)(s_info.Start + i * 4096);
                    }
                }

                return IntPtr.Zero;
            }

            public static IntPtr AllocateZeroed(ulong size)
            {
                IntPtr p = Allocate(size);
                Native.Stosb((void*)p, 0, size);
                return p;
            }

            public static void Free(IntPtr p) => s_info.Pages[((ulong)p - s_info.Start) / 4096] = 0;
        }

        public static unsafe class PageTable
        {
            public static ulong* PML4;

            public static ulong* GetPage(ulong va)
            {
                ulong* pml3 = Next(PML4, (va >> 39) & 0x1ff);
                ulong* pml2 = Next(pml3, (va >> 30) & 0x1ff);
                ulong* pml1 = Next(pml2, (va >> 21) & 0x1ff);
                return &pml1[(va >> 12) & 0x1ff];
            }

            public static ulong* Next(ulong* Directory, ulong Entry)
            {
                ulong* p = null;
                if ((Directory[Entry] & 0x01) != 0)
                {
                    p = (ulong*)(Directory[Entry] & 0x000F_FFFF_FFFF_F000);
                }
                else
                {
                    p = (ulong*)Allocator.Allocate(0x1000);
                    Native.Stosb(p, 0, 0x1000);
                    Directory[Entry] = (((ulong)p) & 0x000F_FFFF_FFFF_F000) | 0b11;
                }

                return p;
            }

        {{members}}
        }
        """);

    [Fact]
    public Task A_mapping_that_flushes_its_own_page_is_right() => Verify("""
            public static void Map(ulong va, ulong pa)
            {
                *GetPage(va) = pa | 0b11;
                Native.Invlpg(va);
            }
        """);

    [Fact]
    public Task A_mapping_that_nothing_flushes_is_found() => Verify("""
            public static void Map(ulong va, ulong pa)
            {
                {|KMEM501:*GetPage(va)|} = pa | 0b11;
            }
        """);

    [Fact]
    public Task A_flush_of_the_physical_address_is_a_flush_of_another_page() => Verify("""
            public static void Map(ulong va, ulong pa)
            {
                {|KMEM501:*GetPage(va)|} = pa | 0b11;
                Native.Invlpg(pa);
            }
        """);

    [Fact]
    public Task Clear_flush_free_is_right() => Verify("""
            public static void Unmap(ulong va)
            {
                ulong* page = GetPage(va);
                if ((*page & 1) != 0)
                {
                    ulong frame = *page & 0x000F_FFFF_FFFF_F000;
                    *page = 0;
                    Native.Invlpg(va);
                    Allocator.Free((IntPtr)frame);
                }
            }
        """);

    [Fact]
    public Task An_unmap_without_flush_is_found() => Verify("""
            public static void Unmap(ulong va)
            {
                ulong* page = GetPage(va);
                if ((*page & 1) != 0)
                {
                    {|KMEM501:*page|} = 0;
                }
            }
        """);

    [Fact]
    public Task A_free_before_the_flush_or_before_the_clear_is_found() => Verify("""
            public static void FreeBeforeFlush(ulong va)
            {
                ulong* page = GetPage(va);
                ulong frame = *page & 0x000F_FFFF_FFFF_F000;
                *page = 0;
                Allocator.Free({|KMEM104:(IntPtr)frame|});
                Native.Invlpg(va);
            }

            public static void FreeBeforeClear(ulong va)
            {
                ulong* page = GetPage(va);
                ulong frame = *page & 0x000F_FFFF_FFFF_F000;
                Allocator.Free({|KMEM104:(IntPtr)frame|});
                *page = 0;
                Native.Invlpg(va);
            }
        """);

    [Fact]
    public Task A_lost_permission_and_a_flush_that_comes_first_are_found() => Verify("""
            public static void ReadOnly(ulong va)
            {
                ulong* page = GetPage(va);
                {|KMEM501:*page|} &= ~2UL;
            }

            public static void FlushFirst(ulong va)
            {
                ulong* page = GetPage(va);
                Native.Invlpg(va);
                {|KMEM501:*page|} = 0;
            }
        """);

    [Fact]
    public Task Bitmaps_rings_and_the_contents_of_pages_are_no_tables() => Verify("""
            private static ulong* s_bitmap;
            private static ulong* s_ring;

            public static void Mark(ulong page) => s_bitmap[page / 64] |= 1UL << (int)(page % 64);

            public static void Post(int index, ulong physical) => s_ring[index] = physical | 1;

            public static void Wipe(ulong va)
            {
                ulong* bytes = (ulong*)(*GetPage(va) & 0x000F_FFFF_FFFF_F000);
                for (int i = 0; i < 512; i++)
                {
                    bytes[i] = 0;
                }
            }
        """);

    private static Task VerifyNext(string body) => Verify($$"""
            public static ulong* Other(ulong* Directory, ulong Entry, bool user)
            {
                if ((Directory[Entry] & 0x01) != 0)
                {
                    return (ulong*)(Directory[Entry] & 0x000F_FFFF_FFFF_F000);
                }

        {{body}}
                return p;
            }
        """);

    [Theory]
    [InlineData("ulong* p = (ulong*)Allocator.AllocateZeroed(0x1000);")]
    [InlineData("ulong* p = (ulong*)Allocator.Allocate(0x1000); Native.Stosq(p, 0, 512);")]
    [InlineData("ulong* p = (ulong*)Allocator.Allocate(0x1000); Native.Movsb(p, PML4, 0x1000);")]
    [InlineData("ulong* p = (ulong*)Allocator.Allocate(0x1000); for (int i = 0; i < 512; i++) p[i] = 0;")]
    public Task A_table_that_is_zeroed_or_overwritten_is_right(string allocation) => VerifyNext($$"""
                {{allocation}}
                Directory[Entry] = (ulong)p | 3;
        """);

    [Theory]
    [InlineData("")]
    [InlineData("Native.Stosb(p, 0, 512);")]
    [InlineData("Native.Stosb(p, 0, 4095);")]
    [InlineData("Native.Stosb(&p, 0, 0x1000);")]
    [InlineData("Native.Stosb(Directory, 0, 0x1000);")]
    [InlineData("if (user) Native.Stosb(p, 0, 0x1000);")]
    [InlineData("for (int i = 0; i < 256; i++) p[i] = 0;")]
    public Task A_table_that_is_not_zeroed_or_only_in_part_is_found(string zeroing) => VerifyNext($$"""
                ulong* p = (ulong*)Allocator.Allocate(0x1000);
                {{zeroing}}
                Directory[Entry] = (ulong){|KMEM101:p|} | 3;
        """);

    [Fact]
    public Task A_table_that_is_zeroed_after_the_link_is_found() => VerifyNext("""
                ulong* p = (ulong*)Allocator.Allocate(0x1000);
                Directory[Entry] = (ulong){|KMEM101:p|} | 3;
                Native.Stosb(p, 0, 0x1000);
        """);

    [Fact]
    public Task A_root_that_is_loaded_as_it_was_found_is_found() => Verify("""
            public static void Start()
            {
                ulong* root = (ulong*)Allocator.Allocate(0x1000);
                Native.WriteCR3((ulong){|KMEM101:root|});
            }

            public static void StartRight()
            {
                ulong* root = (ulong*)Allocator.Allocate(0x1000);
                Native.Stosb(root, 0, 0x1000);
                Native.WriteCR3((ulong)root);
            }
        """);

    [Fact]
    public Task A_frame_of_data_may_hold_what_it_holds() => Verify("""
            public static void Back(ulong va)
            {
                ulong* pte = GetPage(va);
                *pte = (ulong)Allocator.Allocate(0x1000) | 0b11;
                Native.Invlpg(va);
            }
        """);
}
