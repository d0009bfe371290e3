using Uring.Abi;
using Uring.Operations;

namespace ChainServe.Chains;

/// <summary>
/// What a response does while its client does not take it: each step alone, a submission of its own. No send and no
/// splice waits for a client. A send that may wait does so by a poll, but to a client that has shut down its side, for
/// whom each poll ends at once, it would wait in a kernel worker, one for each such client.
/// </summary>
internal static class GateChain
{
    internal enum Step : byte
    {
        /// <summary>A poll for room in the socket; reports always.</summary>
        Gate = 0,

        /// <summary>A timeout, for a socket whose poll ends without room, or that takes nothing in spite of it; reports
        /// always.</summary>
        Pause = 1,

        /// <summary>The length of the socket's queue, beside one of the others; reports always.</summary>
        Measure = 2,
    }

    /// <summary>Waits for room in the socket. That is for TCP a third of its buffer, and half of what may lie in it
    /// unsent; for a Unix socket three quarters.</summary>
    internal static void PrepareGate(ChainResources resources, ConnectionId id)
    {
        resources.Ring.Next(Data(Step.Gate, id)).PreparePollAdd(ChainResources.SocketSlot(id), PollEvents.Out);
    }

    /// <summary>Waits for a moment.</summary>
    /// <param name="resources">The worker's.</param>
    /// <param name="id">The connection.</param>
    /// <param name="before">Pauses since something moved.</param>
    internal static void PreparePause(ChainResources resources, ConnectionId id, int before)
    {
        resources.Ring.Next(Data(Step.Pause, id)).PrepareTimeout(resources.Pause(before), 0, TimeoutFlags.None);
    }

    /// <summary>Asks how many bytes the client has not acknowledged. Nothing waits for that.</summary>
    internal static void PrepareMeasure(ChainResources resources, ConnectionId id)
    {
        resources.Ring.Next(Data(Step.Measure, id)).PrepareCommandSocket(
            SocketCommand.OutputQueue, ChainResources.SocketSlot(id));
    }

    /// <summary>Ends the gate: it reports then.</summary>
    internal static void PrepareCancel(ChainResources resources, ConnectionId id)
    {
        CloseChain.PrepareCancel(resources, id, Data(Step.Gate, id));
    }

    private static ulong Data(Step step, ConnectionId id)
    {
        return UserData.Of(ChainKind.Gate, (byte)step, id);
    }
}
