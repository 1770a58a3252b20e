namespace Kernel.Analyzers.Flow.Hardware;

/// <summary>Memory that hardware reads or writes too.</summary>
/// <param name="accessBytes">How many bytes one access has; null where nothing says it.</param>
internal sealed class HardwareMemory(long? accessBytes)
{
    public long? AccessBytes { get; } = accessBytes;
}
