using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Responses;
using Uring.Abi;

namespace ChainServe.Hosting;

// The read of a resolve, and how it fails: a file that changed, or a disk that stumbled, is tried again from its name.
internal sealed partial class ConnectionFlow
{
    private void ReadFromDescriptor(ConnectionId id, ref Connection connection, bool mayWait)
    {
        connection.ResolveStep = (byte)ResolveChain.Step.Read;
        connection.InFlight++;
        ResolveChain.PrepareRead(_resources, id, connection, ReadTarget(connection), mayWait);
    }

    private void CompleteRead(ConnectionId id, ref Connection connection, int result)
    {
        // A read that may not wait ends short where the page cache ends.
        bool isCold = result is -Errno.EAGAIN or -Errno.EOPNOTSUPP || (result >= 0 && result < connection.Stamp.Length);
        if (connection.IsCold && isCold && !connection.IsRemote)
        {
            // This was a regular file, so that its file system has spoken; a chain's EOPNOTSUPP may be that of a pipe.
            _resources.IsNoWaitSupported &= result != -Errno.EOPNOTSUPP;
            connection.IsCold = false;
            ReadFromDescriptor(id, ref connection, mayWait: true);
            return;
        }

        if (ResolveChain.CompleteRead(result, connection.Stamp.Length) == ResolveOutcome.Read)
        {
            Inspect(ResolveChain.Step.InspectAgain, id, ref connection);
        }
        else
        {
            FailResolve(ResolveChain.Step.Read, id, ref connection, result);
        }
    }

    /// <summary>A read or a look has given too little, or an error.</summary>
    private void FailResolve(ResolveChain.Step step, ConnectionId id, ref Connection connection, int result)
    {
        switch (ResolveChain.CompleteRead(result, connection.Stamp.Length))
        {
            case ResolveOutcome.Retry:
                ReadAgain(id, ref connection);
                break;
            case ResolveOutcome.OutOfResources:
                FailRead(id, ref connection, CannedResponses.Unavailable);
                break;
            default:
                CountFileError(ChainKind.Resolve, (byte)step, result);
                FailRead(id, ref connection, CannedResponses.InternalError);
                break;
        }
    }

    private void FailRead(ConnectionId id, ref Connection connection, CannedResponse answer)
    {
        CloseDescriptor(id, ref connection);
        ReleaseSnapshot(ref connection);
        SendFailure(id, ref connection, answer);
    }

    /// <summary>The file changed while it was read: once more from its name.</summary>
    private void ReadAgain(ConnectionId id, ref Connection connection)
    {
        CloseDescriptor(id, ref connection);
        ReleaseSnapshot(ref connection);
        StartResolve(id, ref connection);
    }
}
