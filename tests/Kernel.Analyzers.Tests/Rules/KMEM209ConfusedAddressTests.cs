using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Width.ConfusedAddressAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

public class KMEM209ConfusedAddressTests
{
    private const string Types = """
        using System;
        using Kernel.Contracts;

        [AddressValue]
        readonly struct PhysicalAddress
        {
            private readonly ulong _value;

            private PhysicalAddress(ulong value) => _value = value;

            [AddressValue]
            public ulong Value => _value;

            public ulong FrameNumber => _value >> 12;

            public static PhysicalAddress FromValue([AddressValue] ulong value) => new(value);

            public static explicit operator ulong(PhysicalAddress address) => address._value;
        }

        [AddressValue]
        readonly struct VirtualAddress
        {
            private readonly ulong _value;

            public VirtualAddress(ulong value) => _value = value;

            [AddressValue]
            public ulong Value => _value;

            public static VirtualAddress FromValue([AddressValue] ulong value) => new(value);

            public static explicit operator VirtualAddress(ulong value) => new(value);
        }

        [AddressValue(AddressKind.Physical)]
        readonly struct Frame
        {
            private readonly ulong _start;

            [AddressValue]
            public ulong Start => _start;
        }

        struct Entry
        {
            [AddressValue(AddressKind.Physical)] public ulong Target;
            public ulong Flags;
        }

        static class Cpu
        {
            public static ulong Cr3 { get; set; }

            public static void WriteCr3(ulong value) { }

            public static void Invlpg(ulong address) { }

            public static void Load([AddressValue(AddressKind.Physical)] ulong root) { }

            [return: AddressValue(AddressKind.Physical)]
            public static ulong ReadRoot() => 0;
        }

        static class Map
        {
            public const ulong Start = 0xFFFF_8000_0000_0000;

            public static ulong Base;

            public static ulong ToVirtual(PhysicalAddress address) => address.Value + Base;
        }

        """;

    [Fact]
    public Task A_physical_address_that_becomes_a_pointer_is_reported() => InMethod("byte* p = [|(byte*)phys.Value|];");

    [Fact]
    public Task A_dereference_is_reported() => InMethod("uint word = *[|(uint*)phys.Value|];");

    [Fact]
    public Task A_chain_of_casts_is_reported() => InMethod("""
        void* a = [|(void*)(nuint)phys.Value|];
        void* b = (byte*)[|(void*)(ulong)phys|];
        """);

    [Fact]
    public Task A_raw_value_in_a_local_is_reported() => InMethod("""
        ulong raw = phys.Value;
        ulong next = raw + 8;
        byte* p = [|(byte*)next|];
        """);

    [Fact]
    public Task Offsets_change_nothing() => InMethod("""
        ulong raw = phys.Value & ~0xFFFUL;
        raw += 16;
        byte* a = [|(byte*)raw|];
        byte* b = [|(byte*)(phys.Value + (ulong)index * 8)|];
        byte* c = [|(byte*)(phys.Value | 0xFFF)|];
        """);

    [Fact]
    public Task A_contract_with_a_kind_is_reported() => InMethod("""
        byte* a = [|(byte*)frame.Start|];
        byte* b = [|(byte*)entry.Target|];
        byte* c = [|(byte*)Cpu.ReadRoot()|];
        """);

    [Fact]
    public Task A_virtual_address_in_CR3_is_reported() => InMethod("""
        Cpu.WriteCr3([|virt.Value|]);
        Cpu.Cr3 = [|virt.Value|];
        Cpu.Load([|virt.Value|]);
        """);

    [Fact]
    public Task A_pointer_in_CR3_is_reported() => InMethod("""
        Cpu.WriteCr3([|(ulong)table|]);
        ulong raw = (ulong)table;
        Cpu.Load([|raw|]);
        """);

    [Fact]
    public Task A_virtual_address_in_an_entry_is_reported() => InMethod("entry.Target = [|virt.Value|];");

