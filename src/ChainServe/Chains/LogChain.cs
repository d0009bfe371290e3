using System;
using Uring;
using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>How the write of a batch of lines ended.</summary>
internal enum LogOutcome : byte
{
    /// <summary>All of it, or a part, is written.</summary>
    Written,

    /// <summary>Not now: once more.</summary>
    Retry,

    /// <summary>The disk is full, the pipe closed: the batch is lost.</summary>
    Lost,
}

/// <summary>
/// write(log, RWF_APPEND): one entry, in the same submission as whatever else a turn has prepared. It belongs to no
/// connection. A file may need a kernel worker for it, a pipe may wait for its reader: no response waits for either.
/// </summary>
internal static class LogChain
{
    /// <summary>The position is the end of the file, wherever other workers have moved it.</summary>
    private const ulong CurrentPosition = ulong.MaxValue;

    /// <summary>Its only step: there is one write at a time.</summary>
    internal static readonly ulong Data = UserData.Of(ChainKind.Log, 0, default);

    internal static void Prepare(Ring ring, int descriptor, ReadOnlySpan<byte> lines)
    {
        ring.Next(Data).PrepareWrite(descriptor, lines, CurrentPosition, ReadWriteFlags.Append);
    }

    internal static LogOutcome Complete(int result)
    {
        return result switch
        {
            > 0 => LogOutcome.Written,
            -Errno.EAGAIN or -Errno.EINTR => LogOutcome.Retry,
            _ => LogOutcome.Lost,
        };
    }
}
