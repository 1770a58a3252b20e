using System.Runtime;
using Boot.Devices;
using Boot.Processor;
using Boot.Protocols;
using Internal.Runtime;
using Kernel.Machine;
using Kernel.Paging;

namespace Boot.Guest;

/// <summary>Where assembly code enters C#.</summary>
internal static class Entry
{
    private static BootInformation s_information;

    /// <summary>What the loader said.</summary>
    public static ref readonly BootInformation Information => ref s_information;

    /// <summary>The first C# that runs: on the boot stack, under the boot tables, interrupts off.</summary>
    /// <param name="startInfo">The physical address of what the loader has to say.</param>
    [RuntimeExport("kernel_start")]
    private static void Start(uint startInfo)
    {
        SerialLine.Initialise();
        Tap.Begin();
        GuestPanic.Install();
        CheckStatics();
        DescriptorTables.Load();
        InterruptController.Silence();
        ProcessorFeatures.Detect();
        Pvh.Read(startInfo, ref s_information);

        if (ControlRegisters.UsesFiveLevels)
        {
            BringUp<FiveLevelPaging>.Run();
        }
        else
        {
            BringUp<FourLevelPaging>.Run();
        }
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
