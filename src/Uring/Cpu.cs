using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Uring;

/// <summary>What a loop that waits without sleeping tells the processor.</summary>
public static class Cpu
{
    /// <summary>One pause between two looks: it leaves the core to its other thread, and saves power. Some 10 to 150 ns
    /// on x86-64 (<c>pause</c>), less on arm64 (<c>yield</c>).</summary>
    /// <remarks>Not <c>Thread.SpinWait</c>, which has the runtime measure the length of a pause anew every four
    /// seconds, on another thread that it wakes with a system call.</remarks>
    public static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else if (ArmBase.IsSupported)
        {
            ArmBase.Yield();
        }
    }
}
