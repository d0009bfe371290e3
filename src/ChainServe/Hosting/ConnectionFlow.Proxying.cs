using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Http;

namespace ChainServe.Hosting;

// A connection of a trusted proxy begins with a PROXY header, and goes on as its client's. One without it, or with
// anything else in its place, is closed without a word: what follows could be anybody's.
internal sealed partial class ConnectionFlow
{
    private void ReadProxyHeader(ConnectionId id, ref Connection connection, ReadOnlySpan<byte> bytes)
    {
        // Headers come whole; one that does not is put together in the carry.
        connection.Carry.Append(bytes);
        Span<byte> address = stackalloc byte[ProxyHeader.SocketAddressLength];
        ParseStatus status = ProxyHeader.Parse(
            connection.Carry.Bytes, address, out int length, out bool hasAddress);
        switch (status)
        {
            case ParseStatus.Incomplete:
                AwaitHead(id, ref connection);
                return;
            case ParseStatus.Rejected:
                _log.Debug("closed a connection of a trusted proxy that does not begin with a PROXY header");
                Close(id, ref connection);
                return;
            default:
                break;
        }

        connection.AwaitsProxyHeader = false;
        connection.Carry.Consume(length);
        if (hasAddress)
        {
            _resources.ClientAddresses!.Replace(id.Slot, address);
            Count(id, ref connection);
        }

        if (connection.IsTurnedAway)
        {
            HearTurnedAway(id, ref connection);
        }
        else if (connection.Carry.Length == 0)
        {
            AwaitHead(id, ref connection);
        }
        else
        {
            ReadCarriedRequest(id, ref connection, isSocketKnown: true);
        }
    }

    /// <summary>The client has the moment that it was given, and not the time of a head.</summary>
    private void HearTurnedAway(ConnectionId id, ref Connection connection)
    {
        if (connection.Carry.Length > 0)
        {
            TurnAway(id, ref connection, connection.Carry.Bytes);
        }
        else
        {
            ArmReceive(id, ref connection, pollFirst: true);
        }
    }
}
