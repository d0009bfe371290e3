using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Uring.FakeKernel;

namespace ChainServe.Tests.Simulation;

/// <summary>A client of a simulation: it sends requests in pieces, and judges what it receives.</summary>
internal sealed class SimulatedClient
{
    // The deadline of the head, a second, is near when a client that has said nothing, or not all, waits longer.
    private const int ImpoliteMilliseconds = 700;

    private static readonly int[] ErrorStatuses = [403, 500, 503];

    private readonly FakeClient _client;
    private readonly SimulatedTree _tree;
    private readonly SiteOracle _oracle;
    private readonly SimulationPlan _plan;
    private readonly List<SimulatedRequest> _requests = [];
    private readonly StringBuilder _unsent = new StringBuilder();
    private int _asked;
    private int _sent;
    private int _read;
    private int _seen;
    private bool _isOver;
    private long? _headSince;

    internal SimulatedClient(FakeClient client, SimulatedTree tree, SiteOracle oracle, SimulationPlan plan)
    {
        _client = client;
        _tree = tree;
        _oracle = oracle;
        _plan = plan;
        _headSince = tree.NowMilliseconds;
        IsPolite = plan.HasRoom;
    }

    internal FakeClient Client => _client;

    /// <summary>It sent and read without delay, and never left: every request must have its answer.</summary>
    internal bool IsPolite { get; set; }

    /// <summary>Not before the end.</summary>
    internal bool NeverReads { get; set; }

    internal bool HasLeft { get; private set; }

    /// <summary>Requests that were answered in full.</summary>
    internal int Answered { get; private set; }

    internal bool MayAsk => !HasLeft && !_client.IsFinished && !_client.IsReset && _requests.Count - Answered < 4
        && (_requests.Count == 0 || !_requests[^1].Closes);

    /// <summary>Responses so far, for what a run has met.</summary>
    internal Action<SimulatedRequest, Response>? Received { get; set; }

    internal void Ask(SimulatedRequest request)
    {
        _headSince ??= _tree.NowMilliseconds;
        Wait(0);
        _requests.Add(request);
        request.HeadEnd = _asked + request.Head.Length;
        _asked = request.HeadEnd + request.Body.Length;
        _unsent.Append(request.Head).Append(request.Body);
    }

    /// <summary>Sends the next bytes of what it asks.</summary>
    internal void Send(int count)
    {
        if (HasLeft || _unsent.Length == 0)
        {
            return;
        }

        count = Math.Min(count, _unsent.Length);
        string piece = _unsent.ToString(0, count);
        _unsent.Remove(0, count);
        _sent += count;
        _headSince = _unsent.Length == 0 ? null : _headSince;
        foreach (SimulatedRequest request in _requests)
        {
            if (!request.IsSent && request.HeadEnd <= _sent)
            {
                request.IsSent = true;
                request.SentTick = _tree.Tick;
                request.SentMilliseconds = _tree.NowMilliseconds;
            }
        }

        _client.Send(piece);
    }

    internal void Leave(int how)
    {
        HasLeft = true;
        IsPolite &= how == 2 && _unsent.Length == 0;
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

    /// <summary>Time goes by.</summary>
    internal void Wait(int milliseconds)
    {
        IsPolite &= _headSince is not { } since || milliseconds + _tree.NowMilliseconds - since < ImpoliteMilliseconds;
    }

    /// <summary>Judges the responses that have arrived.</summary>
    /// <returns>Null, or what is wrong.</returns>
    internal string? Observe()
    {
        while (!_isOver && _client.Received.Length > _seen && Answered < _requests.Count)
        {
            SimulatedRequest request = _requests[Answered];
            ReadOnlySpan<byte> bytes = _client.Received[_read..];

            // Of half a request, which 408 answers, the method may have been there or not.
            bool isHalf = request.IsHead && bytes.StartsWith("HTTP/1.1 408"u8);
            if (!ResponseReader.TryRead(bytes, request.IsHead && !isHalf, out Response? response)
                && !(isHalf && ResponseReader.TryRead(bytes, isHead: true, out response)))
            {
                _seen = _client.Received.Length;
                return null;
            }

            _read += response!.Bytes.Length;
            Answered++;
            _isOver = !response.GoesOn;
            Received?.Invoke(request, response);
            if (Judge(request, response) is { } fault)
            {
                return $"response {Answered}: {fault}";
            }
        }

        return null;
    }

    /// <summary>Judges what is left when nothing more comes.</summary>
    internal string? Finish()
    {
        if (Observe() is { } fault)
        {
            return fault;
        }

        ReadOnlySpan<byte> rest = _client.Received[_read..];
        bool hasEnded = _client.IsClosedByServer || _client.IsReset || HasLeft;
        if (rest.Length > 0 && (_isOver || Answered == _requests.Count))
        {
            return $"bytes behind the last response: {Start(rest)}";
        }

        if (rest.Length > 0 && !hasEnded)
        {
            return $"{rest.Length} bytes of an unfinished response on an open connection: {Start(rest)}";
        }

        if (_isOver && !hasEnded && !_client.IsFinished)
        {
            return "the connection goes on behind a response that ends it";
        }

        // A body that cannot be begun ends the connection.
        bool isComplete = _isOver || Answered == _requests.Count;
        bool mayEnd = hasEnded && !isComplete && (_plan.MayFail || _tree.WasCut(_requests[Answered].Name));
        bool mayLose = _plan.MayLoseResponses || mayEnd;
        return rest.Length > 0 ? JudgeBeginning(_requests[Answered], rest)
            : !isComplete && IsPolite && !mayLose
                ? $"only {Answered} of {_requests.Count} answered, next: {_requests[Answered]}"
                : null;
    }

    private string? Judge(SimulatedRequest request, Response response)
    {
        if (response.Status == 408)
        {
            return IsPolite && _plan.EntriesUntilStop is null ? $"a timeout for no reason: {request}" : null;
        }

        bool isLast = Answered == _plan.RequestsMax;
        bool mayEnd = isLast || request.Closes || response.Status >= 500 || _plan.EntriesUntilStop is not null;
        if (response.GoesOn ? request.Closes || isLast : !mayEnd)
        {
            return $"{response.Status} with a connection that {(response.GoesOn ? "goes on" : "ends")} for {request}";
        }

        bool isError = ErrorStatuses.Contains(response.Status) && _plan.MayFail;
        return isError ? null
            : request.IsSent || request.Expected == response.Status ? _oracle.Judge(request, response)
            : $"{response.Status} before the request was sent";
    }

    private string? JudgeBeginning(SimulatedRequest request, ReadOnlySpan<byte> rest)
    {
        bool mayBreak = _plan.MayLoseResponses || _plan.MayFail || _tree.WasCut(request.Name) || !IsPolite;
        if (!mayBreak)
        {
            return $"a response broke off: {Start(rest)}";
        }

        int end = rest.IndexOf("\r\n\r\n"u8) + 4;
        return end < 4
            || !ResponseReader.TryRead(rest[..end], isHead: true, out Response? head)
            || _oracle.IsBeginning(request, head!, rest[end..])
            ? null
            : $"a wrong beginning for {request}: {Start(rest)}";
    }

    private static string Start(ReadOnlySpan<byte> bytes)
    {
        return Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 300)]);
    }
}
