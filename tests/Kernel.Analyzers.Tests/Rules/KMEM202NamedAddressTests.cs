using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Address types that say what they are by their name, or whose mark is on the type alone.</summary>
public class KMEM202NamedAddressTests
{
    private const string Types = """
        using System;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        readonly struct PhysicalAddress
        {
            public readonly ulong Value;
            public PhysicalAddress(ulong value) => Value = value;
            public uint Low => (uint)Value;
            public uint High => (uint)(Value >> 32);
            public uint LowByte => {|KMEM202:(byte)Value|};
            public bool Below4G => Value <= 0xFFFF_FFFF;
            public static PhysicalAddress operator +(PhysicalAddress a, ulong b) => new(a.Value + b);
        }

        readonly record struct VirtAddr(ulong Raw);

        struct GuestPhysical(ulong value) { public ulong Bits { get; } = value; public bool Fits => Bits >> 32 == 0; }

        [AddressValue] readonly struct Bus(ulong value) { public ulong Value { get; } = value; }

        [AddressValue] readonly record struct Line(ulong Value);

        readonly struct PhysicalRange { public readonly ulong Start; public PhysicalRange(ulong start) => Start = start; }
        readonly struct VirtualAddressSpace { public readonly ulong Id; public VirtualAddressSpace(ulong id) => Id = id; }
        readonly struct MacAddress { public readonly ulong Value; public MacAddress(ulong value) => Value = value; }
        readonly struct PhysicalPort { public readonly uint Address; public PhysicalPort(uint address) => Address = address; }
        struct PhysicalAndVirtual { public ulong Physical; public ulong Virtual; }

        """;

    [Fact]
    public Task An_automatic_property_of_a_marked_type_is_the_address() => Verify<NarrowedAddressAnalyzer>("""
        uint Bus(Bus bus) => {|KMEM202:(uint)bus.Value|};
        int Line(Line line) => {|KMEM202:(int)(line.Value >> 8)|};
        int InPage(Bus bus) => (int)(bus.Value & 0xFFF);
        uint Guarded(Line line) => line.Value <= uint.MaxValue ? (uint)line.Value : 0;
        """);

    [Fact]
    public Task A_type_is_an_address_by_its_name() => Verify<NarrowedAddressAnalyzer>("""
        uint Physical(PhysicalAddress address) => {|KMEM202:(uint)address.Value|};
        uint Virtual(VirtAddr address) => {|KMEM202:(uint)address.Raw|};
        ushort Guest(GuestPhysical address) => {|KMEM202:(ushort)(address.Bits + 1)|};
        uint Sum(PhysicalAddress address) => {|KMEM202:(uint)(address + 8).Value|};
        """);

    [Fact]
    public Task Other_names_and_types_of_several_numbers_are_quiet() => Verify<NarrowedAddressAnalyzer>("""
        uint Range(PhysicalRange range) => (uint)range.Start;
        uint Space(VirtualAddressSpace space) => (uint)space.Id;
        uint Mac(MacAddress address) => (uint)address.Value;
        ushort Port(PhysicalPort port) => (ushort)port.Address;
        uint Pair(PhysicalAndVirtual pair) => (uint)pair.Physical;
        """);

    [Fact]
    public Task Halves_checks_and_masks_are_exits_as_ever() => Verify<NarrowedAddressAnalyzer>("""
        void Halves(uint[] registers, PhysicalAddress address) { registers[0] = (uint)address.Value; registers[1] = (uint)(address.Value >> 32); }
        int Index(VirtAddr address) => (int)(address.Raw >> 39 & 511);
        uint Guarded(PhysicalAddress address) { if (address.Value > uint.MaxValue) return 0; return (uint)address.Value; }
        int Pages(PhysicalAddress end, PhysicalAddress start) => (int)((end.Value - start.Value) >> 12);
        int Hash(VirtAddr address) => (int)address.Raw ^ (int)(address.Raw >> 32);
        uint Checked(PhysicalAddress address) => checked((uint)address.Value);
        """);

