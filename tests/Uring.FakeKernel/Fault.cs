namespace Uring.FakeKernel;

/// <summary>What a request gets instead of its true outcome.</summary>
public readonly record struct Fault
{
    private Fault(FaultKind kind, int value)
    {
        Kind = kind;
        Value = value;
    }

    internal FaultKind Kind { get; }

    internal int Value { get; }

    /// <summary>The request does nothing and ends with -errno; only a close has closed all the same.</summary>
    /// <param name="errno">Positive, as in <see cref="Uring.Abi.Errno"/>.</param>
    public static Fault Fail(int errno)
    {
        return new Fault(FaultKind.Fail, -errno);
    }

    /// <summary>A read, receive, send or splice moves at most so many bytes. A send with MSG_WAITALL ends short and
    /// breaks its chain, as when the peer goes away half-way; a receive of 0 is the end of the stream.</summary>
    public static Fault Limit(int count)
    {
        return new Fault(FaultKind.Short, count);
    }

    /// <summary>The request waits until something cancels it.</summary>
    public static Fault Hang()
    {
        return new Fault(FaultKind.Hang, 0);
    }

    /// <summary>The request takes so long, in a kernel worker that nothing interrupts, and then does what it would have
    /// done: a disk that stalls.</summary>
    public static Fault Stall(int milliseconds)
    {
        return new Fault(FaultKind.Stall, milliseconds);
    }
}

internal enum FaultKind
{
    None,
    Fail,
    Short,
    Hang,
    Stall,
}