    [Fact]
    public Task A_physical_address_that_is_invalidated_is_reported() => InMethod("Cpu.Invlpg([|phys.Value|]);");

    [Fact]
    public Task An_address_type_made_of_the_other_is_reported() => InMethod("""
        VirtualAddress a = VirtualAddress.FromValue([|phys.Value|]);
        VirtualAddress b = new VirtualAddress([|phys.Value + 4096|]);
        PhysicalAddress c = PhysicalAddress.FromValue([|virt.Value|]);
        VirtualAddress d = (VirtualAddress)[|phys.Value|];
        """);

    [Fact]
    public Task A_helper_that_dereferences_is_reported_at_its_call() => InType("""
        static unsafe ulong Read(ulong address) => *(ulong*)address;
        static ulong Further(ulong where) => Read(where + 8);
        static ulong M(PhysicalAddress phys) => Read([|phys.Value|]) + Further([|phys.Value|]);
        """);

    [Fact]
    public Task A_helper_that_returns_the_raw_value_is_reported() => InType("""
        static ulong Raw(PhysicalAddress phys) => phys.Value;
        static unsafe byte* M(PhysicalAddress phys) => [|(byte*)Raw(phys)|];
        """);

    [Fact]
    public Task A_result_of_the_wrong_kind_is_reported() => InType("""
        [return: AddressValue(AddressKind.Physical)]
        static ulong M(VirtualAddress virt) => [|virt.Value|];
        """);

    [Fact]
    public Task A_marked_parameter_is_reported_by_its_name() => InType("""
        static unsafe byte* M([AddressValue] ulong physicalStart) => [|(byte*)physicalStart|];
        """);

    [Fact]
    public Task Both_arms_of_a_choice_are_reported() => InMethod("byte* p = [|(byte*)(index > 0 ? phys.Value : frame.Start)|];");

    [Fact]
    public Task The_direct_map_is_not_reported() => InMethod("""
        byte* a = (byte*)(phys.Value + Map.Start);
        byte* b = (byte*)(phys.Value + Map.Base);
        byte* c = (byte*)(Map.Base + phys.Value + 8);
        byte* d = (byte*)(phys.Value | Map.Start);
        ulong raw = phys.Value;
        raw += Map.Base;
        byte* e = (byte*)raw;
        byte* f = (byte*)phys.Value + Map.Base;
        VirtualAddress g = VirtualAddress.FromValue(phys.Value + Map.Base);
        """);

    [Fact]
    public Task The_way_back_is_not_reported() => InMethod("""
        Cpu.WriteCr3(virt.Value - Map.Base);
        Cpu.WriteCr3((ulong)table - Map.Start);
        PhysicalAddress a = PhysicalAddress.FromValue(virt.Value - Map.Start);
        entry.Target = (ulong)table - Map.Base;
        """);

    [Fact]
    public Task A_conversion_method_is_not_reported() => InMethod("""
        byte* a = (byte*)Map.ToVirtual(phys);
        VirtualAddress b = VirtualAddress.FromValue(Map.ToVirtual(phys));
        """);

    [Fact]
    public Task The_right_kind_is_not_reported() => InMethod("""
        byte* a = (byte*)virt.Value;
        byte* b = (byte*)(virt.Value + 8);
        Cpu.WriteCr3(phys.Value);
        Cpu.WriteCr3(phys.Value | 0x18);
        Cpu.Cr3 = frame.Start;
        Cpu.Invlpg(virt.Value);
        Cpu.Invlpg((ulong)table);
        entry.Target = phys.Value;
        PhysicalAddress c = PhysicalAddress.FromValue(frame.Start);
        VirtualAddress d = VirtualAddress.FromValue((ulong)table);
        """);

    [Fact]
    public Task A_number_of_unknown_kind_is_not_reported() => InMethod("""
        byte* a = (byte*)unknown;
        Cpu.WriteCr3(unknown);
        Cpu.Invlpg(unknown);
        VirtualAddress b = VirtualAddress.FromValue(unknown);
        byte* c = (byte*)entry.Flags;
        """);