    [Fact]
    public Task A_property_that_answers_whether_it_fits_is_read() => Verify<NarrowedAddressAnalyzer>("""
        uint Leaves(PhysicalAddress address) { if (!address.Below4G) return 0; return (uint)address.Value; }
        uint Panics(GuestPhysical address) { if (!address.Fits) Panic(); return (uint)address.Bits; }
        uint Chosen(GuestPhysical address) => address.Fits ? (uint)address.Bits : 0;
        uint Both(PhysicalAddress address, bool wide) { if (wide || !address.Below4G) return 0; return (uint)address.Value; }
        uint Is(PhysicalAddress address) { if (address.Below4G is false) return 0; return (uint)address.Value; }
        uint Equal(GuestPhysical address) { if (address.Fits == true) return (uint)address.Bits; return 0; }
        uint IsNot(PhysicalAddress address) { if (address.Below4G is not false) return 0; return {|KMEM202:(uint)address.Value|}; }
        uint Wrong(PhysicalAddress address) { if (address.Below4G) return 0; return {|KMEM202:(uint)address.Value|}; }
        uint Other(PhysicalAddress address, PhysicalAddress other) { if (!other.Below4G) return 0; return {|KMEM202:(uint)address.Value|}; }
        uint Sometimes(PhysicalAddress address, bool careful) { if (careful && !address.Below4G) return 0; return {|KMEM202:(uint)address.Value|}; }
        static void Panic() => throw new InvalidOperationException();
        """);

    [Fact]
    public Task A_complement_of_32_bits_rounds_and_does_not_take_the_lower_half() => Verify<NarrowedAddressAnalyzer>("""
        uint Lost(PhysicalAddress address) => {|KMEM202:(uint)(address.Value & ~0xFFFu)|};
        uint Before(VirtAddr address) => {|KMEM202:(uint)(~0x7Fu & address.Raw)|};
        uint Lower(PhysicalAddress address) => (uint)(address.Value & 0xFFFF_F000);
        uint Field(PhysicalAddress address) => (uint)(address.Value & 0xFFFu & ~7u);
        uint Guarded(PhysicalAddress address) { if (address.Value > uint.MaxValue) return 0; return (uint)(address.Value & ~0xFFFu); }
        """);

    [Fact]
    public Task A_mask_takes_the_frame_out_of_an_entry() => Verify<NarrowedAddressAnalyzer>("""
        const ulong FrameMask = 0x000F_FFFF_FFFF_F000;
        uint Frame(ulong entry) => {|KMEM202:(uint)(entry & FrameMask)|};
        uint Large(ulong entry) => {|KMEM202:(uint)(0x0000_FFFF_FFE0_0000 & entry)|};
        uint Flags(ulong entry) => (uint)(entry & 0xFFF);
        ulong Whole(ulong entry) => entry & FrameMask;
        (uint, uint) Halves(ulong entry) => ((uint)(entry & FrameMask), (uint)((entry & FrameMask) >> 32));
        uint Rounded(ulong number) => (uint)(number & ~0xFFFul);
        uint Field(ulong number) => (uint)((number & 0xFF00_FF00_FF00_0000) >> 24);
        """);

    [Fact]
    public Task An_address_is_not_reinterpreted_either() => Verify<ReinterpretedAddressAnalyzer>("""
        ulong Bits(PhysicalAddress address) => {|KMEM206:Unsafe.BitCast<PhysicalAddress, ulong>(address)|};
        ulong Numbers(PhysicalRange range) => Unsafe.BitCast<PhysicalRange, ulong>(range);
        """);

    private static Task Verify<TAnalyzer>(string members) where TAnalyzer : DiagnosticAnalyzer, new() =>
        KernelVerifier<TAnalyzer>.VerifyAnalyzerAsync((typeof(TAnalyzer) == typeof(NarrowedAddressAnalyzer) ? Types : Types.Replace("{|KMEM202:(byte)Value|}", "0")) + $$"""
            class C
            {
                {{members}}
            }
            """);
}
