using Boot.Devices;
using Boot.Processor;
using Boot.Protocols;
using Internal.Runtime;
using Kernel.Machine;

namespace Boot.Guest;

/// <summary>What every architecture does first, and what the loader said.</summary>
internal static class Entry
{
    private static BootInformation s_information;

    /// <summary>What the loader said: filled in by whoever was entered by it.</summary>
    public static ref BootInformation Information => ref s_information;

    /// <summary>Makes sure that a failure has a way to be reported: first the serial line, then panics, then exceptions.</summary>
    public static void Prepare()
    {
        SerialLine.Initialise();
        Tap.Begin();
        GuestPanic.Install();
        CheckStatics();
        DescriptorTables.Load();
        InterruptController.Silence();
    }

    // No rule can see it in the source of a struct that holds a reference, so the image is asked before anything relies on it.
    private static void CheckStatics()
    {
        ulong bytes = ModuleHeader.BytesToSetUp;
        if (bytes != 0)
        {
            Panic.Raise("bytes of statics that hold references", bytes, "none, because there is no heap to make them in", "Entry.CheckStatics");
        }
    }
}