    [Fact]
    public Task What_is_no_address_any_more_is_not_reported() => InMethod("""
        byte* a = (byte*)(phys.Value >> 12);
        byte* b = (byte*)phys.FrameNumber;
        byte* c = (byte*)(phys.Value & 0xFFF);
        ulong distance = phys.Value - frame.Start;
        byte* d = (byte*)distance;
        """);

    [Fact]
    public Task An_offset_that_may_be_the_distance_is_not_reported() => InMethod("byte* a = (byte*)(phys.Value + unknown);");

    [Fact]
    public Task A_local_of_either_kind_is_not_reported() => InMethod("""
        ulong address = phys.Value;
        if (index > 0) { address = virt.Value; }
        byte* a = (byte*)address;
        byte* b = (byte*)(index > 0 ? phys.Value : virt.Value);
        """);

    [Fact]
    public Task A_pointer_that_holds_a_physical_address_comes_back_as_one() => InType("""
        static unsafe void M(PhysicalAddress phys)
        {
            Cpu.WriteCr3((ulong)[|(void*)phys.Value|]);
        }
        """);

    [Fact]
    public Task Comparisons_and_printing_are_not_reported() => InMethod("""
        bool same = phys.Value == virt.Value;
        string text = phys.Value.ToString("X");
        ulong sum = phys.Value ^ virt.Value;
        """);

    [Fact]
    public Task A_helper_that_converts_is_not_reported() => InType("""
        static unsafe ulong Read(ulong address) => *(ulong*)(address + Map.Base);
        static ulong Hash(ulong address) => address * 31;
        static ulong M(PhysicalAddress phys, VirtualAddress virt) => Read(phys.Value) + Hash(phys.Value) + Hash(virt.Value);
        """);

    [Fact]
    public Task A_name_that_speaks_of_both_says_nothing() => InType("""
        static unsafe byte* M([AddressValue] ulong physicalToVirtual, [AddressValue] ulong address) => (byte*)physicalToVirtual + *(byte*)address;
        """);

    [Fact]
    public Task A_parameter_that_is_converted_in_place_is_not_reported() => InType("""
        static unsafe byte* M([AddressValue] ulong physical)
        {
            physical += Map.Base;
            return (byte*)physical;
        }
        """);

    private static Task InMethod(string body) => InType($$"""
        static unsafe void M(PhysicalAddress phys, VirtualAddress virt, Frame frame, Entry entry, ulong unknown, int index, ulong* table)
        {
            {{body}}
        }
        """);

    private static Task InType(string members) => VerifyCS.VerifyAnalyzerAsync($"{Types}class Program\n{{\n{members}\n}}");

    [Fact]
    public Task What_a_member_returns_is_what_it_says() => VerifyCS.VerifyAnalyzerAsync(Types + """
        class Returning
        {
            PhysicalAddress phys;
            [return: AddressValue(AddressKind.Virtual)] ulong Method() { return [|phys.Value|]; }
            [return: AddressValue(AddressKind.Virtual)] ulong Short() => [|phys.Value|];
            [AddressValue(AddressKind.Virtual)] ulong Property => [|phys.Value|];
            [AddressValue(AddressKind.Virtual)] ulong Getter { get { return [|phys.Value|]; } }
            [AddressValue(AddressKind.Virtual)] ulong this[int index] => [|phys.Value|];
            ulong Local()
            {
                [return: AddressValue(AddressKind.Virtual)] ulong Inner() => [|phys.Value|];
                return Inner();
            }
        }
        """);

    [Fact]
    public Task What_a_lambda_returns_is_not_what_the_member_around_it_says() => VerifyCS.VerifyAnalyzerAsync(Types + """
        class Returning
        {
            PhysicalAddress phys;
            [return: AddressValue(AddressKind.Virtual)] ulong Method() { Func<ulong> read = () => phys.Value; return read(); }
        }
        """);
}
