using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.UncheckedBoundAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Bounds in kernels that mark nothing: what a program header says of itself, what two pointers enclose, what only chooses.</summary>
public class KMEM208ForeignBoundTests
{
    private const string Tables = """
        using System;
        using System.Diagnostics;

        struct Segment { public uint Type; public ulong VAddr, Offset, FileSize, MemSize; }
        struct MapEntry { public ulong Base, Length; public uint Kind; }

        """;

    [Fact]
    public Task A_program_header_is_refused_only_if_its_end_is_seen_to_wrap() => VerifyCS.VerifyAnalyzerAsync(Tables + """
        unsafe class Loader
        {
            const ulong UserEnd = 0x0000_8000_0000_0000;

            bool Pointed(Segment* segment, ulong imageSize)
            {
                if ([|segment->Offset + segment->FileSize|] > imageSize) return false;
                if (segment->VAddr < 4096 || [|segment->VAddr + segment->MemSize|] > UserEnd) return false;
                return true;
            }

            void Thrown(Segment segment)
            {
                ulong end = [|segment.VAddr + segment.MemSize|];
                if (end > UserEnd) throw new InvalidOperationException();
            }

            bool Whole(Segment* segment) => [|segment->VAddr + segment->MemSize|] <= UserEnd;

            bool Checked(Segment* segment, ulong imageSize)
            {
                if (segment->FileSize > imageSize || segment->Offset > imageSize - segment->FileSize) return false;
                ulong end = segment->VAddr + segment->MemSize;
                return end >= segment->VAddr && end <= UserEnd;
            }
        }
        """);

    [Fact]
    public Task The_highest_end_of_a_memory_map_decides_nothing() => VerifyCS.VerifyAnalyzerAsync(Tables + """
        unsafe class Map
        {
            ulong Highest(MapEntry* entries, int count)
            {
                ulong highest = 0;
                for (int i = 0; i < count; i++)
                {
                    ulong end = entries[i].Base + entries[i].Length;
                    if (end > highest) highest = end;
                    if (entries[i].Base + entries[i].Length > 0x1_0000_0000) continue;
                    for (ulong page = entries[i].Base; page < entries[i].Base + entries[i].Length; page += 4096) Free(page);
                }

                return highest;
            }

            bool Holds(MapEntry entry, ulong address) => address >= entry.Base && address < entry.Base + entry.Length;
            void Split(ulong address, ulong size)
            {
                ulong end = address + size;
                foreach (MapEntry entry in new MapEntry[4])
                {
                    if (entry.Base < end) Free(entry.Base);
                }
            }

            ulong _address;
            bool Own(ulong limit) { if (_address + Bytes() > limit) return false; return true; }
            ulong Bytes() => 0;
            void Free(ulong page) { }
        }
        """);

    [Fact]
    public Task Parameters_that_anybody_gives_are_refused_where_something_is_decided() => VerifyCS.VerifyAnalyzerAsync(Tables + """
        class Calls
        {
            const ulong UserEnd = 0x0000_8000_0000_0000;

            bool Within(ulong address, ulong size) => [|address + size|] <= UserEnd;
            bool Short(ulong address, uint length) => [|address + length|] <= UserEnd;
            bool Element(ulong index, uint count) => index + count <= UserEnd;
            bool Next(ulong address, uint step) => address + step <= UserEnd;
            bool Kept(ulong address, uint length) => address <= UserEnd && length <= UserEnd - address;
            bool Holds(ulong value, ulong start, ulong length) => value >= start && value < [|start + length|];
            int Copy(ulong address, ulong size) { if ([|address + size|] > UserEnd) return -14; return 0; }
            void Say(ulong address, ulong size) => Require(!([|address + size|] > UserEnd));
            void Internal(ulong address, ulong size) => Debug.Assert(address + size <= UserEnd);
            void Require(bool condition) { if (!condition) throw new InvalidOperationException(); }
        }
        """);

    [Fact]
    public Task Two_pointers_and_a_length_lie_in_memory_that_somebody_has() => VerifyCS.VerifyAnalyzerAsync(Tables + """
        unsafe class Copies
        {
            bool Overlap(void* target, void* source, nuint length) =>
                (nuint)target >= (nuint)source && (nuint)target < (nuint)source + length;

            void Move(byte* target, byte* source, nuint length)
            {
                if ((nuint)target <= (nuint)source || (nuint)target >= (nuint)source + length) Forward();
            }

            bool User(void* buffer, ulong length) => [|(ulong)buffer + length|] <= 0x0000_8000_0000_0000;
            void Forward() { }
        }
        """);
}
