using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Internal.Runtime;

/// <summary>What ilc says about the module that it compiled: where it put what a runtime would have to set up.</summary>
/// <remarks>The layout is ilc's (dotnet/runtime, <c>src/coreclr/nativeaot/Runtime/inc/ModuleHeaders.h</c>).</remarks>
internal static unsafe class ModuleHeader
{
    private const uint Signature = 0x0052_5452;
    private const int StaticsWithReferences = 201;
    private const int EagerConstructors = 205;

    /// <summary>The bytes of what only a runtime with a heap could set up: static fields that hold references, and eager static constructors.</summary>
    /// <remarks>Nothing here would do it, so it must be 0: such a field would read as garbage.</remarks>
    public static ulong BytesToSetUp
    {
        get
        {
            // SAFETY: the linker script keeps the one module's pointer at the symbol, and ilc's header says how many rows follow it.
            Header* header = *(Header**)Start();
            if (header->Signature != Signature)
            {
                CompilerHelpers.ThrowHelpers.Fail("a module header with another signature"u8);
            }

            ulong bytes = 0;
            Row* rows = (Row*)(header + 1);
            for (int index = 0; index < header->RowCount; index++)
            {
                if (rows[index].Section is StaticsWithReferences or EagerConstructors)
                {
                    bytes += rows[index].End - rows[index].Start;
                }
            }

            return bytes;
        }
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "address_of___start___modules")]
    private static extern void* Start();

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Header
    {
        public readonly uint Signature;
        public readonly ushort MajorVersion;
        public readonly ushort MinorVersion;
        public readonly uint Flags;
        public readonly ushort RowCount;
        public readonly byte RowSize;
        public readonly byte RowKind;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Row
    {
        public readonly int Section;
        public readonly int Flags;
        public readonly nuint Start;
        public readonly nuint End;
    }
}
