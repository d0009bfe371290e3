using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Http;
using Uring;
using Uring.Abi;
using Uring.Registered;

namespace ChainServe.Hosting;

// From received bytes to requests:
// 1. bytes of a request's body are thrown away, and never read as the next request;
// 2. a head that is there in one piece is parsed where it was received, any other in the connection's carry;
// 3. bytes that come while a response is in flight wait in the carry, and no further receive is armed meanwhile;
// 4. the receive buffer goes back at once.
internal sealed partial class ConnectionFlow
{
    private void CompleteReceive(ConnectionId id, ref Connection connection, in CompletionQueueEntry completion)
    {
        connection.IsReceiveArmed = false;
        connection.InFlight--;
        connection.IsSocketNonEmpty = (completion.Flags & CompletionFlags.SocketNonEmpty) != 0;
        ReceiveOutcome outcome = ReceiveChain.Complete(completion.Result);
        if (outcome == ReceiveOutcome.Data)
        {
            Invariant.Require(completion.HasBuffer, "received bytes stand in a provided buffer");
            TakeInput(id, ref connection, ReceivedBytes(completion));
        }
        else
        {
            EndReceive(id, ref connection, outcome, completion.Result);
        }

        if (completion.HasBuffer)
        {
            _resources.ReceiveBuffers.Return(new BufferIndex(completion.BufferId));
        }
    }

    private void TakeInput(ConnectionId id, ref Connection connection, ReadOnlySpan<byte> bytes)
    {
        switch (connection.State)
        {
            case ConnectionState.Receiving when _isAborting:
                CountExpiry(connection);
                Close(id, ref connection);
                break;
            case ConnectionState.Receiving:
                ReadOnlySpan<byte> rest = SkipBody(ref connection, bytes);
                if (rest.Length < bytes.Length && !rest.IsEmpty)
                {
                    // The time of the body that ends here is not that of the head behind it.
                    connection.HeadDeadline = 0;
                }

                ReadRequest(id, ref connection, rest);
                break;
            case ConnectionState.Resolving:
            case ConnectionState.Responding:
                connection.Carry.Append(SkipBody(ref connection, bytes));
                break;
            case ConnectionState.Draining:
                SetDrainDeadline(id, connection);
                ArmReceive(id, ref connection, pollFirst: true);
                break;
            default:
                FreeIfEnded(id, ref connection);
                break;
        }
    }

    private void EndReceive(ConnectionId id, ref Connection connection, ReceiveOutcome outcome, int result)
    {
        switch (outcome)
        {
            case ReceiveOutcome.NoBuffer when connection.State != ConnectionState.Closing:
                ArmReceive(id, ref connection, pollFirst: false);
                return;
            case ReceiveOutcome.EndOfStream:
                connection.IsEndOfStream = true;
                break;
            case ReceiveOutcome.Unexpected:
                CountUnexpected(ChainKind.Receive, 0, result);
                break;
            default:
                break;
        }

        if (outcome == ReceiveOutcome.Canceled && connection.State == ConnectionState.Receiving)
        {
            // Only a deadline cancels it there.
            CountExpiry(connection);
        }

        switch (connection.State)
        {
            case ConnectionState.Receiving
                when outcome == ReceiveOutcome.Canceled && HasBegunHead(connection) && !_isAborting:
                RefuseLateHead(id, ref connection);
                break;
            case ConnectionState.Receiving:
            case ConnectionState.Draining:
                Close(id, ref connection);
                break;
            case ConnectionState.Resolving:
            case ConnectionState.Responding:
                // After the client's last byte the response still goes out; after anything else it cannot.
                connection.HasSendFailed |= outcome != ReceiveOutcome.EndOfStream;
                if (connection.HasSendFailed && connection.State == ConnectionState.Resolving)
                {
                    // Nor does a look that waits for a disk's turn have to begin.
                    _table.SetDeadline(id.Slot, _clock.NowMilliseconds);
                }

                break;
            default:
                FreeIfEnded(id, ref connection);
                break;
        }
    }

