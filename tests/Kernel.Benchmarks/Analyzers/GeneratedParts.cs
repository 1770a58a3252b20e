using System.Collections.Immutable;

namespace Kernel.Benchmarks.Analyzers;

/// <summary>What a generated kernel consists of.</summary>
internal static partial class GeneratedParts
{
    /// <summary>The types that all parts use, with their contracts.</summary>
    public const string Machine = """
        using System;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        namespace Generated;

        [InterruptToken]
        public readonly ref struct Masked
        {
            public void Dispose() { }
        }

        [LockGuard]
        public ref struct Held
        {
            public void Dispose() { }
        }

        [Lock]
        public struct Gate
        {
            private int _taken;

            [Acquires]
            public Held Enter(Masked token)
            {
                _taken = 1;
                return default;
            }
        }

        [AddressValue(AddressKind.Physical)]
        public readonly struct Physical
        {
            private readonly ulong _value;

            public Physical(ulong value) => _value = value;

            public ulong Value => _value;
        }

        [AddressValue(AddressKind.Virtual)]
        public readonly struct Virtual
        {
            private readonly ulong _value;

            public Virtual(ulong value) => _value = value;

            public ulong Value => _value;
        }

        public readonly struct Frame
        {
            public Frame(ulong number) => Number = number;

            public ulong Number { get; }
        }

        public static unsafe class Machine
        {
            [TrustedContext("Here interrupts are disabled.")]
            public static Masked Mask() => default;

            [return: Dirty]
            public static Frame Take() => default;

            public static void Give([FreesFrame] Frame frame) { }

            public static void Zero([Zeroes] Frame frame)
            {
                ulong* words = (ulong*)WindowOf(frame);
                for (int index = 0; index < 512; index++)
                {
                    words[index] = 0;
                }
            }

            public static void Link([RequiresZeroed] Frame frame) { }

            [Flushes]
            [MethodImpl(MethodImplOptions.InternalCall)]
            public static extern void Forget(Virtual address);

            public static byte* WindowOf(Frame frame) => (byte*)(frame.Number << 12);
        }

        """;

    /// <summary>What every file begins with.</summary>
    public const string Head = """
        using System;
        using System.Collections.Generic;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        namespace Generated;

        """;

    private const string Locked = """

        public sealed class QueueNNN
        {
            private Gate _gate;

            [GuardedBy(nameof(_gate))]
            private readonly ulong[] _items = new ulong[SSS];

            [GuardedBy(nameof(_gate))]
            private int _count;

            public bool TryAdd(Masked token, ulong item)
            {
                using Held held = _gate.Enter(token);
                if (_count == _items.Length)
                {
                    return false;
                }

                _items[_count] = item;
                _count++;
                return true;
            }

            public ulong Largest(Masked token)
            {
                ulong largest = 0;
                using (Held held = _gate.Enter(token))
                {
                    for (int index = 0; index < _count; index++)
                    {
                        largest = _items[index] > largest ? _items[index] : largest;
                    }
                }

                return largest;
            }

            [RequiresLock(nameof(_gate))]
            private void Drop(int slot)
            {
                _count--;
                _items[slot] = _items[_count];
            }

            public void Clear(Masked token, ulong limit)
            {
                using Held held = _gate.Enter(token);
                for (int index = _count - 1; index >= 0; index--)
                {
                    if (_items[index] > limit)
                    {
                        Drop(index);
                    }
                }
            }
        }

        """;

    private const string Tables = """

        public static unsafe class TablesNNN
        {
            public static Frame NewTable()
            {
                Frame table = Machine.Take();
                Machine.Zero(table);
                return table;
            }

            public static void Grow(int levels)
            {
                for (int level = 0; level < levels; level++)
                {
                    Frame table = NewTable();
                    Machine.Link(table);
                }
            }

            public static void Unmap(ulong* pageTable, int slot, Virtual address)
            {
                pageTable[slot & 511] = 0;
                Machine.Forget(address);
            }

            public static int Used(ulong* pageTable)
            {
                int used = 0;
                for (int slot = 0; slot < 512; slot++)
                {
                    if ((pageTable[slot] & 1) != 0)
                    {
                        used++;
                    }
                }

                return used;
            }

            public static ulong Offset(Virtual address) => address.Value & 0xFFF;

            public static Physical Inside(Physical frame, ulong offset) => new(frame.Value | (offset & 0xFFF));
        }

        """;

    /// <summary>The parts of a file, in their order.</summary>
    public static ImmutableArray<string> All { get; } = [Counters, Parser, Widths, Tree, Locked, Counters.Replace("Counters", "Tallies"), Tables, Parser.Replace("Parser", "Reader")];
}
