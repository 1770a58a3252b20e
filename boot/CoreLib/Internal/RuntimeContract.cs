using System;
using System.Runtime.CompilerServices;

namespace System.Runtime
{
    /// <summary>The method is found under this symbol by assembly code and by ilc's helpers.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class RuntimeExportAttribute(string entry) : Attribute
    {
        /// <summary>The symbol.</summary>
        public string EntryPoint { get; } = entry;
    }

    /// <summary>The body of the method is the assembly routine of this symbol.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    internal sealed class RuntimeImportAttribute(string library, string entry) : Attribute
    {
        /// <summary>Where the symbol comes from; <c>*</c> for the image itself.</summary>
        public string DllName { get; } = library;

        /// <summary>The symbol.</summary>
        public string EntryPoint { get; } = entry;
    }

    /// <summary>The symbols that code compiled by ilc calls around its borders with other code.</summary>
    internal static class Borders
    {
        // The guest has no other threads to stop and no collector to wait for: crossing a border is free.
        [RuntimeExport("RhpReversePInvoke")]
        private static void EnterManaged(nint frame)
        {
        }

        [RuntimeExport("RhpReversePInvokeReturn")]
        private static void LeaveManaged(nint frame)
        {
        }

        [RuntimeExport("RhpPInvoke")]
        private static void LeaveForNative(nint frame)
        {
        }

        [RuntimeExport("RhpPInvokeReturn")]
        private static void ReturnFromNative(nint frame)
        {
        }

        [RuntimeExport("RhpGcPoll")]
        private static void Poll()
        {
        }

        [RuntimeExport("RhpFallbackFailFast")]
        private static void Fail() => Internal.Runtime.CompilerHelpers.ThrowHelpers.Fail("code of the runtime that is not there"u8);
    }
}

namespace System.Runtime.InteropServices
{
    /// <summary>An object that decides its interfaces at run time; ilc asks for the type, nothing has it.</summary>
    internal interface IDynamicInterfaceCastable
    {
        private static unsafe nint GetDynamicInterfaceImplementation(
            IDynamicInterfaceCastable instance, Internal.Runtime.MethodTable* interfaceType, ushort slot)
        {
            Internal.Runtime.CompilerHelpers.ThrowHelpers.Fail("an interface decided at run time"u8);
            return 0;
        }
    }
}

namespace Internal.Runtime
{
    /// <summary>What the compiler writes about a type. The kernel never looks inside.</summary>
    internal struct MethodTable;
}
