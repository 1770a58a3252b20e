namespace Kernel.Runner;

/// <summary>What puts the image into the guest's memory and starts it.</summary>
public enum Loader
{
    /// <summary>QEMU itself, its <c>-kernel</c>: the quickest way, without firmware in between and without a screen.</summary>
    Qemu,

    /// <summary>GRUB, from a disc: the way of a real machine, with a framebuffer.</summary>
    Grub,
}
