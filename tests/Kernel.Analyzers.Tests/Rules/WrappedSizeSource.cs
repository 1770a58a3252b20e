using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Width;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>What the tests of 32-bit arithmetic stand in: a method with counts, sizes, a pointer and an address.</summary>
internal static class WrappedSizeSource
{
    private const string Types = """
        using System;
        using System.Runtime.InteropServices;
        using System.Runtime.CompilerServices;
        using Kernel.Contracts;

        [AddressValue]
        readonly struct Address
        {
            private readonly ulong _value;

            public Address(ulong value) => _value = value;

            [AddressValue]
            public ulong Value => _value;

            public static Address FromValue([AddressValue] ulong value) => new(value);
            public static Address operator +(Address address, ulong bytes) => address;
            public static explicit operator Address(ulong value) => new(value);
        }

        struct Entry
        {
            [AddressValue] public ulong Bits;
            public ulong Flags;
        }

        static class LargePage { public static int Shift => 21; }

        enum Register : uint { Id = 0x20, Version = 0x30 }

        """;

    public static Task InMethod(string targets, string body) => new KernelAnalyzerTest<WrappedSizeAnalyzer>
    {
        TestState =
        {
            Sources =
            {
                Types + $$"""
                unsafe class C
                {
                    const uint PageSize = 4096;

                    void Use(ulong number) { }
                    void Fill(byte* start, ulong length) { }
                    void Reserve(Address start, ulong byteCount) { }

                    void M(Address address, Entry entry, uint frames, int count, uint size, uint start, uint length, uint kilobytes,
                        byte small, ushort medium, byte* pointer, ulong[] table, ulong wideLimit, Register register)
                    {
                        {{body}}
                    }
                }
                """,
            },
            AnalyzerConfigFiles = { ("/.editorconfig", "root = true\n[*.cs]\nkernel_memory.pointer_bits = " + targets) },
        },
    }.RunAsync();
}