    private void ReadRequest(ConnectionId id, ref Connection connection, ReadOnlySpan<byte> bytes)
    {
        if (connection.AwaitsProxyHeader)
        {
            ReadProxyHeader(id, ref connection, bytes);
            return;
        }

        if (connection.IsTurnedAway)
        {
            TurnAway(id, ref connection, bytes);
            return;
        }

        if (connection.Carry.Length > 0)
        {
            connection.Carry.Append(bytes);
            ReadCarriedRequest(id, ref connection, isSocketKnown: true);
            return;
        }

        if (bytes.IsEmpty)
        {
            // All of it belonged to the body of the last request.
            AwaitRequest(id, ref connection);
            return;
        }

        ParseStatus status = RequestParser.Parse(
            bytes, 0, _options.RequestLimits, out Request request, out RequestRejection rejection);
        if (status == ParseStatus.Complete)
        {
            ReadOnlySpan<byte> head = bytes[..request.HeadLength];
            ReadOnlySpan<byte> rest = Begin(ref connection, request, bytes[request.HeadLength..]);
            Record(ref connection, request, head);
            if (Answer(id, ref connection, request, head))
            {
                connection.Carry.Append(head);
                connection.KeptHeadLength = head.Length;
            }

            if (connection.KeepAlive)
            {
                connection.Carry.Append(rest);
            }

            ArmNextReceive(id, ref connection);
        }
        else if (status == ParseStatus.Rejected)
        {
            Reject(id, ref connection, rejection, bytes);
        }
        else
        {
            connection.Carry.Append(bytes);
            connection.ScannedLength = bytes.Length;
            AwaitHead(id, ref connection);
        }
    }

    /// <param name="id">The connection.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="isSocketKnown">Whether the last receive is so fresh that it says what the socket still
    /// holds.</param>
    private void ReadCarriedRequest(ConnectionId id, ref Connection connection, bool isSocketKnown)
    {
        ReadOnlySpan<byte> bytes = connection.Carry.Bytes;
        ParseStatus status = RequestParser.Parse(
            bytes,
            connection.ScannedLength,
            _options.RequestLimits,
            out Request request,
            out RequestRejection rejection);
        if (status == ParseStatus.Incomplete)
        {
            connection.ScannedLength = bytes.Length;
            AwaitHead(id, ref connection);
            return;
        }

        if (status == ParseStatus.Rejected)
        {
            Reject(id, ref connection, rejection, bytes);
            return;
        }

        ReadOnlySpan<byte> head = bytes[..request.HeadLength];
        ReadOnlySpan<byte> rest = Begin(ref connection, request, bytes[request.HeadLength..]);
        int skipped = bytes.Length - request.HeadLength - rest.Length;

        // The last receive may be a whole response ago, and bytes that came since would make a close a reset.
        connection.MustDrain |= !connection.KeepAlive && !isSocketKnown;
        Record(ref connection, request, head);
        if (Answer(id, ref connection, request, head))
        {
            connection.KeptHeadLength = head.Length;
            connection.Carry.Remove(head.Length, skipped);
        }
        else
        {
            connection.Carry.Consume(head.Length + skipped);
        }

        ArmNextReceive(id, ref connection);
    }

    /// <summary>Whether a request has begun: empty lines between requests are none.</summary>
    private static bool HasBegunHead(in Connection connection)
    {
        return connection.Carry.Bytes.ContainsAnyExcept((byte)'\r', (byte)'\n');
    }

    private void AwaitHead(ConnectionId id, ref Connection connection)
    {
        if (connection.IsEndOfStream)
        {
            Close(id, ref connection);
            return;
        }

        if (connection.HeadDeadline == 0)
        {
            connection.HeadDeadline = _clock.NowMilliseconds + HeadMilliseconds;
        }

        if (_clock.NowMilliseconds >= connection.HeadDeadline)
        {
            // A byte now and then buys no time.
            Counters.PassDeadline(LimitKind.HeadMilliseconds);
            RefuseLateHead(id, ref connection);
            return;
        }

        _table.SetDeadline(id.Slot, connection.HeadDeadline);
        if (!connection.IsReceiveArmed)
        {
            ArmReceive(id, ref connection, pollFirst: true);
        }
    }

    /// <summary>Arms the receive of the next request in the same submission as the response, unless bytes of it are
    /// there already: a client that pipelines waits for its answers.</summary>
    private void ArmNextReceive(ConnectionId id, ref Connection connection)
    {
        bool isActive = connection.State is ConnectionState.Responding or ConnectionState.Resolving;
        if (isActive
            && connection.KeepAlive
            && !connection.IsReceiveArmed
            && !connection.IsEndOfStream
            && connection.Carry.Length == connection.KeptHeadLength)
        {
            ArmReceive(id, ref connection, pollFirst: true);
        }
    }

    private void ArmReceive(ConnectionId id, ref Connection connection, bool pollFirst)
    {
        connection.IsReceiveArmed = true;
        connection.IsReceiveOfAccept = false;
        connection.InFlight++;
        ReceiveChain.Prepare(_resources, id, pollFirst);
    }
}
