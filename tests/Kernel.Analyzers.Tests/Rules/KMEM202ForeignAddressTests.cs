using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Physical addresses in the style of the x86_64 crate, handed to devices, processors and logs.</summary>
public class KMEM202ForeignAddressTests
{
    private const string Types = """
        using System;
        using Kernel.Contracts;

        [AddressValue(AddressKind.Physical)]
        readonly struct PhysAddr
        {
            readonly ulong _value;
            public PhysAddr(ulong value) => _value = value;
            [AddressValue] public ulong AsU64 => _value;
            public static explicit operator PhysAddr(ulong value) => new(value);
        }

        [Flags] enum Flags : ulong { Present = 1, Huge = 0x80, NoExecute = 1ul << 63 }
        enum Small : uint { None }

        struct Entry
        {
            [AddressValue] public ulong Bits;
            public readonly bool Huge => ((byte)Bits & 0x80) != 0;
            public readonly uint FlagBits => (uint)(Bits & 0xFFF);
            public readonly Flags All => (Flags)(Bits & 0x8000_0000_0000_0FFF);
            public readonly uint Frame => {|KMEM202:(uint)(Bits >> 12)|};
        }

        """;

    [Fact]
    public Task Devices_take_both_halves_or_less_than_four_gigabytes() => Verify<NarrowedAddressAnalyzer>("""
        unsafe class Device
        {
            void Region(uint* table, PhysAddr start) { table[0] = (uint)start.AsU64; table[1] = (uint)(start.AsU64 >> 32); }
            (uint, uint) Halves(PhysAddr start) => ((uint)start.AsU64, (uint)(start.AsU64 >> 32));
            string Text(PhysAddr start) => $"{(uint)(start.AsU64 >> 32):X8}{(uint)start.AsU64:X8}";
            byte Vector(PhysAddr code) { if (code.AsU64 >= 0x10_0000) throw new ArgumentException(); return (byte)(code.AsU64 >> 12); }
            uint Low(PhysAddr start) => start is { AsU64: <= uint.MaxValue } ? (uint)start.AsU64 : 0;
            uint Chosen(PhysAddr start) => start.AsU64 switch { <= uint.MaxValue => (uint)start.AsU64, _ => 0 };
            uint Ensured(PhysAddr start) { EnsureLow(start); return (uint)start.AsU64; }
            void EnsureLow(PhysAddr start) { if (start.AsU64 > uint.MaxValue) throw new OverflowException(); }
            uint Sum(PhysAddr start) { uint sum = 0; for (int i = 0; i < 8; i++) sum = sum * 31 + (byte)(start.AsU64 >> (i * 8)); return sum; }
            int Bucket(PhysAddr start) => (int)((start.AsU64 >> 12) % 64);
            int Pages(PhysAddr end, PhysAddr start) => (int)((end.AsU64 - start.AsU64) >> 12);

            void Lost(uint* table, PhysAddr start) { table[0] = {|KMEM202:(uint)start.AsU64|}; table[1] = 0; }
            byte Unchecked(PhysAddr code) => {|KMEM202:(byte)(code.AsU64 >> 12)|};
            uint Bounded(PhysAddr start, ulong limit) { if (start.AsU64 >= limit) throw new ArgumentException(); return {|KMEM202:(uint)start.AsU64|}; }
            uint Wrong(PhysAddr start) => start is { AsU64: > uint.MaxValue } ? {|KMEM202:(uint)start.AsU64|} : 0;
            uint Converted(PhysAddr start) => {|KMEM202:Convert.ToUInt32(start.AsU64)|};
            Small Named(PhysAddr start) => {|KMEM202:(Small)start.AsU64|};
            uint? Maybe(PhysAddr? start) => {|KMEM202:(uint?)start?.AsU64|};
            uint Named(PhysAddr start, int shift) { (ulong raw, _) = (start.AsU64, shift); return {|KMEM202:(uint)raw|}; }
        }
        """);

    [Fact]
    public Task A_sign_in_the_lower_half_of_an_address_is_reported_once() => Verify<WidthMismatchAnalyzer>("""
        class Parts
        {
            PhysAddr Join(int low, int high) => new PhysAddr((ulong)high << 32 | {|KMEM205:(ulong)low|});
            PhysAddr Whole(uint low, int high) => new PhysAddr((ulong)high << 32 | low);
            PhysAddr Cast(int low) => (PhysAddr){|KMEM205:(ulong)low|};
            PhysAddr Number(int frame) => new PhysAddr((ulong)(frame * 4096));
            PhysAddr Shifted(int frame) => new PhysAddr({|KMEM205:(ulong)frame|} << 12);
        }
        """);

    private static Task Verify<TAnalyzer>(string source) where TAnalyzer : Microsoft.CodeAnalysis.Diagnostics.DiagnosticAnalyzer, new() =>
        new KernelAnalyzerTest<TAnalyzer>
        {
            TestCode = (typeof(TAnalyzer) == typeof(NarrowedAddressAnalyzer)
                ? Types
                : Types.Replace("{|KMEM202:", "", System.StringComparison.Ordinal).Replace("|};", ";", System.StringComparison.Ordinal)) + source,
        }.RunAsync();
}
