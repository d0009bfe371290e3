using System.Runtime.InteropServices;

namespace Uring.Kernel;

/// <summary>What <c>pipe2(2)</c> fills in, an <c>int[2]</c>: two descriptors, each closed on its own.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct PipeEnds
{
    /// <summary>The descriptor that bytes are taken from.</summary>
    public int Read;

    /// <summary>The descriptor that bytes are put into.</summary>
    public int Write;
}
