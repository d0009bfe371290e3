using System;
using System.Collections.Generic;
using System.Linq;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>A client of a simulation: it sends requests in pieces, and judges what it received.</summary>
internal sealed class SimulatedClient
{
    private static readonly int[] ErrorStatuses = [403, 404, 408, 500, 503];

    private readonly FakeClient _client;
    private readonly SiteOracle _oracle;
    private readonly List<SimulatedRequest> _requests = [];
    private string _unsent = "";

    internal SimulatedClient(FakeClient client, SiteOracle oracle)
    {
        _client = client;
        _oracle = oracle;
    }

    internal FakeClient Client => _client;

    /// <summary>It sent and read without delay, and never left: every request must have its answer.</summary>
    internal bool IsPolite { get; set; } = true;

    internal bool HasLeft { get; private set; }

    internal bool MayAsk => !HasLeft && _unsent.Length == 0 && !_requests.Exists(request => request.Closes);

    internal void Ask(SimulatedRequest request)
    {
        _requests.Add(request);
        _unsent = request.Text;
    }

    /// <summary>Sends the next bytes of the request.</summary>
    internal void Send(int count)
    {
        if (HasLeft || _unsent.Length == 0)
        {
            return;
        }

        count = Math.Min(count, _unsent.Length);
        string piece = _unsent[..count];
        _unsent = _unsent[count..];
        IsPolite &= _unsent.Length == 0;
        if (_unsent.Length == 0)
        {
            SimulatedRequest request = _requests[^1];
            request.SentTick = _oracle.Tick;
            request.SentMilliseconds = _oracle.NowMilliseconds;
            request.IsSent = true;
        }

        _client.Send(piece);
    }

    internal void Leave(int how)
    {
        IsPolite = false;
        HasLeft = true;
        switch (how)
        {
            case 0:
                _client.Reset();
                break;
            case 1:
                _client.Close();
                break;
            default:
                _client.Shutdown();
                break;
        }
    }

    /// <summary>Holds everything that was received against the oracle.</summary>
    /// <param name="hasFaults">Whether errors of the disk or the network were simulated.</param>
    /// <returns>Null, or what is wrong.</returns>
    internal string? Judge(bool hasFaults)
    {
        ReadOnlySpan<byte> bytes = _client.ReceivedBytes;
        int answered = 0;
        bool isOver = false;
        foreach (SimulatedRequest request in _requests)
        {
            // Of half a request, which 408 answers, the method may have been there or not.
            bool isHalf = request.IsHead && bytes.StartsWith("HTTP/1.1 408"u8);
            bool isRead = ResponseReader.TryRead(bytes, request.IsHead && !isHalf, out Response? response)
                || (isHalf && ResponseReader.TryRead(bytes, isHead: true, out response));
            if (!isRead)
            {
                break;
            }

            bytes = bytes[response!.Bytes.Length..];
            answered++;
            isOver = !response.GoesOn;
            bool isError = ErrorStatuses.Contains(response.Status)
                && (hasFaults || (response.Status == 408 && !IsPolite) || response.Status == 503);
            string? fault = isError || (!request.IsSent && response.Status == 408)
                ? null
                : _oracle.Judge(request, response);
            if (fault is not null)
            {
                return $"response {answered}: {fault}";
            }

            if (isOver)
            {
                break;
            }
        }

        bool hasEnded = _client.IsClosedByServer || _client.IsReset || HasLeft;
        if (bytes.Length > 0 && !hasEnded)
        {
            return $"{bytes.Length} bytes of an unfinished response on an open connection: "
                + System.Text.Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 300)]);
        }

        if (isOver && bytes.Length > 0)
        {
            return $"bytes behind the last response: {_requests[answered - 1]} then "
                + System.Text.Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 200)]);
        }

        bool mustAnswer = IsPolite && !hasFaults && !isOver;
        return mustAnswer && answered < _requests.Count
            ? $"only {answered} of {_requests.Count} answered, next: {_requests[answered]}"
            : null;
    }
}
