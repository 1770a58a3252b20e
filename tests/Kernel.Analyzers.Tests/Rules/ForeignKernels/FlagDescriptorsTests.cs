using System.Threading.Tasks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules.ForeignKernels;

/// <summary>Descriptors that are an enumeration, in spans, with barriers between break and make.</summary>
public class FlagDescriptorsTests
{
    [Fact]
    public Task Mistakes_are_found_and_their_look_alikes_are_not() => ForeignKernel.Verify("""
        using System;
        using System.Runtime.CompilerServices;
        using System.Runtime.InteropServices;

        namespace Arm64;

        [Flags]
        public enum Descriptor : ulong
        {
            Invalid = 0,
            Valid = 1,
            TableOrPage = 2,
            User = 1UL << 6,
            ReadOnly = 1UL << 7,
            AccessFlag = 1UL << 10,
            NotGlobal = 1UL << 11,
            UserNoExecute = 1UL << 54,
            AddressBits = 0x0000_FFFF_FFFF_F000,
        }

        public static class Barrier
        {
            [DllImport("*")] public static extern void DsbIshst();
            [DllImport("*")] public static extern void DsbIsh();
            [DllImport("*")] public static extern void Isb();
            [DllImport("*")] public static extern void TlbiVaae1is(ulong page);
            [DllImport("*")] public static extern void TlbiVmalle1is();
            [DllImport("*")] public static extern void WriteTtbr0(ulong value);
        }

        public sealed class PageAllocator
        {
            private readonly System.Collections.Generic.Stack<ulong> _free = new();
            public ulong Allocate(bool zero = false)
            {
                ulong page = _free.Pop();
                if (zero) Kva.Bytes(page).Clear();
                return page;
            }
            public void Free(ulong page) => _free.Push(page);
        }

        public static unsafe class Kva
        {
            public static Span<byte> Bytes(ulong page) => new((byte*)page + 0xFFFF_0000_0000_0000UL, 4096);
            public static Span<Descriptor> Descriptors(ulong page) => MemoryMarshal.Cast<byte, Descriptor>(Bytes(page));
        }

        public sealed class Stage1
        {
            private readonly PageAllocator _pages;
            private readonly ulong _ttbr;

            public Stage1(PageAllocator pages)
            {
                _pages = pages;
                _ttbr = pages.Allocate(zero: true);
            }

            private static void Publish(ref Descriptor slot, Descriptor value)
            {
                slot = value;
                Barrier.DsbIshst();
                Barrier.Isb();
            }

            private static void Invalidate(ulong va)
            {
                Barrier.DsbIshst();
                Barrier.TlbiVaae1is(va >> 12);
                Barrier.DsbIsh();
                Barrier.Isb();
            }

            private ref Descriptor Slot(ulong va, bool create)
            {
                ulong table = _ttbr;
                for (int level = 0; level < 3; level++)
                {
                    ref Descriptor d = ref Kva.Descriptors(table)[(int)(va >> (39 - 9 * level)) & 511];
                    if ((d & Descriptor.Valid) == 0)
                    {
                        if (!create) return ref Unsafe.NullRef<Descriptor>();
                        ulong page = _pages.Allocate(zero: true);
                        Publish(ref d, (Descriptor)page | Descriptor.TableOrPage | Descriptor.Valid);
                    }
                    table = (ulong)(d & Descriptor.AddressBits);
                }
                return ref Kva.Descriptors(table)[(int)(va >> 12) & 511];
            }

            public void LinkDirty(ref Descriptor d)
            {
                ulong page = _pages.Allocate();
                Publish(ref d, (Descriptor)page | Descriptor.TableOrPage | Descriptor.Valid);
            }

            public void LinkDirtyNamed(ref Descriptor d)
            {
                ulong page = _pages.Allocate(zero: false);
                d = (Descriptor)page | Descriptor.TableOrPage | Descriptor.Valid;
                Barrier.DsbIshst();
            }

            public void LinkFilled(ref Descriptor d)
            {
                ulong page = _pages.Allocate();
                Kva.Descriptors(page).Fill(Descriptor.Invalid);
                d = (Descriptor)page | Descriptor.TableOrPage | Descriptor.Valid;
                Barrier.DsbIshst();
            }

            public void Map(ulong va, ulong pa, Descriptor attributes)
            {
                ref Descriptor slot = ref Slot(va, create: true);
                Publish(ref slot, (Descriptor)pa | attributes | Descriptor.AccessFlag | Descriptor.TableOrPage | Descriptor.Valid);
            }

            // Break-before-make.
            public void Remap(ulong va, ulong pa, Descriptor attributes)
            {
                ref Descriptor slot = ref Slot(va, create: false);
                if (Unsafe.IsNullRef(ref slot)) return;
                slot = Descriptor.Invalid;
                Invalidate(va);
                Publish(ref slot, (Descriptor)pa | attributes | Descriptor.AccessFlag | Descriptor.TableOrPage | Descriptor.Valid);
            }

            public void UnmapBarrierOnly(ulong va)
            {
                ref Descriptor slot = ref Slot(va, create: false);
                if (Unsafe.IsNullRef(ref slot)) return;
                {|KMEM501:slot|} = Descriptor.Invalid;
                Barrier.DsbIsh();
                Barrier.Isb();
            }

            public void Unmap(ulong va)
            {
                ref Descriptor slot = ref Slot(va, create: false);
                if (Unsafe.IsNullRef(ref slot)) return;
                slot = Descriptor.Invalid;
                Invalidate(va);
            }

            public void UnmapFree(ulong va)
            {
                ref Descriptor slot = ref Slot(va, create: false);
                if (Unsafe.IsNullRef(ref slot)) return;
                ulong page = (ulong)(slot & Descriptor.AddressBits);
                slot = Descriptor.Invalid;
                Invalidate(va);
                _pages.Free(page);
            }

            public void UnmapFreeSwapped(ulong va)
            {
                ref Descriptor slot = ref Slot(va, create: false);
                if (Unsafe.IsNullRef(ref slot)) return;
                ulong page = (ulong)(slot & Descriptor.AddressBits);
                slot = Descriptor.Invalid;
                _pages.Free({|KMEM104:page|});
                Invalidate(va);
            }

            public void WriteProtectAll(ulong from, ulong to)
            {
                for (ulong va = from; va < to; va += 4096)
                {
                    ref Descriptor slot = ref Slot(va, create: false);
                    if (Unsafe.IsNullRef(ref slot)) continue;
                    slot |= Descriptor.ReadOnly;
                }
                Barrier.DsbIshst();
                Barrier.TlbiVmalle1is();
                Barrier.DsbIsh();
            }

            public void UserPage(ulong va)
            {
                ulong page = _pages.Allocate(true);
                Map(va, page, Descriptor.User | Descriptor.NotGlobal);
            }

            public void UserPageDirty(ulong va)
            {
                ulong page = _pages.Allocate();
                Map(va, {|KMEM103:page|}, Descriptor.User | Descriptor.NotGlobal);
            }

            public void Install() { Barrier.WriteTtbr0(_ttbr); Barrier.Isb(); }

            public void ValidLast(ulong va, ulong pa)
            {
                ref Descriptor slot = ref Slot(va, create: true);
                if ((slot & Descriptor.Valid) != 0) return;
                slot = (Descriptor)pa | Descriptor.TableOrPage | Descriptor.AccessFlag;
                slot |= Descriptor.Valid;
                Barrier.DsbIshst();
            }
        }
        """);
}
