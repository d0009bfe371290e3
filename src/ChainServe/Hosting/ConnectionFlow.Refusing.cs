using System;
using ChainServe.Chains;
using ChainServe.Connections;
using ChainServe.Http;
using ChainServe.Responses;

namespace ChainServe.Hosting;

// Who is not served:
// 1. a client with too many connections hears 503 with its first bytes; when many such wait, they are closed unheard;
// 2. a request that cannot be read is answered, and its connection ends.
internal sealed partial class ConnectionFlow
{
    /// <summary>Connections that wait to hear that they are turned away: so many, or this part of the slots.</summary>
    private const int TurnedAwayMax = 128;
    private const int TurnedAwayPart = 16;
    private const int TurnedAwayMin = 4;

    private const long TurnedAwayMilliseconds = 1_000;

    private readonly ClientCounts? _clients;
    private int _turnedAwayCount;
    private bool _isFull;

    /// <summary>Whether connections should end sooner than at the next usual sweep: a flood must not keep the slots for
    /// as long.</summary>
    internal bool WantsSweep { get; private set; }

    private bool IsFlood =>
        _turnedAwayCount > Math.Clamp(_table.Capacity / TurnedAwayPart, TurnedAwayMin, TurnedAwayMax);

    private void Admit(ConnectionId id, ref Connection connection)
    {
        connection.AwaitsProxyHeader = _resources.ClientAddresses is { } addresses
            && _options.Proxies.Contains(addresses, id.Slot);
        if (!connection.AwaitsProxyHeader)
        {
            Count(id, ref connection);
        }
    }

    private void Count(ConnectionId id, ref Connection connection)
    {
        if (_clients is null || !_resources.ClientAddresses!.TryGetKey(id.Slot, out UInt128 client))
        {
            return;
        }

        if (_clients.TryEnter(client))
        {
            connection.IsCounted = true;
            return;
        }

        Counters.Pass(LimitKind.ConnectionsPerAddress);
        _turnedAwayCount++;
        connection.IsTurnedAway = true;

        // Not a close from here: the receive behind the accept may not have begun, so that no cancel would find it, and
        // then it would hold the socket until the client ends it. The sweep cancels until it is gone.
        _table.SetDeadline(id.Slot, _clock.NowMilliseconds + (IsFlood ? 0 : TurnedAwayMilliseconds));
        WantsSweep |= IsFlood;
    }

    private void TurnAway(ConnectionId id, ref Connection connection, ReadOnlySpan<byte> bytes)
    {
        if (IsFlood)
        {
            Close(id, ref connection);
        }
        else
        {
            Refuse(id, ref connection, CannedResponses.Unavailable, bytes);
        }
    }

    /// <summary>Gives back what a connection that ends has of the limits.</summary>
    private void Leave(ConnectionId id, in Connection connection)
    {
        if (connection.IsCounted && _resources.ClientAddresses!.TryGetKey(id.Slot, out UInt128 client))
        {
            _clients!.Leave(client);
        }

        _turnedAwayCount -= connection.IsTurnedAway ? 1 : 0;
    }

    /// <summary>All slots are taken; counted once until one is free.</summary>
    private void CountFull()
    {
        if (!_isFull && _listeners.ArmedCount == 0)
        {
            _isFull = true;
            Counters.Pass(LimitKind.ConnectionsPerWorker);
        }
    }

    /// <summary>Counts the deadline that ends the wait for a client.</summary>
    private void CountExpiry(in Connection connection)
    {
        if (connection.IsTurnedAway)
        {
            // Counted already.
            return;
        }

        bool isIdle = connection.HasServed && connection.HeadDeadline == 0;
        Counters.PassDeadline(
            _isAborting ? LimitKind.GraceMilliseconds
            : connection.IsTooSlow ? LimitKind.SendBytesPerSecondMin
            : connection.State is ConnectionState.Responding or ConnectionState.Resolving ? LimitKind.SendMilliseconds
            : isIdle ? LimitKind.KeepAliveMilliseconds
            : LimitKind.HeadMilliseconds);
    }

    private void CountRejection(RequestRejection rejection)
    {
        switch (rejection)
        {
            case RequestRejection.RequestLineTooLong:
                Counters.Pass(LimitKind.RequestLineBytesMax);
                break;
            case RequestRejection.HeadTooLarge:
                Counters.Pass(LimitKind.HeadBytesMax);
                break;
            case RequestRejection.TooManyHeaders:
                Counters.Pass(LimitKind.HeaderCountMax);
                break;
            default:
                break;
        }
    }

    private void Reject(ConnectionId id, ref Connection connection, RequestRejection rejection, ReadOnlySpan<byte> text)
    {
        if (_log.IsEnabled(Configuration.LogLevel.Debug))
        {
            _log.Debug($"refused a request: {RequestRejections.ReasonOf(rejection)}");
        }

        CountRejection(rejection);
        Refuse(id, ref connection, CannedResponses.Of(RequestRejections.StatusOf(rejection)), text);
    }

    /// <summary>Ends the wait for a head that came too slowly. A proxy that says nothing hears nothing.</summary>
    private void RefuseLateHead(ConnectionId id, ref Connection connection)
    {
        if (connection.AwaitsProxyHeader)
        {
            Close(id, ref connection);
        }
        else
        {
            Refuse(id, ref connection, CannedResponses.RequestTimeout, connection.Carry.Bytes);
        }
    }

    /// <summary>Answers a request that cannot be read on, and ends the connection.</summary>
    private void Refuse(
        ConnectionId id,
        ref Connection connection,
        CannedResponse canned,
        ReadOnlySpan<byte> bytes)
    {
        connection.KeepAlive = false;
        connection.MustDrain = true;

        // RFC 9110 §9.3.2: no body for HEAD, even when nothing else of the request can be trusted.
        bool isHead = bytes.TrimStart("\r\n"u8).StartsWith("HEAD "u8);
        connection.Method = isHead ? Http.HttpMethod.Head : Http.HttpMethod.Get;
        connection.Version = Http.HttpVersion.Http11;
        Record(ref connection, bytes);
        connection.Carry.Clear();
        connection.Site = 0;
        connection.RequestPathLength = 0;
        connection.HasPath = false;
        connection.Grant = AccessGrant.Unknown;
        connection.ErrorStatus = 0;
        ForgetResponse(ref connection);
        connection.Buffer = _buffers.Rent();
        SendCanned(id, ref connection, canned);
    }
}
