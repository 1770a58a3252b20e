namespace Kernel.Benchmarks.Analyzers;

/// <summary>The parts that are code as it stands anywhere: counters, a parser, widths, a tree.</summary>
internal static partial class GeneratedParts
{
    private const string Counters = """

        public sealed class CountersNNN
        {
            private readonly int[] _counts = new int[SSS];
            private int _total;
            private int _highest;

            public int Total => _total;

            public void Count(int slot, int amount)
            {
                if ((uint)slot >= (uint)_counts.Length)
                {
                    return;
                }

                _counts[slot] += amount;
                _total += amount;
                if (_counts[slot] > _highest)
                {
                    _highest = _counts[slot];
                }
            }

            public int Median()
            {
                int[] sorted = (int[])_counts.Clone();
                for (int outer = 1; outer < sorted.Length; outer++)
                {
                    int moved = sorted[outer];
                    int inner = outer - 1;
                    while (inner >= 0 && sorted[inner] > moved)
                    {
                        sorted[inner + 1] = sorted[inner];
                        inner--;
                    }

                    sorted[inner + 1] = moved;
                }

                return sorted[sorted.Length / 2];
            }

            public override string ToString() => "total " + _total + ", highest " + _highest;
        }

        """;

    private const string Parser = """

        public static class ParserNNN
        {
            private const int Longest = SSS;

            public static bool TryRead(ReadOnlySpan<char> text, out long value)
            {
                value = 0;
                int at = 0;
                bool isNegative = false;
                while (at < text.Length && text[at] == ' ')
                {
                    at++;
                }

                if (at < text.Length && text[at] is '-' or '+')
                {
                    isNegative = text[at] == '-';
                    at++;
                }

                if (at == text.Length || text.Length > Longest)
                {
                    return false;
                }

                for (; at < text.Length; at++)
                {
                    switch (text[at])
                    {
                        case >= '0' and <= '9':
                            value = (value * 10) + (text[at] - '0');
                            break;
                        case '_':
                            break;
                        default:
                            return false;
                    }
                }

                value = isNegative ? -value : value;
                return true;
            }

            public static Dictionary<string, long> ReadAll(IEnumerable<string> lines)
            {
                Dictionary<string, long> found = new();
                foreach (string line in lines)
                {
                    int split = line.IndexOf('=');
                    if (split > 0 && TryRead(line.AsSpan(split + 1), out long value))
                    {
                        found[line.Substring(0, split)] = value;
                    }
                }

                return found;
            }
        }

        """;

    private const string Widths = """

        public static unsafe class WidthsNNN
        {
            private const int PageShift = 12;

            public static uint PageOf(ulong address) => (uint)(address >> PageShift) & 0xF_FFFF;

            public static (uint Low, uint High) Halves(ulong value) => ((uint)value, (uint)(value >> 32));

            public static ulong AlignUp(ulong value, int shift)
            {
                ulong mask = (1UL << (shift & 63)) - 1;
                return value > ulong.MaxValue - mask ? ulong.MaxValue & ~mask : (value + mask) & ~mask;
            }

            public static uint Sum(byte* start, int count)
            {
                uint sum = 0;
                for (int index = 0; index < count; index++)
                {
                    sum += start[index];
                    sum = (sum << 3) | (sum >> 29);
                }

                return sum;
            }

            public static ulong Bytes(uint pages) => (ulong)pages << PageShift;

            public static int Slot(ulong address, int level) => (int)((address >> (PageShift + (9 * (level & 3)))) & 511);

            public static bool Fits(ulong start, ulong size, ulong limit) => size <= limit && start <= limit - size;

            public static int Hash(ulong first, ulong second)
            {
                ulong mixed = first ^ (second << 7) ^ (second >> 9);
                mixed *= 0x9E37_79B9_7F4A_7C15;
                return (int)(uint)(mixed ^ (mixed >> 32)) & (SSS - 1);
            }
        }

        """;

    private const string Tree = """

        public sealed class TreeNNN
        {
            private sealed class Node
            {
                public ulong Key;
                public Node? Left;
                public Node? Right;
            }

            private Node? _root;

            public int Depth => DepthOf(_root);

            public bool Add(ulong key)
            {
                if (_root is null)
                {
                    _root = new Node { Key = key };
                    return true;
                }

                Node at = _root;
                while (true)
                {
                    if (key == at.Key)
                    {
                        return false;
                    }

                    Node? next = key < at.Key ? at.Left : at.Right;
                    if (next is null)
                    {
                        Node added = new() { Key = key };
                        if (key < at.Key)
                        {
                            at.Left = added;
                        }
                        else
                        {
                            at.Right = added;
                        }

                        return true;
                    }

                    at = next;
                }
            }

            public IEnumerable<ulong> From(ulong least)
            {
                Stack<Node> pending = new();
                Node? at = _root;
                while (at is not null || pending.Count > 0)
                {
                    while (at is not null)
                    {
                        pending.Push(at);
                        at = at.Key >= least ? at.Left : null;
                    }

                    at = pending.Pop();
                    if (at.Key >= least)
                    {
                        yield return at.Key;
                    }

                    at = at.Right;
                }
            }

            private static int DepthOf(Node? node) => node is null ? 0 : 1 + Math.Max(DepthOf(node.Left), DepthOf(node.Right));
        }

        """;
}
