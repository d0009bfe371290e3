using Uring;

namespace ChainServe.Hosting;

/// <summary>
/// How a worker waits with --poll, while the kernel's thread takes its entries and posts its completions: it looks at
/// the completion queue again and again, without a system call. When nothing has come for a while it is time to sleep
/// in the kernel, as a worker without --poll does in every turn.
/// </summary>
internal sealed class BusyWait
{
    /// <summary>How long a worker looks without finding anything before it sleeps. Longer than the scheduler keeps a
    /// client or the kernel's thread from a CPU that it shares, so that a pause of a few time slices is no idleness.
    /// </summary>
    internal const int LookingMilliseconds = 50;

    /// <summary>How long the kernel's thread looks for entries before it sleeps; more than the worker, because a worker
    /// that finds it asleep must wake it with a system call.</summary>
    internal const uint ThreadIdleMilliseconds = 100;

    // A few microseconds: what the look at the clock and at the accepts costs stays small beside it.
    private const int LooksPerTurn = 64;

    private readonly Ring _ring;
    private long _until;

    internal BusyWait(Ring ring)
    {
        _ring = ring;
    }

    /// <summary>Submits, and looks for completions for some microseconds.</summary>
    /// <returns>How many there are, or -errno.</returns>
    internal int Look()
    {
        int result = _ring.SubmitAndPeek();
        for (int look = 1; result == 0 && look < LooksPerTurn; look++)
        {
            Cpu.Pause();
            result = _ring.SubmitAndPeek();
        }

        return result;
    }

    /// <summary>Whether nothing has come for so long that the worker should sleep.</summary>
    internal bool IsOver(long nowMilliseconds)
    {
        return nowMilliseconds >= _until;
    }

    /// <summary>Something has come.</summary>
    internal void Extend(long nowMilliseconds)
    {
        _until = nowMilliseconds + LookingMilliseconds;
    }
}
