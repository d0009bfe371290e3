using System;
using System.Linq;
using System.Net.Sockets;
using ChainServe.Chains;
using Uring;
using Uring.Abi;
using Uring.Kernel;
using Uring.Operations;
using Uring.Registered;

namespace ChainServe.Hosting;

/// <summary>
/// Decides at start whether this kernel walks chains as a worker needs it: what it says of its features, and one silent
/// chain that must end with exactly one completion within one wait. Kernels before 6.6.y and 6.12 may miss the wake-up
/// of such a chain (liburing issue 1235). And a send that is cut short must break its chain: else what is linked behind
/// it would close the connection of every slow client in the middle of its response, and nothing would tell of it.
/// </summary>
internal static class SelfTest
{
    private const ulong LastStep = 3;
    private const int WaitMilliseconds = 1000;

    private const int SendBufferLength = 16 * 1024;

    /// <summary>More than such a socket takes from a client that does not read.</summary>
    private const int LongLength = 256 * 1024;

    internal static ReadOnlySpan<Opcode> NeededOperations =>
    [
        Opcode.Accept, Opcode.Receive, Opcode.Send, Opcode.OpenAt2, Opcode.Read, Opcode.Close,
        Opcode.AsyncCancel, Opcode.FilesUpdate, Opcode.Shutdown, Opcode.Statx, Opcode.Splice, Opcode.PollAdd,
        Opcode.Timeout, Opcode.SendMessage, Opcode.Write,
    ];

    private const FeatureFlags NeededFeatures = FeatureFlags.LinkedFile | FeatureFlags.CqeSkip
        | FeatureFlags.ExtendedArgument | FeatureFlags.NoDrop | FeatureFlags.SingleMap;

    /// <summary>Throws when the ring cannot carry a worker.</summary>
    /// <exception cref="RingException">EINVAL: the kernel is too old. EOPNOTSUPP: it goes on behind a short
    /// send.</exception>
    internal static void Require(Ring ring)
    {
        bool hasOperations = NeededOperations.ToArray().All(ring.Features.Supports);
        if (!ring.Features.Has(NeededFeatures) || !hasOperations || !Passes(ring))
        {
            throw new RingException("the start-up test of a linked chain", Errno.EINVAL);
        }

        if (!BreaksAtShortSend(ring))
        {
            throw new RingException("the start-up test of a short send", Errno.EOPNOTSUPP);
        }
    }

    internal static bool Passes(Ring ring)
    {
        Chain chain = ring.BeginChain(3);
        chain.Next(1).PrepareNop();
        chain.Next(2).PrepareNop();
        chain.Last(LastStep).PrepareNop();
        return Reports(ring, LastStep, out int result) && result == 0;
    }

    /// <summary>Whether a send that is cut short breaks its chain and tells of it. True where there is no socket to try
    /// it with.</summary>
    /// <param name="ring">Empty.</param>
    /// <param name="flags">Those of every send.</param>
    internal static bool BreaksAtShortSend(Ring ring, MessageFlags flags = ResponseTail.SendFlags)
    {
        const ulong Send = 1;
        if (ring.Kernel is not LinuxKernel || TryConnect() is not { } pair)
        {
            return true;
        }

        using (pair.Server)
        using (pair.Client)
        using (NativeRegion bytes = NativeRegion.Allocate(LongLength))
        {
            pair.Server.SendBufferSize = SendBufferLength;
            Chain chain = ring.BeginChain(2);
            chain.Next(Send).PrepareSend((int)pair.Server.Handle, bytes.Slice(0, LongLength), flags);
            chain.Last(LastStep).PrepareNop();
            return Reports(ring, Send, out int result) && result is > 0 and < LongLength;
        }
    }

    /// <summary>Whether this step is what one completion, and no other, tells of.</summary>
    private static bool Reports(Ring ring, ulong step, out int result)
    {
        result = 0;
        long end = Environment.TickCount64 + WaitMilliseconds;
        do
        {
            // A signal may end the wait before its time.
            ring.SubmitAndWait(1, WaitMilliseconds);
        }
        while (ring.CompletionQueue.ReadyCount == 0 && Environment.TickCount64 < end);

        if (ring.CompletionQueue.ReadyCount != 1 || !ring.TryPeek(out CompletionQueueEntry completion))
        {
            return false;
        }

        result = completion.Result;
        return completion.UserData == step;
    }

    private static (Socket Server, Socket Client)? TryConnect()
    {
        Socket? client = null;
        try
        {
            client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            using Socket listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint($"\0chainserve-{Guid.NewGuid()}"));
            listener.Listen();
            client.Connect(listener.LocalEndPoint!);
            return (listener.Accept(), client);
        }
        catch (SocketException)
        {
            client?.Dispose();
            return null;
        }
    }
}
