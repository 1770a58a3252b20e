using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.NarrowedPointerAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Checks that a helper makes, that a variable keeps, or that are about what a pointer points to.</summary>
public class KMEM201CheckedElsewhereTests
{
    [Fact]
    public Task A_helper_that_leaves_checks_for_its_caller() => InDriver("""
        void ByCondition() { nuint ring = (nuint)_ring; Require(ring <= uint.MaxValue); Write((uint)ring); }
        void ByValue() { nuint ring = (nuint)_ring; EnsureLow(ring); Write((uint)ring); }
        void ByAnswer() { nuint ring = (nuint)_ring; if (!IsLow(ring)) return; Write((uint)ring); }
        void ByArm(nuint ring) { if (IsLow(ring)) { Write((uint)ring); } }
        void ByPanic(nuint ring) { if (ring > uint.MaxValue) Stop(); Write((uint)ring); }
        void ByHalt(nuint ring) { if (ring > uint.MaxValue) Halt("ring"); Write((uint)ring); }
        void ByVariable(nuint ring) { bool fits = ring >> 32 == 0; if (!fits) return; Write((uint)ring); }
        void InLoop(nuint[] rings) { for (int i = 0; i < rings.Length; i++) { nuint ring = rings[i]; EnsureLow(ring); Write((uint)ring); } }
        void InLambda(nuint ring) { System.Action action = () => { nuint own = ring; EnsureLow(own); Write((uint)own); }; action(); }

        static void Require(bool condition) { if (!condition) Stop(); }
        static void EnsureLow(nuint value) { if (value > uint.MaxValue) throw new System.InvalidOperationException(); }
        static bool IsLow(nuint value) => value <= uint.MaxValue;
        static void Stop() => throw new System.InvalidOperationException();
        static void Halt(string message) { while (true) { } }
        """);

    [Fact]
    public Task A_helper_that_goes_on_checks_nothing() => InDriver("""
        void Logged() { nuint ring = (nuint)_ring; Warn(ring <= uint.MaxValue); Write({|KMEM201:(uint)ring|}); }
        void Other(nuint ring, nuint other) { EnsureLow(other); Write({|KMEM201:(uint)ring|}); }
        void Later(nuint ring) { Write({|KMEM201:(uint)ring|}); EnsureLow(ring); }
        void Wide(nuint ring) { EnsureBelowTerabyte(ring); Write({|KMEM201:(uint)ring|}); }
        void Sometimes(nuint ring, bool careful) { if (careful) EnsureLow(ring); Write({|KMEM201:(uint)ring|}); }
        void Wrong(nuint ring) { if (IsLow(ring)) return; Write({|KMEM201:(uint)ring|}); }
        void Moved(nuint ring) { EnsureLow(ring); ring += 4096; Write({|KMEM201:(uint)ring|}); }
        void Again(nuint ring, int n) { EnsureLow(ring); for (int i = 0; i < n; i++) { Write({|KMEM201:(uint)ring|}); ring *= 2; } }
        void Foreign(nuint ring) { System.GC.KeepAlive(ring); Write({|KMEM201:(uint)ring|}); }

        static void Warn(bool condition) { if (!condition) Write(0); }
        static void EnsureLow(nuint value) { if (value > uint.MaxValue) throw new System.InvalidOperationException(); }
        static void EnsureBelowTerabyte(nuint value) { if (value >> 40 != 0) throw new System.InvalidOperationException(); }
        static bool IsLow(nuint value) => value <= uint.MaxValue;
        """);

    [Fact]
    public Task What_a_pointer_points_to_is_checked_like_a_field() => InDriver("""
        struct Header { public nuint Start, Size; }
        nuint _table;

        void Field(Header* header) { if (header->Start > uint.MaxValue) return; Write((uint)header->Start); }
        void Pointee(nuint* slot) { if (*slot > uint.MaxValue) return; Write((uint)*slot); }
        void Own() { if (_table > uint.MaxValue) return; Write((uint)_table); }
        void Every(Header* headers, int n) { for (int i = 0; i < n; i++) { Header* one = headers + i; if (one->Start > uint.MaxValue) continue; Write((uint)one->Start); } }
        void OtherField(Header* header) { if (header->Size > uint.MaxValue) return; Write({|KMEM201:(uint)header->Start|}); }
        void OtherPointer(Header* header, Header* next) { if (header->Start > uint.MaxValue) return; Write({|KMEM201:(uint)next->Start|}); }
        void Written(Header* header) { if (header->Start > uint.MaxValue) return; header->Start = 0; header->Start--; Write({|KMEM201:(uint)header->Start|}); }
        void Next(Header* header) { if (header->Start > uint.MaxValue) return; header++; Write({|KMEM201:(uint)header->Start|}); }
        """);

    [Fact]
    public Task A_loop_with_several_checks_is_followed() => InDriver("""
        struct Header { public nuint Start, End; }
        static bool IsLow(nuint value) => value <= uint.MaxValue;

        void Pages(nuint from, nuint to)
        {
            nuint current = from;
            while (current < to) { nuint next = current + 4096; if (next < current || !IsLow(next) || next > to) break; Write((uint)next); current = next; }
        }

        void Slots(nuint* list, nuint from, int n)
        {
            for (nuint* slot = list; slot < list + n; slot++) { if (*slot < from || *slot > uint.MaxValue) continue; Write((uint)*slot); }
        }

        void Ranges(Header* one, int n)
        {
            for (int i = 0; i < n; i++, one++)
            {
                if (one->End < one->Start || one->End > uint.MaxValue) continue;
                Write((uint)one->Start);
                Write((uint)one->End);
            }
        }

        void Unchecked(Header* one, int n)
        {
            for (int i = 0; i < n; i++, one++)
            {
                if (one->End < one->Start || one->Start > uint.MaxValue) continue;
                Write((uint)one->Start);
                Write({|KMEM201:(uint)one->End|});
            }
        }

        void Stale(nuint* list, int n)
        {
            nuint slot = 0;
            for (int i = 0; i < n; i++) { if (i > 0 && slot > uint.MaxValue) return; slot = list[i]; Write({|KMEM201:(uint)slot|}); }
        }
        """);

    private static Task InDriver(string members) => VerifyCS.VerifyAnalyzerAsync($$"""
        unsafe class Driver
        {
            void* _ring;
            static void Write(uint value) { }

        {{members}}
        }
        """);
}
